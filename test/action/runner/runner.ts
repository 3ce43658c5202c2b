import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { temporaryDirectory } from '../../repo/workspace.ts';
import { Commands, readVariables } from './commands.ts';
import type { Command } from './commands.ts';
import { asText, holds, interpolate, valueOf } from './expressions.ts';
import type { Contexts } from './expressions.ts';
import { nodeFolder } from './node.ts';

/** A step of a workflow or of a composite action, as it is written. */
export interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly run?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, unknown>>;
  readonly 'working-directory'?: string;
  readonly 'continue-on-error'?: boolean;
}

interface ActionFile {
  readonly inputs?: Readonly<Record<string, { readonly default?: string; readonly required?: boolean }>>;
  readonly outputs?: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

/** What a step left behind. */
export interface Outcome {
  readonly outcome: 'success' | 'failure' | 'skipped';
  readonly outputs: Readonly<Record<string, string>>;
  /** As people see it: commands gone, secrets hidden. */
  readonly log: string;
  /** What the programs printed. */
  readonly printed: string;
  readonly commands: readonly Command[];
  readonly summary: string;
  /** What later steps of the job would find in their environment. */
  readonly exported: Readonly<Record<string, string>>;
  readonly paths: string;
}

const NOTHING: Outcome = { outcome: 'success', outputs: {}, log: '', printed: '', commands: [], summary: '', exported: {}, paths: '' };

/** Does what an action of others would do: gets its inputs, gives its outputs. */
export type StandIn = (inputs: Readonly<Record<string, string>>, runner: Runner) => Readonly<Record<string, string>> | void;

export interface World {
  readonly workspace: string;
  /** The payload of the event. */
  readonly event?: unknown;
  readonly eventName?: string;
  readonly apiUrl?: string;
  readonly token?: string;
  /** More or other variables of the machine. */
  readonly env?: Readonly<Record<string, string>>;
  /** Folders of actions, and stand-ins for those of others, by what stands before the @ in `uses`. */
  readonly actions?: Readonly<Record<string, string | StandIn>>;
  /** More contexts: `matrix`, `needs`, `vars`, `inputs` of a reusable workflow. */
  readonly contexts?: Contexts;
}

/** GitHub's runner, as far as composite actions and the steps of a job see it. */
export class Runner {
  readonly workspace: string;
  readonly temporary = temporaryDirectory();
  readonly #world: World;
  readonly #env: Record<string, string>;

  constructor(world: World) {
    this.#world = world;
    this.workspace = world.workspace;
    const event = join(this.temporary, 'event.json');
    writeFileSync(event, JSON.stringify(world.event ?? {}));
    this.#env = {
      ...Object.fromEntries(MACHINE.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]))),
      PATH: [nodeFolder(), dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
      HOME: join(this.temporary, 'home'),
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_API_URL: world.apiUrl ?? 'http://127.0.0.1:9',
      GITHUB_EVENT_NAME: world.eventName ?? 'pull_request',
      GITHUB_EVENT_PATH: event,
      GITHUB_JOB: 'check',
      GITHUB_REF: 'refs/pull/7/merge',
      GITHUB_REPOSITORY: 'example/manifests',
      GITHUB_RUN_ID: '1234',
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_SHA: '0123456789012345678901234567890123456789',
      GITHUB_WORKFLOW: 'ci2mm',
      GITHUB_WORKSPACE: world.workspace,
      RUNNER_OS: { darwin: 'macOS', win32: 'Windows' }[process.platform as string] ?? 'Linux',
      RUNNER_TEMP: this.temporary,
      ...world.env,
    };
    mkdirSync(this.#env['HOME'] ?? '', { recursive: true });
  }

  get path(): string {
    return this.#env['PATH'] ?? '';
  }

  /** Steps of a job, one after the other; the first that fails makes the rest wait for `failure()` or `always()`. */
  async job(
    steps: readonly Step[],
    env: Readonly<Record<string, unknown>> = {},
  ): Promise<{ readonly steps: readonly Outcome[]; readonly contexts: Contexts; readonly failed: boolean }> {
    const contexts = this.#contexts({});
    return this.#steps(steps, { ...contexts, env: texts(env, contexts) }, {});
  }

  /** A `uses` of a composite action, which the runner would have downloaded from its repository. */
  async use(source: string, inputs: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    const folder = join(this.temporary, '_actions/example/ci2mm/v1');
    mkdirSync(dirname(folder), { recursive: true });
    if (!existsSync(folder)) symlinkSync(source, folder, 'junction');
    const action = parse(readFileSync(join(folder, 'action.yml'), 'utf8')) as ActionFile;
    const unknown = Object.keys(inputs).filter((name) => !Object.hasOwn(action.inputs ?? {}, name));
    if (unknown.length > 0) throw new Error(`unexpected inputs: ${unknown.join(', ')}`);
    if (action.runs.using !== 'composite') throw new Error(`this runner runs composite actions and not ${action.runs.using}`);
    const around = this.#contexts({ action_path: folder });
    const defaults = Object.entries(action.inputs ?? {}).map(([name, { default: value = '' }]) => [name, interpolate(value, around)]);
    const contexts = { ...around, inputs: { ...Object.fromEntries(defaults), ...inputs }, env: {} };
    const ran = await this.#steps(action.runs.steps, contexts, { GITHUB_ACTION_PATH: folder });
    return {
      ...joined(ran.steps),
      outcome: ran.failed ? 'failure' : 'success',
      outputs: Object.fromEntries(
        Object.entries(action.outputs ?? {}).map(([name, { value }]) => [name, interpolate(value, ran.contexts)]),
      ),
    };
  }

  #contexts(github: Readonly<Record<string, unknown>>): Contexts {
    const { event = {}, token = '', contexts = {}, eventName = 'pull_request' } = this.#world;
    return {
      github: {
        event,
        token,
        event_name: eventName,
        repository: this.#env['GITHUB_REPOSITORY'],
        repository_owner: 'example',
        ref: this.#env['GITHUB_REF'],
        workspace: this.workspace,
        ...github,
      },
      runner: { os: this.#env['RUNNER_OS'], temp: this.temporary },
      ...contexts,
    };
  }

  async #steps(
    steps: readonly Step[],
    contexts: Contexts,
    env: Readonly<Record<string, string>>,
  ): Promise<{ steps: Outcome[]; contexts: Contexts; failed: boolean }> {
    const done: Record<string, unknown> = {};
    const now = { ...contexts, steps: done };
    let failed = false;
    const outcomes: Outcome[] = [];
    for (const step of steps) {
      const runs = holds(step.if, now, { failed });
      const outcome = runs ? await this.#step(step, now, env) : { ...NOTHING, outcome: 'skipped' as const };
      outcomes.push(outcome);
      if (outcome.outcome === 'failure' && step['continue-on-error'] !== true) failed = true;
      if (step.id !== undefined) done[step.id] = { outputs: outcome.outputs, outcome: outcome.outcome };
    }
    return { steps: outcomes, contexts: now, failed };
  }

  async #step(step: Step, contexts: Contexts, env: Readonly<Record<string, string>>): Promise<Outcome> {
    if (step.uses !== undefined) return this.#uses(step.uses, texts(step.with ?? {}, contexts));
    if (step.run === undefined) throw new Error('a step runs or uses something');
    if (step.shell !== undefined && step.shell !== 'bash') throw new Error(`this runner has bash and not ${step.shell}`);
    const own = { ...env, ...(contexts['env'] as Record<string, string>), ...texts(step.env ?? {}, contexts) };
    return this.#bash(interpolate(step.run, contexts), own, interpolate(step['working-directory'] ?? '.', contexts));
  }

  async #uses(uses: string, inputs: Record<string, string>): Promise<Outcome> {
    const name = uses.replace(/@.*$/, '');
    const action = this.#world.actions?.[name];
    if (action === undefined) throw new Error(`nothing stands in for ${name}`);
    if (typeof action === 'string') return this.use(action, inputs);
    return { ...NOTHING, outputs: action(inputs, this) ?? {} };
  }

  async #bash(script: string, env: Readonly<Record<string, string>>, directory: string): Promise<Outcome> {
    const folder = mkdtempSync(join(this.temporary, 'step-'));
    const file = (name: string): string => join(folder, name);
    for (const name of ['output', 'summary', 'env', 'path', 'state']) writeFileSync(file(name), '');
    writeFileSync(file('script.sh'), script);
    const files = {
      GITHUB_OUTPUT: file('output'),
      GITHUB_STEP_SUMMARY: file('summary'),
      GITHUB_ENV: file('env'),
      GITHUB_PATH: file('path'),
      GITHUB_STATE: file('state'),
    };
    const cwd = resolve(this.workspace, directory);
    const { code, out, err } = await bash(file('script.sh'), { cwd, env: { ...this.#env, ...files, ...env } });
    // The runner reads two pipes; nothing says that what holds for lines of one does so already, or still, for those of the other.
    const secrets = [this.#world.token ?? ''];
    const [errors, lines] = [new Commands(secrets), new Commands(secrets)];
    const log = `${errors.read(err)}${lines.read(out)}`;
    const written = (name: string): string => readFileSync(file(name), 'utf8');
    const summary = written('summary');
    if (Buffer.byteLength(summary) > 1024 * 1024) throw new Error('the runner refuses a summary of more than 1 MiB');
    return {
      outcome: code === 0 ? 'success' : 'failure',
      outputs: readVariables(written('output')),
      log,
      printed: err + out,
      commands: [...errors.obeyed, ...lines.obeyed],
      summary,
      exported: readVariables(written('env')),
      paths: written('path'),
    };
  }
}

/** What programs need on one system or another, and nothing of a test's own environment besides. */
const MACHINE = ['SystemRoot', 'SYSTEMROOT', 'TEMP', 'TMP', 'TMPDIR', 'PATHEXT', 'COMSPEC', 'LANG'];

function joined(steps: readonly Outcome[]): Outcome {
  const texts = (of: (step: Outcome) => string): string => steps.map(of).join('');
  return {
    ...NOTHING,
    log: texts(({ log }) => log),
    printed: texts(({ printed }) => printed),
    commands: steps.flatMap(({ commands }) => commands),
    summary: texts(({ summary }) => summary),
    exported: Object.assign({}, ...steps.map(({ exported }) => exported)) as Record<string, string>,
    paths: texts(({ paths }) => paths),
  };
}

function texts(values: Readonly<Record<string, unknown>>, contexts: Contexts): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, asText(valueOf(value, contexts))]));
}

/** Bash as the runner starts it for `shell: bash`. */
function bash(
  script: string,
  { cwd, env }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<{ code: number; out: string; err: string }> {
  return new Promise((settle, fail) => {
    const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', fail);
    child.on('close', (code) => settle({ code: code ?? 1, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() }));
  });
}
