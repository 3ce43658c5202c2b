import { describe, expect, test } from 'vitest';
import type { Refusal, RefusalCode } from '../../src/model/edit.ts';
import { stringAt, valueAt } from '../../src/model/value.ts';
import type { Path } from '../../src/model/value.ts';
import { fileStoreAsWritten } from '../../src/operator/convert.ts';
import { explainBroken, explainDifference } from '../../src/edit/explain.ts';
import { editReasons } from '../../src/rules/unsafe-edit.ts';
import { parseDocument } from '../../src/yaml/document.ts';
import { EditRefused } from '../../src/yaml/refused.ts';
import { applyEdits, findHazard } from '../../src/yaml/text.ts';
import { installationsIn } from './pipeline.ts';
import { rewriteRequests } from './tasks.ts';

/** Codes that only patches meet; their tests stand with those of patches. */
type PatchCode =
  | 'applies-nowhere'
  | 'not-a-patch'
  | 'already-converted'
  | 'patch-does-not-apply'
  | 'variants-disagree'
  | 'test-on-dropped-field'
  | 'moves-dropped-field'
  | 'writes-dropped-metadata'
  | 'moves-whole-map'
  | 'changes-identity'
  | 'inline-style';
/** Faults of ours, which no manifest should bring about. */
type FaultCode = Extract<RefusalCode, `post-${string}`>;
type HazardCode = 'lone-cr' | 'unicode-line-break' | 'control-char' | 'inner-bom';
/** Of templates of charts, in test/charts. */
type TemplateCode = 'template-conditions';
type ManifestCode = Exclude<RefusalCode, PatchCode | FaultCode | HazardCode | TemplateCode>;

const HEAD = 'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: chat\n';

interface Case {
  /** `◆` stands where the refusal points. */
  readonly text: string;
  readonly path?: Path;
  readonly unknown?: readonly Path[];
}

const CASES: Readonly<Record<ManifestCode, readonly Case[]>> = {
  'parse-error': [
    { text: `${HEAD}spec:\n  ◆\timage: a\n` },
    { text: `${HEAD}spec:\n  image: a\n  ◆image: b\n` },
    { text: `${HEAD}spec: {a: [◆}\n` },
  ],
  'not-a-map': [
    { text: '◆- apiVersion: mattermost.com/v1alpha1\n', path: [] },
    { text: '◆ClusterInstallation\n', path: [] },
    { text: '◆# nothing\n', path: [] },
  ],
  'complex-key': [{ text: `${HEAD}spec:\n  ? ◆[a, b]\n  : c\n` }],
  'kustomize-directive': [
    { text: `${HEAD}spec:\n  image: a\n  ◆$patch: delete\n`, unknown: [['spec', '$patch']] },
    { text: `${HEAD}spec:\n  mattermostEnv:\n  - name: A\n    ◆$patch: delete\n` },
    { text: `${HEAD}spec:\n  ◆$setElementOrder/mattermostEnv: []\n` },
  ],
  'list-partly-blocked': [
    {
      text: `◆apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallationList\nitems:\n- ${HEAD.trim().replaceAll('\n', '\n  ')}\n- metadata: {}\n`,
    },
  ],
  'target-exists': [
    { text: `${HEAD}spec:\n  ◆fileStore: {}\n  minio: {}\n` },
    { text: `${HEAD}spec:\n  minio:\n    externalURL: a\n    ◆url: b\n` },
    { text: `${HEAD}spec:\n  resources: {}\n  ◆scheduling: {}\n` },
    { text: `${HEAD}spec: {mattermostLicenseSecret: a, ◆licenseSecret: b}\n` },
  ],
  'merge-key': [
    { text: `${HEAD}spec:\n  database: &db\n    storageSize: 1Gi\n  minio:\n    ◆<<: *db\n` },
    { text: `${HEAD}x: &x\n  replicas: 1\nspec:\n  ◆<<: *x\n  image: a\n`, unknown: [['x']] },
    { text: `x: &x {}\n◆<<: *x\n${HEAD}spec: {}\n`, unknown: [['x']] },
    { text: `${HEAD}spec:\n  image: &i a\n  resourceLabels: &l\n    image: *i\n  ◆<<: *l\n  resources: {}\n` },
  ],
  'spec-is-alias': [{ text: `${HEAD}status: &s\n  replicas: 0\n◆spec: *s\n` }],
  'rewritten-map-is-alias': [{ text: `${HEAD}spec:\n  database: &d\n    storageSize: 1Gi\n  ◆minio: *d\n` }],
  'anchored-map-rewritten': [{ text: `${HEAD}spec:\n  minio: &m\n    ◆secret: a\n  mattermostEnv:\n  - name: A\n    value: *m\n` }],
  'anchored-scalar': [
    { text: `${HEAD}spec:\n  replicas: &r ◆-1\n  mattermostEnv:\n  - name: A\n    value: *r\n` },
    { text: `apiVersion: mattermost.com/v1alpha1\nkind: &k ◆ClusterInstallation\nmetadata:\n  name: *k\n` },
    {
      text: `apiVersion: &a ◆mattermost.com/v1alpha1\nkind: ClusterInstallationList\nitems:\n- metadata:\n    name: *a\n  kind: ClusterInstallation\n  apiVersion: mattermost.com/v1alpha1\n`,
    },
  ],
  'anchored-key': [{ text: `${HEAD}spec:\n  &m ◆minio: {}\n  image: *m\n` }],
  'dropped-anchor-in-use': [
    { text: `${HEAD}spec:\n  migrate: &m true\n  useIngressTLS: ◆*m\n` },
    {
      text: `kind: List\napiVersion: v1\nitems:\n- ${HEAD.trim().replaceAll('\n', '\n  ')}\n  spec:\n    migrate: &m ◆true\n- kind: Other\n  migrate: *m\n`,
    },
  ],
  'alias-before-anchor': [
    {
      text: `${HEAD}spec:\n  nodeSelector: &n {a: b}\n  resourceLabels: *n\n  serviceAnnotations: &s {c: d}\n  resources:\n    limits: ◆*s\n`,
    },
  ],
  'alias-target-changed': [
    {
      text: `${HEAD}spec:\n  ingressAnnotations: &s {z: z}\n  nodeSelector: &n {a: b}\n  resourceLabels: *n\n  serviceAnnotations: &s {c: d}\n  resources:\n    limits: ◆*s\n`,
    },
    {
      text: `kind: List\napiVersion: v1\nitems:\n- kind: Other\n  x: &s a\n- ${HEAD.trim().replaceAll('\n', '\n  ')}\n  spec:\n    nodeSelector: &n {a: b}\n    resourceLabels: *n\n    image: ◆*s\n    resources:\n      app: &s b\n`,
    },
    {
      text: `◆apiVersion: v1\nkind: List\nmetadata: {name: &x v}\nitems:\n- &x\n  ${HEAD.trim().replaceAll('\n', '\n  ')}\n  spec:\n    canary: &x v\n    image: *x\n`,
    },
    {
      text: `${HEAD}spec:\n  image: &s z\n  nodeSelector: &n {a: b}\n  resourceLabels: *n\n  serviceAnnotations: &s {c: d}\n  resources:\n    limits:\n      <<: ◆*s\n`,
    },
  ],
  'unresolved-alias': [{ text: `${HEAD}spec:\n  image: ◆*nowhere\n` }],
  'recursive-alias': [{ text: `${HEAD}spec: &s\n  resources: ◆*s\n` }],
  'not-plain-scalar': [
    { text: `apiVersion: mattermost.com/v1alpha1\n◆kind: |-\n  ClusterInstallation\nmetadata:\n  name: chat\n` },
    { text: `${HEAD}spec:\n  ◆? |-\n    minio\n  : {}\n` },
  ],
  'not-own-line': [{ text: `${HEAD}? spec\n: ◆resources: {}\n  image: a\n` }],
  'flow-with-comments': [
    { text: `${HEAD}spec: {\n    migrate: true, ◆# here\n    image: a }\n` },
    { text: `${HEAD}spec: {\n    resources: {}, ◆# here\n    image: a,\n    affinity: {} }\n` },
  ],
  'keep-chomp-neighbour': [
    { text: `${HEAD}spec:\n  nodeSelector: &n {a: b}\n\n  resourceLabels: *n\n  resources:\n    limits:\n      cpu: ◆|+\n        1\n` },
  ],
  'comment-becomes-text': [
    { text: `${HEAD}spec:\n  nodeSelector:\n    a: |\n      b\n  minio:\n    secret: a\n# margin\n          ◆# of r\n  resources: {}\n` },
  ],
  'block-scalar-without-final-newline': [{ text: `${HEAD}spec:\n  image: ◆|\n    a` }, { text: `${HEAD}spec:\n  image: ◆>+\n    a` }],
  'block-scalar-would-lose-final-newline': [{ text: `${HEAD}spec:\n  image: ◆|\n    a\n  migrate: true` }],
};

function refusalOf({ text, path, unknown = [] }: Case): Refusal | undefined {
  const document = parseDocument(text);
  const paths = path === undefined ? installationsIn(document) : [path];
  const targets = paths.length === 0 ? [[]] : paths;
  const conversions = targets.map((each) => {
    const installation = valueAt(document.shape ?? undefined, each);
    const options = {
      fileStore: installation instanceof Map ? fileStoreAsWritten(installation) : 'external',
      database: stringAt(installation, ['spec', 'database', 'secret']) === null ? 'operator-managed' : 'external',
      ingress: 'keep',
      unknown,
    } as const;
    return { path: each, options };
  });
  const { refused, text: result } = rewriteRequests(document, conversions);
  expect(result).toBe(text);
  return refused.get(0);
}

describe.each(Object.entries(CASES))('%s', (code, cases) => {
  test.each(cases)('is told with its place: $text', (each) => {
    const text = each.text.replace('◆', '');
    const refusal = refusalOf({ ...each, text });
    expect(refusal).toMatchObject({ code, offset: each.text.indexOf('◆') });
    expect(refusal?.message).not.toBe('');
  });
});

describe('places in a list item', () => {
  test('count from the start of the document', () => {
    const text = `apiVersion: v1\nkind: List\nitems:\n# first\n- ${HEAD.trim().replaceAll('\n', '\n  ')}\n- apiVersion: mattermost.com/v1alpha1\n  kind: ClusterInstallation\n  spec:\n    ◆scheduling: {}\n    migrate: true\n    affinity: {}\n`;
    expect(refusalOf({ text: text.replace('◆', ''), path: ['items', 1] })).toMatchObject({
      code: 'target-exists',
      offset: text.indexOf('◆'),
    });
  });

  test('stand after the deletions that went before', () => {
    const text = `${HEAD}spec:\n  migrate: true\n  canary: {}\n  ◆scheduling: {}\n  affinity: {}\n`;
    expect(refusalOf({ text: text.replace('◆', '') })).toMatchObject({ code: 'target-exists', offset: text.indexOf('◆') });
  });
});

const HAZARDS: Readonly<Record<HazardCode, readonly string[]>> = {
  'lone-cr': ['a: 1 # c◆\rb: 2\n', '◆\r'],
  'unicode-line-break': ['a: "b◆\u0085c"\n', 'a: b◆\u2028c\n', 'a: b◆\u2029c\n'],
  'control-char': ['a: "◆\u0000"\n', 'a: ◆\u0007\n', 'a: ◆\u001B\n', 'a: ◆\u007F\n', 'a: ◆\u000B\n'],
  'inner-bom': ['---\n◆\uFEFFa: 1\n', '\uFEFFa: 1\n...\n◆\uFEFFb: 1\n'],
};

describe.each(Object.entries(HAZARDS))('%s', (code, texts) => {
  test.each(texts)('is found in %j', (text) => {
    expect(findHazard(text.replace('◆', ''))).toMatchObject({ code, offset: text.indexOf('◆') });
  });
});

test.each(['a: 1\r\nb: 2\r\n', '\uFEFFa: 1\n', 'a:\t1\n', 'a: ä\u00a0\u3000😀\n', ''])('no hazard in %j', (text) => {
  expect(findHazard(text)).toBeNull();
});

describe('faults of ours', () => {
  const document = parseDocument(`${HEAD}spec: {}\n`);

  test('edits that overlap', () => {
    const edits = [
      { start: 0, end: 5, text: 'a' },
      { start: 4, end: 6, text: 'b' },
    ];
    expect(() => applyEdits('abcdefgh', edits)).toThrow(EditRefused);
  });

  test('a text that no longer reads', () => {
    const problem = { code: 'BAD_INDENT', message: 'the indentation does not fit', offset: 3 } as const;
    expect(explainBroken(document, 'x', problem, 0).refusal).toMatchObject({ code: 'post-parse', offset: 3 });
  });

  test('a text that means something else', () => {
    expect(explainDifference(document, [], null).refusal).toMatchObject({ code: 'post-value', offset: 0 });
  });
});

test('rule unsafe-edit explains the same codes', () => {
  const patches: Readonly<Record<PatchCode, true>> = {
    'applies-nowhere': true,
    'not-a-patch': true,
    'already-converted': true,
    'patch-does-not-apply': true,
    'variants-disagree': true,
    'test-on-dropped-field': true,
    'moves-dropped-field': true,
    'writes-dropped-metadata': true,
    'moves-whole-map': true,
    'changes-identity': true,
    'inline-style': true,
  };
  // Raised where files are read and diffs are written, not by the engine.
  const elsewhere = [
    'template-conditions',
    'template-lines',
    'marker-in-unparseable-file',
    'invalid-utf8',
    'secret-changed',
    'secret-next-to-change',
  ];
  const codes = [...Object.keys(CASES), ...Object.keys(HAZARDS), ...Object.keys(patches), ...elsewhere, 'post-*'];
  expect(Object.keys(editReasons).sort()).toEqual(codes.sort());
});
