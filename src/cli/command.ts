import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { hintFor } from './hints.ts';
import { SHELLS } from './completion/shells.ts';
import type { Shell } from './completion/shells.ts';
import type { StageName } from '../model/rollout.ts';
import { EXIT } from '../run/exit-codes.ts';
import type { Io } from '../run/io.ts';
import type { ConvertFlags, ScanFlags, StageFlags } from '../run/flags.ts';
import type { ExplainFlags } from './explain.ts';
import { EXPLAIN_FORMATS, FORMATS, PLAN_FORMATS, SCAN_FORMATS } from '../report/formats.ts';
import type { PlanFlags } from './plan.ts';
import { version } from '../run/version.ts';

/** Runs the command line. Resolves to the exit code; writes only to the given streams; never throws for bad input. */
export async function main(args: readonly string[], io: Io): Promise<number> {
  let code: number = EXIT.ok.code;
  const program = buildProgram(io, (result) => {
    code = result;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok.code : EXIT.usage.code;
    const { reportFailure } = await import('../run/failure.ts');
    return reportFailure(error, io);
  }
}

/** The program with all of its commands. */
export function buildProgram(io: Io, done: (code: number) => void): Command {
  const program = new Command('ci2mm')
    .description('Moves Mattermost from ClusterInstallation to Mattermost custom resources in Git, losslessly.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .showHelpAfterError('(ci2mm --help lists commands and options)')
    .exitOverride()
    // prepare has a --version of its own.
    .enablePositionalOptions()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => io.stdout.columns ?? 80,
      getErrHelpWidth: () => io.stderr.columns ?? 80,
      outputError: (text, write) => write(text + hintFor(text)),
    })
    .addHelpText('after', exitCodeHelp());
  addConvert(program, io, done);
  addPlan(program, io, done);
  addPrepare(program, io, done);
  addTrigger(program, io, done);
  addFinish(program, io, done);
  addNext(program, io, done);
  addScan(program, io, done);
  addExplain(program, io, done);
  addInit(program, io, done);
  addKrm(program, io, done);
  addCompletion(program, io);
  return program;
}

const exitCodeHelp = (): string =>
  `\nExit codes:\n${Object.values(EXIT)
    .map(({ code, meaning }) => `  ${code}  ${meaning.replaceAll(/(.{1,73})(?: +|$)/g, '$1\n     ').trimEnd()}`)
    .join('\n')}\n`;

function addConvert(program: Command, io: Io, done: (code: number) => void): void {
  const command = program
    .command('convert')
    .description('print a diff that converts every installation below the paths; --write applies it')
    .argument('[paths...]', 'files and folders; - is standard input', ['.'])
    .option('-w, --write', 'change the files')
    .option('--interactive', 'ask for each family of installations that can be converted, and change the files of what is chosen')
    .option('--check', 'exit 1 if anything would change')
    .option('--allow-empty', 'standard input may be empty, or hold comments only')
    .option('--stat', 'count the lines that change in each file, in place of the diff')
    .option('--no-pager', "print the diff as it is, at a terminal too (default: through git's pager)")
    .addOption(new Option('--format <format>', 'what goes to standard output').choices(FORMATS));
  addChangedOption(addCommonOptions(addChoiceOptions(command)))
    .addHelpText('after', exitCodeHelp())
    .action(async (paths: string[], flags: ConvertFlags) => {
      const { runConvert } = await import('./run.ts');
      done(await runConvert(paths, flags, io));
    });
}

function addPlan(program: Command, io: Io, done: (code: number) => void): void {
  const command = program
    .command('plan')
    .description('say where each installation stands in its rollout and what comes next: a runbook with gates, and ways back')
    .argument('[paths...]', 'files and folders', ['.'])
    .addOption(new Option('--format <format>', 'what goes to standard output').choices(PLAN_FORMATS).default('text'))
    .option('--gate-file <file>', 'for --format gates: what sh gate.sh record wrote (repeatable)', collectText, [])
    .option('--gate-image <image>', 'for --format gates with Argo CD: an image with a shell and kubectl, pinned');
  addCommonOptions(addChoiceOptions(command))
    .addHelpText('after', exitCodeHelp())
    .action(async (paths: string[], flags: PlanFlags) => {
      const { runPlan } = await import('./plan.ts');
      done(await runPlan(paths, flags, io));
    });
}

/** Stage 0. */
function addPrepare(program: Command, io: Io, done: (code: number) => void): void {
  const command = program
    .command('prepare')
    .description('stage 0 of a rollout: print a diff that protects every ClusterInstallation from pruning; --write applies it')
    .option('--image <image>', 'write spec.image where none is set: what runs now')
    .option('--version <version>', 'write spec.version where none is set: what runs now')
    .option('--explicit-size', 'write out what spec.size, or no replicas, means to the operator that runs, for it does not stay as it is')
    .addOption(
      new Option(
        '--blue-green <how>',
        'nothing but switch BlueGreen off, with what is in production in its place; after that, split writes a Mattermost for each colour',
      ).choices(['production', 'split']),
    )
    .addOption(
      new Option('--canary <how>', 'nothing but switch Canary off; after that, split writes a Mattermost for the canary').choices([
        'off',
        'split',
      ]),
    );
  addStageOptions(command).action(stageAction('prepare', io, done));
}

/** Stage 1. */
function addTrigger(program: Command, io: Io, done: (code: number) => void): void {
  const command = program
    .command('trigger')
    .description('stage 1 of a rollout: print a diff that sets spec.migrate: true and nothing else; --write applies it')
    .option(
      '--gate-file <file>',
      'what sh gate.sh record wrote, in place of both confirmations (repeatable, for several clusters)',
      collectText,
      [],
    )
    .option('--context <name>', 'gate files have to come from this context of kubectl')
    .option('--confirmed-live', 'protection is on the live objects: the gate of ci2mm plan has passed')
    .option('--confirmed-root-password', 'the Secrets with root passwords of operator-managed databases are kept, without ownerReferences');
  addStageOptions(command).action(stageAction('trigger', io, done));
}

/** Stage 3. */
function addFinish(program: Command, io: Io, done: (code: number) => void): void {
  const command = program
    .command('finish')
    .description('stage 3 of a rollout: print a diff that takes the protection off every converted Mattermost; --write applies it');
  addStageOptions(command).action(stageAction('finish', io, done));
}

/** Whichever of the stages comes next. */
function addNext(program: Command, io: Io, done: (code: number) => void): void {
  const command = program
    .command('next')
    .description('the stage that comes next for the installations that are furthest behind: prepare, trigger, convert or finish')
    .option('--image <image>', 'as for prepare')
    .option('--version <version>', 'as for prepare')
    .option('--explicit-size', 'as for prepare')
    .option('--gate-file <file>', 'as for trigger', collectText, [])
    .option('--context <name>', 'as for trigger')
    .option('--confirmed-live', 'as for trigger')
    .option('--confirmed-root-password', 'as for trigger');
  addStageOptions(command).action(async (paths: string[], flags: StageFlags) => {
    const { runNext } = await import('./next.ts');
    done(await runNext(paths, flags, io));
  });
}

const stageAction =
  (name: StageName, io: Io, done: (code: number) => void) =>
  async (paths: string[], flags: StageFlags): Promise<void> => {
    const { runStage } = await import('./stage.ts');
    done(await runStage(name, paths, { flags, io }));
  };

function addStageOptions(command: Command): Command {
  command
    .argument('[paths...]', 'files and folders', ['.'])
    .option('-w, --write', 'change the files')
    .option('--check', 'exit 1 if anything would change')
    .option('--batch <number>', 'no more than this many, the first in order', positiveNumber)
    .option('--stat', 'count the lines that change in each file, in place of the diff')
    .option('--no-pager', "print the diff as it is, at a terminal too (default: through git's pager)")
    .addOption(new Option('--format <format>', 'what goes to standard output').choices(FORMATS));
  return addCommonOptions(addChoiceOptions(command)).addHelpText('after', exitCodeHelp());
}

const addChoiceOptions = (command: Command): Command =>
  command
    .option('--only <[namespace/]name>', 'these installations alone (repeatable)', collectText, [])
    .option('--root <path>', 'what this folder or file builds, alone, as for a cluster of its own (repeatable)', collectText, []);

const addChangedOption = (command: Command): Command =>
  command
    .option('--changed-since <ref>', 'only installations that a file has a part in which changed since, uncommitted changes included')
    .option('--baseline <file>', 'exit 1 for nothing but what this file of scan --write-baseline does not have');

const collectText = (value: string, previous: string[]): string[] => [...previous, value];

function positiveNumber(value: string): number {
  if (!/^[1-9]\d*$/.test(value)) throw new InvalidArgumentError('Write a number from 1.');
  return Number(value);
}

function addScan(program: Command, io: Io, done: (code: number) => void): void {
  const command = program
    .command('scan')
    .description('list every installation, what it runs on, whether it can be converted, and every finding; changes nothing')
    .argument('[paths...]', 'files and folders', ['.'])
    .addOption(new Option('--format <format>', 'what goes to standard output').choices(SCAN_FORMATS).default('text'))
    .option('--write-baseline <file>', 'write what is found now to a file, for --baseline');
  addChangedOption(addCommonOptions(command))
    .addHelpText('after', exitCodeHelp())
    .action(async (paths: string[], flags: ScanFlags) => {
      const { runScan } = await import('./run.ts');
      done(await runScan(paths, flags, io));
    });
}

function addExplain(program: Command, io: Io, done: (code: number) => void): void {
  program
    .command('explain')
    .description('say what a rule means, why, and what to do; without a rule, list them')
    .argument('[rule]', 'id of a rule')
    .addOption(new Option('--format <format>', 'what goes to standard output').choices(EXPLAIN_FORMATS).default('text'))
    .action(async (rule: string | undefined, flags: ExplainFlags) => {
      const { runExplain } = await import('./explain.ts');
      done(runExplain(rule, flags, io));
    });
}

function addInit(program: Command, io: Io, done: (code: number) => void): void {
  program
    .command('init')
    .description('write a configuration, .ci2mm.yaml, from what the repository tells')
    .action(async () => {
      const { runInit } = await import('./init.ts');
      done(await runInit(io));
    });
}

function addCompletion(program: Command, io: Io): void {
  program
    .command('completion')
    .description('print a script that completes command lines in a shell')
    .addArgument(new Argument('<shell>', 'the shell that is to run it').choices(SHELLS))
    .action(async (shell: Shell) => {
      const { completionFor } = await import('./completion/index.ts');
      io.stdout.write(completionFor(shell, program));
    });
}

function addKrm(program: Command, io: Io, done: (code: number) => void): void {
  program
    .command('krm')
    .description(
      'convert as a KRM function: a ResourceList on standard input, the same on standard output; options come in its functionConfig',
    )
    .action(async () => {
      const { runKrm } = await import('../krm/run-krm.ts');
      done(await runKrm(io));
    });
}

function addCommonOptions(command: Command): Command {
  return command
    .option('-o, --output <file>', 'write what goes to standard output to a file')
    .option('--target <release>', 'operator release whose schema the result must fit, 1.12 to 2.0 (default: the newest 1.x)')
    .option(
      '--database <[namespace/]name=kind>',
      'what the database Secret of an installation holds: external or operator-managed (repeatable)',
      collect,
      [],
    )
    .addOption(
      new Option('--assume-database <kind>', 'for database Secrets that neither --database nor the manifests explain').choices([
        'external',
        'operator-managed',
      ]),
    )
    .option(
      '--file-store <[namespace/]name=kind>',
      'whether a variable in spec.minio.externalURL turns out empty: external (it does not) or operator-managed (repeatable)',
      collect,
      [],
    )
    .addOption(
      new Option(
        '--ingress <style>',
        "keep the old ingress fields, as the operator's conversion does, or write spec.ingress (default: keep)",
      ).choices(['keep', 'modern']),
    )
    .addOption(
      new Option('--engine <engine>', 'what brings the manifests into the cluster (default: as the repository tells)').choices([
        'argo-cd',
        'argo',
        'flux',
        'both',
        'none',
      ]),
    )
    .option('--crd <file>', 'validate the result against this CustomResourceDefinition instead of the target release')
    .addOption(
      new Option(
        '--prove <when>',
        'build kustomizations before and after and compare (default: auto, when kustomize or kubectl is found)',
      ).choices(['auto', 'always', 'never']),
    )
    .option('--kustomize <program>', 'the kustomize (or kubectl) to build with; 4.5 or later')
    .option('--helm <program>', 'the helm to render charts with; 3.0 or later')
    .option('--config <file>', 'configuration to use (default: .ci2mm.yaml at the top of the repository)')
    .option('--no-config', 'use no configuration')
    .option('--rule <rule>', 'show findings of this rule alone (repeatable)', collectText, [])
    .addOption(new Option('--min-level <level>', 'show no findings below this level').choices(['error', 'warning', 'note']))
    .option('--fail-on-left', 'exit 1 if references or other files go on naming the old kind')
    .option('--color', 'colours, also when not on a terminal')
    .option('--no-color', 'no colours')
    .option('-q, --quiet', 'only errors on standard error')
    .option('-v, --verbose', 'every place of every finding, and what was skipped, dropped and why');
}

function collect(value: string, previous: string[]): string[] {
  if (!/^(?:[^/=]+\/)?[^/=]+=(?:external|operator-managed)$/.test(value)) {
    throw new InvalidArgumentError('Write [NAMESPACE/]NAME=external or [NAMESPACE/]NAME=operator-managed.');
  }
  return [...previous, value];
}
