import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { main } from '../../src/cli/command.ts';
import type { Report } from '../../src/report/report.ts';
import { invalidIgnore } from '../../src/rules/invalid-ignore.ts';
import { unusedIgnore } from '../../src/rules/unused-ignore.ts';
import { temporaryRepository } from '../repo/workspace.ts';
import { recordingIo } from '../recording-io.ts';

const HEAD =
  'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: chat\nspec:\n  ingressName: chat.example.com\n';

async function reportOf(files: Readonly<Record<string, string>>, ...args: string[]): Promise<Report> {
  const io = recordingIo(temporaryRepository(files));
  await main(['convert', '--format', 'json', ...args], io);
  return JSON.parse(io.out()) as Report;
}

/** What every one of these installations has. */
const COMMON: ReadonlySet<string> = new Set([
  'direct-swap',
  'operator-managed-until-2',
  'mysql-version-default',
  'missing-ingress-name',
  'duplicate-installation',
]);

/** Rule and line of each finding, but of those that are common. */
async function found(text: string, file = 'chat.yaml'): Promise<string[]> {
  const { findings } = await reportOf({ [file]: text });
  return findings.filter(({ rule }) => !COMMON.has(rule)).map(({ rule, line }) => `${rule} ${line}`);
}

describe('a comment that suppresses', () => {
  test.each([
    ['at the end of the line', '  replicas: -1 # ci2mm: ignore[replicas-negative] stopped\n'],
    ['on the line above', '  # ci2mm: ignore[replicas-negative] stopped\n  replicas: -1\n'],
    ['with several rules', '  # ci2mm: ignore[ replicas-negative , boolean-spelling ] stopped\n  replicas: -1\n'],
    ['above other comments', '  # ci2mm: ignore[replicas-negative] stopped\n  # since May\n  replicas: -1\n'],
    ['not indented', '# ci2mm: ignore[replicas-negative] stopped\n  replicas: -1\n'],
    ['with two of them', '  # ci2mm: ignore[replicas-negative] stopped\n  # ci2mm: ignore[replicas-unset] other\n  replicas: -1\n'],
    ['with CRLF', '  # ci2mm: ignore[replicas-negative] stopped\r\n  replicas: -1\r\n'],
  ])('%s', async (_, lines) => {
    expect((await found(HEAD + lines)).filter((each) => !each.startsWith('unused'))).toEqual([]);
  });

  test('unblocks, and travels with its line', async () => {
    const root = temporaryRepository({
      'chat.yaml': `${HEAD}  # ci2mm: ignore[database-type-unsupported] a fork of the operator\n  database:\n    # ci2mm: ignore[database-type-unsupported] a fork of the operator\n    type: postgres\n`,
    });
    const io = recordingIo(root);
    expect(await main(['convert', '--write'], io)).toBe(0);
    expect(readFileSync(join(root, 'chat.yaml'), 'utf8')).toMatch(
      /operatorManaged:\n {6}# ci2mm: ignore\[database-type-unsupported\] a fork of the operator\n {6}type: postgres/,
    );
  });

  test('works in every document and item of a file', async () => {
    const item = `${HEAD}  replicas: -1 # ci2mm: ignore[replicas-negative] stopped\n`;
    const list = `apiVersion: v1\nkind: List\nitems:\n${item.replaceAll(/^/gm, '    ').replace(/^ {4}/, '  - ').trimEnd()}\n`;
    expect(await found(`${item}---\n${item}---\n${list}`)).toEqual([]);
  });

  test('does not count as unused where the installation is blocked by another finding', async () => {
    const text = `# ci2mm: ignore[direct-swap] by hand\n${HEAD}  blueGreen:\n    enable: true\n`;
    expect(await found(text)).toEqual(['blue-green-enabled 9']);
  });
});

describe('a comment that does not suppress', () => {
  test.each([
    ['another rule', '  replicas: -1 # ci2mm: ignore[replicas-unset] stopped\n', ['replicas-negative 7', 'unused-ignore 7']],
    [
      'another line',
      '  size: 100users # ci2mm: ignore[replicas-negative] stopped\n  replicas: -1\n',
      ['replicas-negative 8', 'unused-ignore 7'],
    ],
    [
      'with a blank line between',
      '  # ci2mm: ignore[replicas-negative] stopped\n\n  replicas: -1\n',
      ['replicas-negative 9', 'unused-ignore 7'],
    ],
    ['without a reason', '  replicas: -1 # ci2mm: ignore[replicas-negative]\n', ['invalid-ignore 7', 'replicas-negative 7']],
    ['without rules', '  replicas: -1 # ci2mm: ignore stopped\n', ['invalid-ignore 7', 'replicas-negative 7']],
    ['with no rule in the brackets', '  replicas: -1 # ci2mm: ignore[] stopped\n', ['invalid-ignore 7', 'replicas-negative 7']],
    [
      'with an unknown rule',
      '  replicas: -1 # ci2mm: ignore[replicas-negativ, replicas-negative] stopped\n',
      ['invalid-ignore 7', 'replicas-negative 7'],
    ],
    ['a fixed rule', '  replicas: many # ci2mm: ignore[invalid-installation] why\n', ['invalid-ignore 7', 'invalid-installation 7']],
    [
      'in a text',
      '  mattermostEnv:\n  - name: A\n    value: |\n      # ci2mm: ignore[replicas-negative] no comment\n  replicas: -1\n',
      ['replicas-negative 11'],
    ],
  ])('%s', async (_, lines, expected) => {
    expect((await found(HEAD + lines)).sort()).toEqual(expected);
  });

  test.each([
    ['replicas-negativ] x', 'There is no rule "replicas-negativ"; did you mean replicas-negative?'],
    ['something-else] x', 'There is no rule "something-else".'],
    ['unsafe-edit] x', "Findings of unsafe-edit can't be suppressed: ci2mm cannot work without what it guards."],
    ['replicas-negative]', 'The reason is missing.'],
    [',] x', 'A rule is missing between the brackets.'],
  ])('says what is wrong: ignore[%s', async (comment, message) => {
    const { findings } = await reportOf({ 'chat.yaml': `${HEAD}  replicas: 2 # ci2mm: ignore[${comment}\n` });
    expect(findings.find(({ rule }) => rule === 'invalid-ignore')).toMatchObject({ message, line: 7, column: 15 });
  });

  test('names the rules that are not used', async () => {
    const { findings } = await reportOf({ 'chat.yaml': `${HEAD}  replicas: -1 # ci2mm: ignore[replicas-negative, replicas-unset] x\n` });
    expect(findings.find(({ rule }) => rule === 'unused-ignore')?.message).toBe('There is no finding of replicas-unset to suppress.');
  });
});

test('both rules have levels like others', async () => {
  const text = `${HEAD}  replicas: 2 # ci2mm: ignore[replicas-negative] x\n  size: 100users # ci2mm: nonsense\n`;
  const { findings } = await reportOf({ 'chat.yaml': text, '.ci2mm.yaml': 'rules: {unused-ignore: off, invalid-ignore: error}\n' });
  expect(findings.flatMap(({ rule, level }) => (rule.endsWith('-ignore') ? [`${rule} ${level}`] : []))).toEqual(['invalid-ignore error']);
});

describe.each([unusedIgnore, invalidIgnore])('the example of $id', ({ id, before, after }) => {
  test('shows the rule before and not after', async () => {
    expect((await found(before)).filter((each) => each.startsWith(id))).toHaveLength(1);
    expect((await found(after)).filter((each) => each.startsWith(id))).toEqual([]);
  });
});

describe('whatever the rule, and wherever its finding is made', () => {
  const FAMILY = {
    'chat.yaml': HEAD,
    'kustomization.yaml': 'resources: [chat.yaml]\n',
  };
  const proofOf = async (files: Readonly<Record<string, string>>): Promise<{ levels: string[]; rest: string[]; convertible: number }> => {
    const { findings, summary } = await reportOf(files, '--prove', 'never');
    const own = findings.filter(({ rule }) => rule === 'kustomize-not-proven');
    const rest = findings.filter(({ rule }) => rule.endsWith('-ignore')).map(({ rule, file, line }) => `${rule} ${file}:${line}`);
    return { levels: own.map(({ level }) => level), rest, convertible: summary.convertible };
  };

  test('a level counts, and an error blocks', async () => {
    const chosen = (level: string): Readonly<Record<string, string>> => ({
      ...FAMILY,
      '.ci2mm.yaml': `rules: {kustomize-not-proven: ${level}}\n`,
    });
    expect(await proofOf(FAMILY)).toEqual({ levels: ['note'], rest: [], convertible: 1 });
    expect(await proofOf(chosen('warning'))).toEqual({ levels: ['warning'], rest: [], convertible: 1 });
    expect(await proofOf(chosen('off'))).toEqual({ levels: [], rest: [], convertible: 1 });
    expect(await proofOf(chosen('error'))).toEqual({ levels: ['error'], rest: [], convertible: 0 });
  });

  test('a comment at the head of a kustomization suppresses what is found of the whole', async () => {
    const comment = '# ci2mm: ignore[kustomize-not-proven] reviewed by hand\n';
    for (const head of [comment, `# Chat.\n${comment}`, `---\n${comment}`, `${comment}# Chat.\n\n`])
      expect(await proofOf({ ...FAMILY, 'kustomization.yaml': head + FAMILY['kustomization.yaml'] })).toEqual({
        levels: [],
        rest: [],
        convertible: 1,
      });
    expect(
      await proofOf({
        ...FAMILY,
        'kustomization.yaml': comment + FAMILY['kustomization.yaml'],
        '.ci2mm.yaml': 'rules: {kustomize-not-proven: error}\n',
      }),
    ).toEqual({ levels: [], rest: [], convertible: 1 });
  });

  test('what is ignored in vain is told, in whatever file that was read', async () => {
    const vain = '# ci2mm: ignore[replicas-negative] stopped\n';
    const files = {
      ...FAMILY,
      'kustomization.yaml': `resources: [chat.yaml]\n${vain}patches:\n- {path: patch.yaml, target: {kind: ClusterInstallation}}\n`,
      'patch.yaml': `${vain}- {op: add, path: /spec/replicas, value: 2}\n`,
      'role.yaml': `${vain}apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: a}\nrules:\n- {apiGroups: [mattermost.com], resources: [clusterinstallations], verbs: [get]}\n`,
    };
    expect((await proofOf(files)).rest).toEqual([
      'unused-ignore kustomization.yaml:2',
      'unused-ignore patch.yaml:1',
      'unused-ignore role.yaml:1',
    ]);
  });
});
