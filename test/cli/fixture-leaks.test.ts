import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isMap, stringAt, valueAt } from '../../src/model/value.ts';
import type { Value } from '../../src/model/value.ts';
import { readValues } from '../../src/manifests/values.ts';
import { FORMATS, PLAN_FORMATS, SCAN_FORMATS } from '../../src/report/formats.ts';
import { kustomize5 } from '../kustomize/binary.ts';
import { commitAll, git, temporaryRepository, writeAll } from '../repo/workspace.ts';
import { run } from './harness.ts';

/** Every value of a Secret in the examples and in the repositories of the tests is a canary, and no command prints one in any form. */

const FIXTURES = ['examples', 'test/repositories'].flatMap((parent) => {
  const folder = join(import.meta.dirname, '../..', parent);
  return readdirSync(folder).map((name) => join(folder, name));
});

const CANARY = 'c4n4ry';
/** Plain, and in base64 wherever it begins in a longer text. */
const CAUGHT = new RegExp(
  [
    CANARY,
    ...[0, 1, 2].map((before) =>
      Buffer.from(' '.repeat(before) + CANARY)
        .toString('base64')
        .slice(before === 0 ? 0 : before + 1, -1)
        .replace(/.$/, ''),
    ),
  ].join('|'),
  'i',
);

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:ya?ml|json|env)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));

/** The values of what makes Secrets. */
function secretValues(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  if (file.endsWith('.env')) return text.trim().split('\n');
  return readValues(Buffer.from(text)).flatMap((document) => [...ofObject(document), ...ofGenerators(document)]);
}

const ofObject = (document: Value): string[] =>
  [
    ...(stringAt(document, ['kind']) === 'Secret' ? [['data'], ['stringData']] : []),
    ...(stringAt(document, ['kind']) === 'SealedSecret' ? [['spec', 'encryptedData']] : []),
  ].flatMap((path) => textsOf(valueAt(document, path)));

function ofGenerators(document: Value): string[] {
  const own = stringAt(document, ['kind']) === 'SecretGenerator' ? [document] : [];
  const generators = valueAt(document, ['secretGenerator']);
  return [...own, ...(Array.isArray(generators) ? (generators as Value[]) : [])].flatMap((each) => textsOf(valueAt(each, ['literals'])));
}

const textsOf = (value: Value | undefined): string[] =>
  value === undefined
    ? []
    : isMap(value) || Array.isArray(value)
      ? [...value.values()].flatMap(textsOf)
      : [(value as { text: string }).text];

/** What tells a repository from a connection is no secret. */
const PUBLIC = /^(?:git|argocd|https:\/\/git\.example\.com\/\S+)$/;

const bearing = FIXTURES.filter((folder) => filesOf(folder).some((file) => secretValues(file).length > 0)).map(
  (folder) => [basename(folder), folder] as const,
);

test('there are canaries wherever there is a Secret', () => {
  expect(bearing.length).toBeGreaterThan(8);
  const without = bearing.flatMap(([, folder]) =>
    filesOf(folder).flatMap((file) =>
      secretValues(file)
        .filter((value) => !PUBLIC.test(value) && !CAUGHT.test(value))
        .map((value) => `${file}: ${value}`),
    ),
  );
  expect(without).toEqual([]);
});

const ANSWERS = ['--confirmed-live', '--confirmed-root-password'];
const STAGES: Readonly<Record<string, readonly string[]>> = { prepare: [], trigger: ANSWERS, convert: [], finish: [] };
const formatted = (args: readonly string[], formats: readonly string[]): string[][] =>
  formats.map((format) => [...args, '--format', format]);

/** Each command, in every form. */
const COMMANDS: readonly (readonly string[])[] = [
  ...formatted(['scan'], SCAN_FORMATS),
  ...formatted(['scan', '--target', '2.0'], ['text', 'json']),
  ...formatted(['plan'], PLAN_FORMATS),
  ...Object.entries(STAGES).flatMap(([stage, answers]) => formatted([stage, ...answers], FORMATS)),
  ...formatted(['next', ...ANSWERS], FORMATS),
];
const BRIEFLY = COMMANDS.filter((args) => /^(?:text|json|diff)$/.test(args.at(-1) ?? ''));

/** Of these every form is looked at, at night of all; of others what forms are made of. */
const WHOLE: ReadonlySet<string> = new Set(['references-built', 'kustomize']);
const isWhole = (name: string): boolean => process.env['CI2MM_KUSTOMIZE'] === 'all' || WHOLE.has(name);

describe.each(bearing)('%s', (name, folder) => {
  const start = (): string => {
    const cwd = temporaryRepository();
    cpSync(folder, cwd, { recursive: true });
    commitAll(cwd);
    return cwd;
  };
  const printed = async (args: readonly string[], cwd: string): Promise<string> => {
    const engine = args[0] === 'scan' ? [] : ['--engine', 'flux'];
    const { stdout, stderr } = await run([...args, ...engine], { cwd, env: { PATH: process.env['PATH'] ?? '' } });
    return `${stdout.toString()}${stderr}`;
  };
  const silent = async (args: readonly string[], cwd: string): Promise<void> => {
    const text = await printed(args, cwd);
    expect({ args, length: text.length > 0, caught: CAUGHT.exec(text)?.[0] }).toEqual({ args, length: true, caught: undefined });
  };

  test('no command prints a value', async () => {
    const cwd = start();
    for (const args of isWhole(name) ? COMMANDS : BRIEFLY) await silent([...args, '--prove', 'never', '--verbose'], cwd);
  });

  // Those of whole platforms are looked at on their way through the stages (test/stages).
  test.skipIf(kustomize5 === null || name.endsWith('-platform'))('nor does it with a proof, from stage to stage', async () => {
    const cwd = start();
    for (const [stage, answers] of Object.entries(STAGES)) {
      const { stdout } = await run([stage, ...answers], { cwd, env: { PATH: process.env['PATH'] ?? '' } });
      await silent([stage, ...answers, '--verbose'], cwd);
      if (stdout.length === 0) continue;
      writeAll(cwd, { '.git/stage.patch': stdout });
      git(cwd, ['apply', '.git/stage.patch']);
      commitAll(cwd);
      for (const args of [['plan'], ['scan', '--verbose'], ['finish', '--prove', 'never'], ['next', ...ANSWERS, '--prove', 'never']])
        await silent(args, cwd);
    }
  });
});
