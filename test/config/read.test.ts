import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from '../../src/config/read.ts';
import { renderConfigSchema } from '../../src/config/schema.ts';
import { rules } from '../../src/rules/index.ts';

const read = (text: string) => readConfig('.ci2mm.yaml', Buffer.from(text));

function problemsOf(text: string | Buffer): readonly string[] {
  try {
    readConfig('.ci2mm.yaml', Buffer.from(text));
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

const FULL = `$schema: https://example.com/schema.json
target: 1.20
ingress: modern
engine: flux
databases:
  chat: operator-managed
  prod/chat: external
assumeDatabase: external
fileStores:
  prod/chat: external
ignore:
  - vendor/**
rules:
  blue-green-enabled: warning
  direct-swap: off
  s3-tls-default: error
`;

describe('a configuration', () => {
  test('is read', () => {
    const { target, databases, levels, ...others } = read(FULL);
    expect(target?.version).toBe('1.20.1');
    expect(others).toEqual({
      ingress: 'modern',
      engine: 'flux',
      assumeDatabase: 'external',
      fileStores: [{ namespace: 'prod', name: 'chat', fileStore: 'external', origin: '.ci2mm.yaml' }],
      ignore: ['vendor/**'],
    });
    expect([...levels]).toEqual([
      ['blue-green-enabled', 'warning'],
      ['direct-swap', 'off'],
      ['s3-tls-default', 'error'],
    ]);
    expect(databases).toEqual([
      { namespace: 'prod', name: 'chat', database: 'external', origin: '.ci2mm.yaml' },
      { namespace: null, name: 'chat', database: 'operator-managed', origin: '.ci2mm.yaml' },
    ]);
  });

  test('may be JSON', () => {
    const { target, levels } = read('{\n\t"target": "v1.25.9",\n\t"rules": {"direct-swap": "off"}\n}\n');
    expect(target?.version).toBe('1.25.9');
    expect(levels.get('direct-swap')).toBe('off');
  });

  test.each(['', '# nothing yet\n', '---\n# nothing\n', '\uFEFFrules:\n', 'databases:\n  # chat: external\nignore:\n'])(
    'may say nothing: %j',
    (text) => {
      expect(read(text)).toMatchObject({ target: null, databases: [], ignore: [] });
    },
  );
});

const exactly = (text: string): RegExp => new RegExp(`^${text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`);

describe('a configuration with mistakes', () => {
  test.each([
    ['tagret: "1.25"\n', '1:1: "tagret" is no key of the configuration; did you mean target?'],
    [
      'colour: red\n',
      '1:1: "colour" is no key of the configuration; known are target, ingress, engine, databases, assumeDatabase, fileStores, rules and ignore',
    ],
    ['target: 1.99\n', '1:9: target must be an operator release that ci2mm knows, 1.12.0 to 2.0.0; "1.99" is none'],
    ['target: newest\n', '1:9: target must be a release such as "1.25" or "1.25.9"'],
    ['target: [1.25]\n', '1:9: target must be a release such as "1.25" or "1.25.9", is a list'],
    ['ingress: moden\n', '1:10: ingress must be keep or modern, is "moden"; did you mean modern?'],
    ['ingress: true\n', '1:10: ingress must be keep or modern, is true or false'],
    ['engine: helm\n', '1:9: engine must be argo-cd, flux, both or other, is "helm"'],
    ['databases: external\n', '1:12: databases must be a map, is text'],
    ['databases:\n  chat: extern\n', '2:9: databases.chat must be external or operator-managed, is "extern"'],
    ['databases:\n  a/b/c: external\n', '2:3: "a/b/c" must be NAME or NAMESPACE/NAME of an installation'],
    ['rules:\n  direct-swp: off\n', '2:3: "direct-swp" is unknown in rules; did you mean direct-swap?'],
    ['rules:\n  nonsense-of-mine: off\n', '2:3: "nonsense-of-mine" is unknown in rules; ci2mm explain lists the rules'],
    ['rules:\n  direct-swap: of\n', '2:16: rules.direct-swap must be error, warning, note or off, is "of"'],
    ['rules:\n  direct-swap: false\n', '2:16: rules.direct-swap must be error, warning, note or off, is true or false'],
    ['ignore: vendor\n', '1:9: ignore must be a list, is text'],
    ['ignore: [vendor, ""]\n', '1:18: ignore[1] must not be empty'],
    ['ignore: ["!vendor"]\n', '1:10: ignore[0] must be a glob without ! in front; it can only leave files out'],
    ['- target\n', '1:1: the configuration must be a map of keys such as target and databases'],
    ['target: "1.25"\ntarget: "1.24"\n', '2:1: a key appears twice in one map'],
    ['engine: &e flux\n', '1:12: a configuration has no anchors and aliases; write the value out'],
    ['engine: *e\n', /^1:9: /],
    ['<<: {engine: flux}\n', /^1:1: "<<" is no key of the configuration/],
    ['engine: flux\n---\nengine: flux\n', '2:1: the configuration must be one document'],
    ['engine: "flux\n', /^\d:\d+: a closing quote/],
    ['# a\u0007b\n', /^1:4: Kubernetes rejects control characters/],
  ])('%j', (text, problem) => {
    const [first = '', ...others] = problemsOf(text);
    expect(first.replace('.ci2mm.yaml:', '')).toMatch(typeof problem === 'string' ? exactly(problem) : problem);
    expect(others).toEqual([]);
  });

  test('is told all of them at once', () => {
    expect(problemsOf('engine: helm\ncolour: red\ntarget: 1.99\n')).toHaveLength(3);
  });

  test('that is no UTF-8', () => {
    expect(problemsOf(Buffer.from([0xff, 0xfe]))).toEqual(['.ci2mm.yaml: is not UTF-8 text']);
  });

  test.each(rules.filter(({ fixed }) => fixed === true).map(({ id }) => id))('can not lower %s', (id) => {
    for (const level of ['warning', 'note', 'off'])
      expect(problemsOf(`rules:\n  ${id}: ${level}\n`)).toEqual([expect.stringContaining(`rules.${id} can only be error`)]);
    expect(problemsOf(`rules:\n  ${id}: error\n`)).toEqual([]);
  });
});

describe('schema/config.schema.json', () => {
  const file = readFileSync(join(import.meta.dirname, '../../schema/config.schema.json'), 'utf8');
  const validate = new Ajv({ strict: false, allErrors: true }).compile(JSON.parse(file) as object);

  test('is what the program checks with (npm run docs)', () => {
    expect(file).toBe(renderConfigSchema());
  });

  const level = fc.constantFrom('error', 'warning', 'note', 'off', 'of', false, null);
  const rule = fc.constantFrom(...rules.map(({ id }) => id), 'direct-swp', 'constructor');
  const kind = fc.constantFrom('external', 'operator-managed', 'extern', 1, null);
  const map = (keys: fc.Arbitrary<string>, values: fc.Arbitrary<unknown>) =>
    fc.oneof(fc.dictionary(keys, values, { maxKeys: 3 }), fc.constantFrom(null, 'off', []));
  const configs = fc.record(
    {
      $schema: fc.constantFrom('x', 1),
      target: fc.constantFrom('1.25', '1.25.9', 'v1.12', 1.25, 'new', true, null),
      ingress: fc.constantFrom('keep', 'modern', 'new', false),
      engine: fc.constantFrom('argo-cd', 'flux', 'other', 'helm'),
      databases: map(fc.constantFrom('chat', 'prod/chat', 'a/b/c', 'a b', ''), kind),
      assumeDatabase: kind,
      ignore: fc.oneof(fc.array(fc.constantFrom('a/**', '', '!a', 1), { maxLength: 2 }), fc.constantFrom(null, 'a')),
      rules: map(rule, level),
      colour: fc.constant('red'),
    },
    { requiredKeys: [] },
  );

  test('judges as the program does', () => {
    fc.assert(
      fc.property(configs, (config) => {
        const problems = problemsOf(JSON.stringify(config));
        expect({ problems, right: problems.length === 0 }).toEqual({ problems, right: validate(config) });
      }),
      { numRuns: 500 },
    );
  });
});
