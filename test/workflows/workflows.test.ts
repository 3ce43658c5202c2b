import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { validate } from '@actions/languageservice';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Step } from '../action/runner/runner.ts';

const root = join(import.meta.dirname, '../..');

interface Job {
  readonly 'runs-on'?: unknown;
  readonly 'timeout-minutes'?: number;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
  readonly uses?: string;
}

interface Workflow {
  readonly on: unknown;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

const filesBelow = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/')] : [],
  );

const read = (file: string): string => readFileSync(join(root, file), 'utf8');

const OWN = filesBelow('.github/workflows');
const EXAMPLES = [...filesBelow('examples/github'), ...filesBelow('examples/many-repositories')].filter(
  (file) => /\.ya?ml$/.test(file) && /^jobs:/m.test(read(file)),
);
const WORKFLOWS = [...OWN, ...EXAMPLES];

/** What GitHub's own language service has to say. */
async function problems(file: string, language: 'github-actions-workflow' | 'github-actions-action'): Promise<string[]> {
  const found = await validate(TextDocument.create(`file:///${file}`, language, 1, read(file)), {});
  return found.map(({ message, range }) => `${file}:${range.start.line + 1}: ${JSON.stringify(message)}`);
}

test('there are workflows to look at', () => {
  expect(OWN).toEqual(expect.arrayContaining(['.github/workflows/ci.yml', '.github/workflows/release.yml']));
  expect(EXAMPLES.length).toBeGreaterThanOrEqual(5);
});

describe("GitHub's language service", () => {
  test('takes action.yml', async () => {
    expect(await problems('action.yml', 'github-actions-action')).toEqual([]);
  });

  test.each(WORKFLOWS)('takes %s', async (file) => {
    expect(await problems(file, 'github-actions-workflow')).toEqual([]);
  });

  test('would find a mistake', async () => {
    const document = TextDocument.create(
      'file:///x.yml',
      'github-actions-workflow',
      1,
      'on: push\npermissions: {content: read}\njobs:\n  a:\n    runs-on: x\n    steps:\n    - run: echo ${{ steps.b.outputs.c }}\n',
    );
    expect((await validate(document, {})).length).toBeGreaterThan(1);
  });
});

const stepsOf = (file: string): readonly Step[] => {
  const document = parse(read(file)) as Workflow & { readonly runs?: { readonly steps: readonly Step[] } };
  return document.runs?.steps ?? Object.values(document.jobs).flatMap(({ steps = [] }) => steps);
};

describe.each(['action.yml', ...WORKFLOWS])('%s', (file) => {
  test('puts no expression into a script', () => {
    for (const { run = '' } of stepsOf(file)) expect(run).not.toContain('${{');
  });

  test('names every action of others by its commit, with the version beside it', () => {
    for (const line of read(file)
      .split('\n')
      .filter((each) => /^\s*(?:- )?uses:/.test(each))) {
      expect(line).toMatch(/uses: (?:\.\/$|\.\/[\w./-]+$|[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+(?:\.\d+)*$|[\w.-]+\/[\w./-]+@COMMIT # v\d)/);
    }
  });
});

describe.each(WORKFLOWS)('%s', (file) => {
  const workflow = parse(read(file)) as Workflow;
  const jobs = Object.values(workflow.jobs);

  test('has the permissions that it says, and the least', () => {
    expect(workflow.permissions).toBeDefined();
    for (const [scope, level] of Object.entries(workflow.permissions ?? {})) expect([scope, level]).toEqual([scope, 'read']);
    if (/^\s+contents: write/m.test(read(file))) expect(JSON.stringify(workflow.on)).not.toContain('pull_request');
    expect(JSON.stringify(workflow.on)).not.toMatch(/pull_request_target|workflow_run/);
  });

  test('ends, and not twice at the same time', () => {
    // Random runs of the night take what they need; a pull request must not wait.
    const limit = JSON.stringify(workflow.on).includes('schedule') ? 120 : 60;
    for (const job of jobs) if (job.uses === undefined) expect(job['timeout-minutes']).toBeLessThanOrEqual(limit);
    if (!JSON.stringify(workflow.on).includes('workflow_call')) expect(workflow.concurrency).toBeDefined();
  });

  test('leaves no credentials behind in the checkout', () => {
    for (const { uses, with: inputs } of jobs.flatMap(({ steps = [] }) => steps))
      if (uses?.startsWith('actions/checkout@') === true) expect(inputs).toMatchObject({ 'persist-credentials': false });
  });
});
