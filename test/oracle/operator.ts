import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The Mattermost Operator's own conversion, as a program that is built from its Go module and answers questions. */

export interface Question {
  readonly before: string;
  /** What ci2mm wrote; null where it refused. */
  readonly after: string | null;
  /** What a database Secret holds that is not in the manifest; empty where there is none. */
  readonly database: '' | 'external' | 'operator-managed';
  /** Whether `spec.ingress` may stand for the three older ingress fields. */
  readonly modern: boolean;
}

/** What becomes of one installation on its way through kubectl, API server and operator. */
interface Fate {
  readonly name: string;
  readonly state: 'converted' | 'rejected' | 'undecodable' | 'switched-on' | 'database' | 'unfit';
  readonly detail?: string;
}

export interface Answer {
  /** Why kubectl can't read the manifest. */
  readonly unreadable?: string;
  readonly installations: readonly Fate[];
  /** What the result gets wrong. */
  readonly differences: readonly string[];
}

const SOURCES = fileURLToPath(new URL('./operator/', import.meta.url));
const MODULE = 'github.com/mattermost/mattermost-operator';

/** The caches of Go stay where they are by default, outside of the checkout. No other Go is downloaded for this. */
function go(args: readonly string[], timeout: number): string {
  const env = { ...process.env, GOFLAGS: '-buildvcs=false', GOTOOLCHAIN: 'local', GOWORK: 'off' };
  return execFileSync('go', args, { cwd: SOURCES, encoding: 'utf8', stdio: 'pipe', env, timeout }).trim();
}

/** Why the program can't be built here: no Go, or no modules. Null where it can. */
export function obstacle(): string | null {
  try {
    go(['version'], 20_000);
  } catch {
    return 'Go is not installed';
  }
  try {
    go(['list', '-deps', '.'], 300_000);
    return null;
  } catch {
    return 'the Go modules can not be had, or want a newer Go';
  }
}

/** The CustomResourceDefinitions of the operator's release that the program is built from, or of another. */
export function definitionsOf(release: string | null): string {
  const folder =
    release === null
      ? go(['list', '-m', '-f', '{{.Dir}}', MODULE], 60_000)
      : (JSON.parse(go(['mod', 'download', '-json', `${MODULE}@v${release}`], 300_000)) as { Dir: string }).Dir;
  return join(folder, 'config/crd/bases');
}

/** The release that the program is built from. */
export const operatorRelease = (): string => go(['list', '-m', '-f', '{{.Version}}', MODULE], 60_000).replace(/^v/, '');

/** A program that is running. Answers come in the order of the questions. */
export class Operator {
  readonly #folder = mkdtempSync(join(tmpdir(), 'ci2mm-operator-'));
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void }[] = [];
  #complaint = '';

  /** Builds the program: minutes where Go has compiled none of it before, some seconds afterwards. */
  constructor(definitions: string) {
    const binary = join(this.#folder, process.platform === 'win32' ? 'operator.exe' : 'operator');
    go(['build', '-o', binary, '.'], 1_800_000);
    this.#child = spawn(binary, ['-crds', definitions]);
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#waiting.shift()?.resolve(JSON.parse(line) as Answer));
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#complaint += text));
    this.#child.on('exit', () => {
      for (const { reject } of this.#waiting) reject(new Error(`the operator's program ended: ${this.#complaint}`));
    });
  }

  ask(question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#child.stdin.write(`${JSON.stringify(question)}\n`);
    });
  }

  stop(): void {
    this.#child.stdin.end();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
