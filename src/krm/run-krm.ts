import { mergedConfig } from '../config/config.ts';
import type { Config } from '../config/config.ts';
import { run } from '../run/pipeline.ts';
import type { Run } from '../run/pipeline.ts';
import { EXIT } from '../run/exit-codes.ts';
import { UsageError } from '../run/usage-error.ts';
import type { CommonFlags } from '../run/flags.ts';
import { readInput } from '../run/io.ts';
import type { Io } from '../run/io.ts';
import { readFunctionConfig } from './function-config.ts';
import type { ResourceList, Result, StreamChange } from './list.ts';
import { kustomizationsOf, readResourceList } from './resource-list.ts';
import { itemAt, resultOf, sortedResults } from './results.ts';
import { wholeList } from './whole.ts';
import { limitHeap } from '../run/memory.ts';
import type { Finding } from '../rules/finding.ts';
import { OLD } from '../operator/fields.ts';
import { printable } from '../report/printable.ts';
import { choicesFrom, settingsFrom } from '../run/settings.ts';
import { MAX_FILE } from '../run/markers.ts';
import { StreamSource } from '../run/sources.ts';

/** What a function makes of a ResourceList. */
export interface FunctionRun {
  readonly code: number;
  /** The list with its results: converted, or as it came where that is not wanted or not possible. */
  readonly output: string;
  readonly results: readonly Result[];
  /** Whether items were converted. */
  readonly changed: boolean;
}

/** `ci2mm krm`: a KRM function. Standard output gets the whole list, also where the function fails: orchestrators read the results in it. */
export async function runKrm(io: Io): Promise<number> {
  const bytes = await readInput(io, MAX_FILE);
  if (bytes.length > MAX_FILE) throw new UsageError(`standard input has more than the ${MAX_FILE / 1024 / 1024} MB that are read`);
  await limitHeap(bytes.length);
  const list = readResourceList(bytes);
  if ('problem' in list) throw new UsageError(`standard input must be a ResourceList: ${list.problem}`);
  const result = await runFunction(list, null, io.cwd);
  showResults(result.results, io);
  io.stdout.write(result.output);
  return result.code;
}

/** What a command line adds to a functionConfig: flags that win over it, and a configuration that it wins over. */
export interface CommandLine {
  readonly flags: CommonFlags;
  readonly config: Config;
}

/** Converts the items of a list, as its functionConfig asks for. */
export async function runFunction(list: ResourceList, commandLine: CommandLine | null, cwd: string): Promise<FunctionRun> {
  const result = await convertItems(list, commandLine, cwd);
  if (result !== null) return result;
  const whole = wholeList(list.text ?? '');
  const again = 'problem' in whole ? null : await convertItems(whole, commandLine, cwd);
  if (again === null) throw new Error('a list that is read as a whole takes every change');
  return again;
}

async function convertItems(list: ResourceList, commandLine: CommandLine | null, cwd: string): Promise<FunctionRun | null> {
  const asked = readFunctionConfig(list.functionConfig);
  if (asked.problems.length > 0) return finished(list, null, asked.problems.map(problemResult), EXIT.usage.code);
  const config = commandLine === null ? asked.config : mergedConfig(asked.config, commandLine.config);
  const settings = await settingsFrom(choicesFrom(commandLine?.flags ?? { database: [] }, cwd), config);
  const obstacles = kustomizationResults(list);
  const source = new StreamSource('stdin', list.stream);
  const outcome =
    obstacles.length > 0
      ? null
      : await run(source, settings, { prove: null, diffs: null, converts: asked.onBlocked === 'fail' ? 'whole' : 'each' });
  const results = [...obstacles, ...(outcome?.report.findings ?? []).map((finding) => resultOf(withRemedy(finding), list))];
  const blocked = results.some(({ severity }) => severity === 'error');
  if (blocked && asked.onBlocked === 'fail') return finished(list, null, results, EXIT.blocked.code);
  return finished(list, outcome?.changes[0] ?? null, [...results.map(asWarning), ...conversionResults(outcome, list)], EXIT.ok.code);
}

function finished(list: ResourceList, change: StreamChange | null, results: readonly Result[], code: number): FunctionRun | null {
  const sorted = sortedResults(results);
  const output = list.textWith(change, sorted);
  return output === null ? null : { code, output, results: sorted, changed: change !== null };
}

/** To orchestrators an error is a failure of the function. */
const asWarning = (result: Result): Result => (result.severity === 'error' ? { ...result, severity: 'warning' } : result);

const conversionResults = (outcome: Run | null, list: ResourceList): Result[] =>
  (outcome?.converted ?? []).map((installation) => ({
    message: 'Converted to a Mattermost.',
    severity: 'info',
    item: itemAt(installation.place, list),
    field: null,
    rule: null,
  }));

const KEYS = { database: 'databases', 'file-store': 'fileStores' } as const;

/** A function has no options on a command line. */
function withRemedy(finding: Finding): Finding {
  const remedy = finding.remedy.replaceAll(
    /--(database|file-store) (\S+)=(external|operator-managed)/g,
    (_, option: keyof typeof KEYS, who: string, kind: string) => `"${who}: ${kind}" below spec.${KEYS[option]} of the functionConfig`,
  );
  return { ...finding, remedy };
}

const problemResult = (message: string): Result => ({ message, severity: 'error', item: null, field: null, rule: null });

/** Bases and patches that kustomizations are made of are no installations by themselves, and a function does not see what they build. */
function kustomizationResults(list: ResourceList): Result[] {
  if (!list.items.some(({ kind }) => kind === OLD.kind)) return [];
  return kustomizationsOf(list).map((item) => ({
    message:
      'The list holds a kustomization, whose bases and patches have to change together. What to do: run ci2mm convert on the files, or give the function what kustomize builds.',
    severity: 'error',
    item,
    field: null,
    rule: 'kustomize-obstacle',
  }));
}

/** Orchestrators such as kustomize show what a function writes to standard error, and no results. */
export function showResults(results: readonly Result[], io: Pick<Io, 'stderr'>): void {
  io.stderr.write(results.map((result) => `${printable(lineOf(result))}\n`).join(''));
}

function lineOf({ message, severity, item, field, rule }: Result): string {
  const who = item === null ? [] : [`${item.kind} ${item.namespace === null ? '' : `${item.namespace}/`}${item.name}`];
  const where = [...who, ...(field === null ? [] : [field]), ...(item?.file == null ? [] : [`in ${item.file.path}`])].join(' ');
  return `${severity}: ${where === '' ? '' : `${where}: `}${message}${rule === null ? '' : ` [${rule}]`}`;
}
