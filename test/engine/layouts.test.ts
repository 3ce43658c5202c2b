import { describe, expect, test } from 'vitest';
import { convertSpec, convertText, HEAD, NEW_HEAD } from './convert-text.ts';
import type { Options } from './convert-text.ts';

type Row = readonly [title: string, before: string, after: string, options?: Options];
const rows = (table: readonly Row[]): void => {
  test.each<[string, string, string, Options]>(table.map(([title, before, after, options = {}]) => [title, before, after, options]))(
    '%s',
    (_, before, after, options) => {
      expect(convertSpec(before, options)).toBe(after);
    },
  );
};

const deeper = (text: string): string => text.replaceAll(/^(?=.)/gm, '  ');

describe('a comment directly above an entry belongs to it', () => {
  const FIRST: Readonly<Record<string, (key: string) => string>> = {
    'after a scalar': (key) => `  ${key}: 1\n`,
    'after a map with a deeper comment': (key) => `  ${key}:\n    x: 1\n    # y: 2\n`,
    'after a flush list': (key) => `  ${key}:\n  - 1\n`,
    'after an indented list': (key) => `  ${key}:\n    - 1\n`,
    'after an empty value': (key) => `  ${key}:\n`,
    'after a deeper comment on a scalar': (key) => `  ${key}: 1\n    # more\n`,
    'after a literal': (key) => `  ${key}: |\n    text\n`,
    'after a folded scalar with a dedented blank line': (key) => `  ${key}: >-\n    text\n\n    more\n`,
    'after a plain scalar of two lines': (key) => `  ${key}: one\n    two\n`,
    'after a quoted scalar of two lines': (key) => `  ${key}: "one\n    two"\n`,
    'after braces of two lines': (key) => `  ${key}: {a: 1,\n    b: 2}\n`,
    'after an anchor': (key) => `  ${key}: &x\n    y: 1\n`,
    'after a question mark': (key) => `  ? ${key}\n  : 1\n`,
  };

  describe.each(Object.entries(FIRST))('%s', (_, first) => {
    test('and goes with it', () => {
      expect(convertSpec(`${first('image')}  # about b\n  migrate: true\n`)).toBe(first('image'));
    });

    test('and moves with it', () => {
      expect(convertSpec(`${first('image')}  # about b\n  affinity: {}\n`)).toBe(
        `${first('image')}  scheduling:\n    # about b\n    affinity: {}\n`,
      );
    });

    test('and stays when the one before goes', () => {
      expect(convertSpec(`${first('canary')}  # about b\n  image: b\n`)).toBe('  # about b\n  image: b\n');
    });

    test('and stays when the one before moves', () => {
      expect(convertSpec(`${first('affinity')}  # about b\n  image: b\n`)).toBe(
        `  scheduling:\n${deeper(first('affinity'))}  # about b\n  image: b\n`,
      );
    });
  });
});

describe('other comments', () => {
  rows([
    [
      'a banner apart from what follows stays',
      '  image: a\n\n  # --- part two ---\n\n  migrate: true\n  version: b\n',
      '  image: a\n\n  # --- part two ---\n\n  version: b\n',
    ],
    [
      'commented-out code at the margin stays, and keeps its column',
      '  image: a\n# old: 1\n  migrate: true\n  affinity:\n# x: 1\n    y: 2\n',
      '  image: a\n# old: 1\n  scheduling:\n    affinity:\n# x: 1\n      y: 2\n',
    ],
    [
      'one beside the value goes with it',
      '  image: a # about a\n  migrate: true # about m\n  version: b # about v\n',
      '  image: a # about a\n  version: b # about v\n',
    ],
    [
      'one beside the value moves with it',
      '  affinity: {}   # here\n  image: a\n',
      '  scheduling:\n    affinity: {}   # here\n  image: a\n',
    ],
    [
      'one after the key is part of the entry',
      '  affinity: # one\n    # two\n    x: 1\n',
      '  scheduling:\n    affinity: # one\n      # two\n      x: 1\n',
    ],
    [
      'one above the first entry belongs to it',
      '  # first\n  resources: {}\n  image: a\n',
      '  scheduling:\n    # first\n    resources: {}\n  image: a\n',
    ],
    ['one above the first entry, apart, stays', '  # first\n\n  resources: {}\n', '  # first\n\n  scheduling:\n    resources: {}\n'],
    [
      'those below the last entry move with it',
      '  image: a\n  resources: {}\n  # last\n    # deeper\n',
      '  image: a\n  scheduling:\n    resources: {}\n    # last\n      # deeper\n',
    ],
    ['those below the last entry stay when it goes', '  image: a\n  migrate: true\n    # deeper\n  # last\n', '  image: a\n  # last\n'],
    [
      'those between members move with them',
      '  resources: {}\n  # between\n\n  # above\n  affinity: {}\n',
      '  scheduling:\n    resources: {}\n    # between\n\n    # above\n    affinity: {}\n',
    ],
    [
      'a deeper block of them moves as one',
      '  affinity:\n    x: 1\n      # a:\n      #   b: 1\n  image: a\n',
      '  scheduling:\n    affinity:\n      x: 1\n        # a:\n        #   b: 1\n  image: a\n',
    ],
  ]);

  test('those at the top of a document belong to it', () => {
    expect(convertText(`# licence\nstatus: {}\n${HEAD}`).text).toBe(`# licence\n${NEW_HEAD}`);
    expect(convertText(`# licence\n\n# about\nstatus: {}\n${HEAD}`).text).toBe(`# licence\n\n# about\n${NEW_HEAD}`);
  });

  test('those that go are told', () => {
    const { droppedComments } = convertText(
      `${HEAD}spec:\n  image: a # stays\n  # above\n  canary: # beside\n    # inside\n    enable: false # too\n    # below\n  # stays\n`,
    );
    expect(droppedComments).toEqual(['# above', '# beside', '# inside', '# too', '# below']);
  });
});

describe('blank lines', () => {
  rows([
    ['on both sides of what goes: one side goes', '  image: a\n\n  migrate: true\n\n  version: b\n', '  image: a\n\n  version: b\n'],
    ['before it alone stay', '  image: a\n\n  migrate: true\n  version: b\n', '  image: a\n\n  version: b\n'],
    ['after it alone stay', '  image: a\n  migrate: true\n\n  version: b\n', '  image: a\n\n  version: b\n'],
    ['after the first entry go', '  migrate: true\n\n  version: b\n', '  version: b\n'],
    ['before the last entry go', '  version: b\n\n  migrate: true\n', '  version: b\n'],
    ['between entries that go, go', '  image: a\n\n  migrate: true\n\n  canary: {}\n\n  version: b\n', '  image: a\n\n  version: b\n'],
    ['at the end: those that went together leave none', '  image: a\n\n  migrate: true\n\n  canary: {}\n', '  image: a\n'],
    [
      'inside what moves, move without growing',
      '  affinity:\n\n    x: 1\n\n    y: 2\n',
      '  scheduling:\n    affinity:\n\n      x: 1\n\n      y: 2\n',
    ],
    [
      'around what moves away: one side goes',
      '  resources: {}\n\n  image: a\n\n  affinity: {}\n\n  version: b\n',
      '  scheduling:\n    resources: {}\n    affinity: {}\n\n  image: a\n\n  version: b\n',
    ],
    [
      'with blanks in them stay as they are',
      '  image: a\n   \n  affinity: {}\n   \n  version: b\n',
      '  image: a\n   \n  scheduling:\n    affinity: {}\n   \n  version: b\n',
    ],
    [
      'a line with a no-break space is no blank line',
      '  image: "a\n    \u00a0\n    b"\n  migrate: true\n',
      '  image: "a\n    \u00a0\n    b"\n',
    ],
  ]);
});

describe('new parents', () => {
  rows([
    [
      'stand where the first member stood',
      '  image: a\n  affinity: {}\n  version: b\n  nodeSelector: {}\n',
      '  image: a\n  scheduling:\n    affinity: {}\n    nodeSelector: {}\n  version: b\n',
    ],
    [
      'keep the order of their members',
      '  nodeSelector: {}\n  affinity: {}\n  resources: {}\n',
      '  scheduling:\n    nodeSelector: {}\n    affinity: {}\n    resources: {}\n',
    ],
    [
      'interleave',
      '  readinessProbe: {}\n  affinity: {}\n  livenessProbe: {}\n  resources: {}\n',
      '  probes:\n    readinessProbe: {}\n    livenessProbe: {}\n  scheduling:\n    affinity: {}\n    resources: {}\n',
    ],
    [
      'use the step of their map: four',
      '    affinity:\n        x: 1\n    image: a\n',
      '    scheduling:\n        affinity:\n            x: 1\n    image: a\n',
    ],
    [
      'use the step of their map: mixed',
      '   minio:\n      secret: a\n      externalURL: b\n',
      '   fileStore:\n      external:\n         secret: a\n         url: b\n',
    ],
    ['use the step of their map: one', ' database:\n  secret: a\n', ' database:\n  external:\n   secret: a\n'],
    [
      'move flush and indented lists',
      '  affinity:\n    x:\n    - a: 1\n      b: 2\n    y:\n      - - 1\n',
      '  scheduling:\n    affinity:\n      x:\n      - a: 1\n        b: 2\n      y:\n        - - 1\n',
    ],
    [
      'spread minio and database',
      '  minio:\n    replicas: 4\n    storageSize: 50Gi\n  database:\n    type: mysql\n    replicas: 2\n',
      '  fileStore:\n    operatorManaged:\n      replicas: 4\n      storageSize: 50Gi\n  database:\n    operatorManaged:\n      type: mysql\n      replicas: 2\n',
    ],
    [
      'take explicit keys along',
      '  ? resources\n  : limits: {}\n  image: a\n',
      '  scheduling:\n    ? resources\n    : limits: {}\n  image: a\n',
    ],
    [
      'stand where the last member stood when an alias asks for it',
      '  nodeSelector: {a: b}\n  serviceAnnotations: &s {c: d}\n  resources:\n    limits: *s\n',
      '  serviceAnnotations: &s {c: d}\n  scheduling:\n    nodeSelector: {a: b}\n    resources:\n      limits: *s\n',
    ],
  ]);
});

describe('scalars of several lines move with their indentation', () => {
  const env = (body: string): string => `  affinity:\n    x: ${body}\n  image: a\n`;
  const moved = (body: string): string => `  scheduling:\n    affinity:\n      x: ${body}\n  image: a\n`;
  test.each([
    ['literal', '|\n      a\n        b\n\n      c', '|\n        a\n          b\n\n        c'],
    ['literal with an indicator counts from its parent', '|2\n        a\n      b', '|2\n          a\n        b'],
    ['literal with blanks that are content', '|\n      a\n         \n      b', '|\n        a\n           \n        b'],
    ['literal with blanks that are none', '|-\n      a\n  \n      b', '|-\n        a\n    \n        b'],
    ['literal that keeps its end', '|+\n      a\n\n', '|+\n        a\n\n'],
    ['folded, with a comment on its header', '>- # why\n      a\n      b', '>- # why\n        a\n        b'],
    ['plain', 'one\n      two\n\n        three', 'one\n        two\n\n          three'],
    ['single-quoted', "'one\n      # two\n\n      three'", "'one\n        # two\n\n        three'"],
    ['double-quoted, with an escaped line break', '"one \\\n      two\n\n     three"', '"one \\\n        two\n\n       three"'],
    ['braces', '{a: 1,\n      # b\n      c: [1,\n      2]}', '{a: 1,\n        # b\n        c: [1,\n        2]}'],
    [
      'a literal of what looks like comments and keys',
      '|\n      # no comment\n      key: value\n      - item\n      ---x',
      '|\n        # no comment\n        key: value\n        - item\n        ---x',
    ],
  ])('%s', (_, before, after) => {
    expect(convertSpec(env(before))).toBe(moved(after));
  });

  rows([
    [
      'blank lines of a kept end are not taken by what goes after',
      '  image: |+\n    a\n\n  migrate: true\n\n  version: b\n',
      '  image: |+\n    a\n\n  version: b\n',
    ],
    ['nor given to it', '  image: |+\n    a\n  migrate: true\n\n  version: b\n', '  image: |+\n    a\n  version: b\n'],
    [
      'nor given to one that comes to be last',
      '  database:\n    type: |+\n      mysql\n    secret: ""\n  migrate: true\n\n  image: a\n',
      '  database:\n    operatorManaged:\n      type: |+\n        mysql\n  image: a\n',
    ],
    [
      'nor taken by what moves away',
      '  resources: {}\n  image: |+\n    a\n  affinity: {}\n\n  version: b\n',
      '  scheduling:\n    resources: {}\n    affinity: {}\n  image: |+\n    a\n  version: b\n',
    ],
  ]);
});

describe('names and values', () => {
  rows([
    ['quotes of a key stay', '  "mattermostLicenseSecret": a\n  \'minio\': {}\n', '  "licenseSecret": a\n  \'fileStore\': {}\n'],
    ['what stands between key and value stays', '  mattermostLicenseSecret :   "a"\n', '  licenseSecret :   "a"\n'],
    [
      'replicas that meant "not set" go',
      '  replicas: 0\n  minio:\n    replicas: -0\n    storageSize: 1Gi\n',
      '  fileStore:\n    operatorManaged:\n      storageSize: 1Gi\n',
    ],
    [
      'a negative count becomes none',
      '  replicas: -1 # off\n  database:\n    replicas: -0x2\n',
      '  replicas: 0 # off\n  database:\n    operatorManaged:\n      replicas: 0\n',
    ],
    ['an alias of a negative count as well', '  mattermostEnv: [&n -1]\n  replicas: *n\n', '  mattermostEnv: [&n -1]\n  replicas: 0\n'],
    [
      'odd spellings of kept values stay',
      '  replicas: 0x2\n  image: !!str 1\n  version: "\\x41"\n',
      '  replicas: 0x2\n  image: !!str 1\n  version: "\\x41"\n',
    ],
    ['nothing stays nothing', '  minio:\n  database: ~\n  replicas: null\n', '  fileStore:\n  database: ~\n  replicas: null\n'],
    [
      'a merge key stays where all it brings stays',
      '  elasticSearch: &e {host: a}\n  ingressAnnotations: &i\n    image: a\n  <<: *i\n',
      '  elasticSearch: &e {host: a}\n  ingressAnnotations: &i\n    image: a\n  <<: *i\n',
    ],
  ]);

  test('tags and anchors of the header stay', () => {
    expect(convertText(`apiVersion: !!str 'mattermost.com/v1alpha1'\nkind: &k "ClusterInstallation"\n`).text).toBe(
      `apiVersion: !!str 'installation.mattermost.com/v1beta1'\nkind: &k "Mattermost"\n`,
    );
  });
});

describe('the only entry goes', () => {
  rows([
    ['beside its key', '  image: a\n  minio:\n    secret: a\n  version: b\n', '  image: a\n  fileStore: {}\n  version: b\n'],
    ['with a comment after the key', '  minio: # files\n    # about\n    secret: a\n', '  fileStore: {} # files\n'],
    ['after an anchor', '  minio: &m\n    secret: a\n', '  fileStore: &m {}\n'],
    [
      'with comments that belong to none',
      '  minio:\n    # banner\n\n    secret: a\n    # last\n',
      '  fileStore: {}\n    # banner\n    # last\n',
    ],
    ['all of several', '  minio:\n    secret: a\n\n    externalBucket: b\n\n  image: a\n', '  fileStore: {}\n\n  image: a\n'],
    [
      'beside a dash',
      '  mattermostEnv:\n  - bogus: 1 # why\n  - name: A\n',
      '  mattermostEnv:\n  - {} # why\n  - name: A\n',
      { unknown: [['spec', 'mattermostEnv', 0, 'bogus']] },
    ],
    [
      'below a dash',
      '  mattermostEnv:\n  -\n    bogus: |\n      a\n',
      '  mattermostEnv:\n  -\n    {}\n',
      { unknown: [['spec', 'mattermostEnv', 0, 'bogus']] },
    ],
    ['in braces', '  minio: { secret: a }\n', '  fileStore: {}\n'],
  ]);

  test('of the spec', () => {
    expect(convertText(`${HEAD}spec:   # all\n    migrate: true\n`).text).toBe(`${NEW_HEAD}spec: {}   # all\n`);
    expect(convertText(`${HEAD}spec:\n\n  # why\n  migrate: true\nstatus: {}\n`).text).toBe(`${NEW_HEAD}spec: {}\n`);
  });
});

describe('the entry beside a dash goes', () => {
  const unknown = [['spec', 'mattermostEnv', 0, 'bogus']];
  rows([
    ['and the next one slides up', '  mattermostEnv:\n  - bogus: 1\n    name: A\n', '  mattermostEnv:\n  - name: A\n', { unknown }],
    [
      'with its own comment',
      '  mattermostEnv:\n  - bogus: 1 # why\n    # about name\n    name: A\n',
      '  mattermostEnv:\n  - # about name\n    name: A\n',
      { unknown },
    ],
    [
      'with a block of its own',
      '  mattermostEnv:\n  -   bogus:\n        x: 1\n\n      name: A\n',
      '  mattermostEnv:\n  -   name: A\n',
      { unknown },
    ],
    [
      'and a comment at the margin follows',
      '  mattermostEnv:\n  - bogus: 1\n# margin\n    name: A\n',
      '  mattermostEnv:\n  -\n# margin\n    name: A\n',
      { unknown },
    ],
  ]);
});

describe('braces', () => {
  rows([
    ['members side by side', '  database: {secret: a}\n', '  database: {external: {secret: a}}\n'],
    ['padding is copied', '  database: { secret: a }\n', '  database: { external: { secret: a } }\n'],
    [
      'members apart join the first',
      '  minio: {replicas: 1, secret: a, storageSize: b}\n',
      '  fileStore: {operatorManaged: {replicas: 1, storageSize: b}}\n',
    ],
    [
      'around members that stay',
      '  {resources: {}, image: a, affinity: {}, version: b}\n',
      '  {scheduling: {resources: {}, affinity: {}}, image: a, version: b}\n',
    ],
    ['without blanks', '  {"resources":{},"image":"a","affinity":{}}\n', '  {"scheduling":{"resources":{},"affinity":{}},"image":"a"}\n'],
    ['a tight key without quotes gets a blank', '  {resources:\n    {}, image: a}\n', '  {scheduling: {resources:\n    {}}, image: a}\n'],
    ['the first goes', '  {migrate: true, image: a}\n', '  {image: a}\n'],
    ['one between goes', '  {image: a, migrate: true, version: b}\n', '  {image: a, version: b}\n'],
    ['the last goes', '  {image: a, migrate: true}\n', '  {image: a}\n'],
    ['the last goes, a comma after it stays', '  {image: a, migrate: true,}\n', '  {image: a,}\n'],
    ['several go', '  {canary: {}, migrate: true, image: a, blueGreen: {}}\n', '  {image: a}\n'],
    ['all go', '  {canary: {}, migrate: true}\n', '  {}\n'],
    [
      'lines of their own',
      '  {\n    resources: {},\n    affinity: {a: 1},\n    image: a\n  }\n',
      '  {\n    scheduling: {\n      resources: {},\n      affinity: {a: 1}\n    },\n    image: a\n  }\n',
    ],
    [
      'comments beside members that move together',
      '  {\n    resources: {}, # one\n    # two\n    affinity: {} # three\n  }\n',
      '  {\n    scheduling: {\n      resources: {}, # one\n      # two\n      affinity: {}\n    } # three\n  }\n',
    ],
    [
      'strings that look like comments',
      '  {image: "a #b", resources: {}, version: "c # d", affinity: {}}\n',
      '  {image: "a #b", scheduling: {resources: {}, affinity: {}}, version: "c # d"}\n',
    ],
    [
      'an alias asks for the place of the last',
      '  {nodeSelector: {a: b}, serviceAnnotations: &s {c: d}, resources: *s }\n',
      '  {serviceAnnotations: &s {c: d}, scheduling: {nodeSelector: {a: b}, resources: *s} }\n',
    ],
  ]);
});

describe('JSON stays JSON', () => {
  const installation = {
    apiVersion: 'mattermost.com/v1alpha1',
    kind: 'ClusterInstallation',
    metadata: { name: 'chat' },
    spec: { replicas: 0, resources: {}, minio: { externalURL: 'u', secret: 's', replicas: 1 }, image: 'a', affinity: {}, migrate: true },
  };
  const converted = {
    apiVersion: 'installation.mattermost.com/v1beta1',
    kind: 'Mattermost',
    metadata: { name: 'chat' },
    spec: { scheduling: { resources: {}, affinity: {} }, fileStore: { external: { url: 'u', secret: 's' } }, image: 'a' },
  };

  test.each<[string, string | number]>([
    ['minified', 0],
    ['two blanks', 2],
    ['four blanks', 4],
    ['tabs', '\t'],
  ])('%s', (_, unit) => {
    expect(convertText(`${JSON.stringify(installation, null, unit)}\n`).text).toBe(`${JSON.stringify(converted, null, unit)}\n`);
  });

  test('with CRLF, in a List, and without a final newline', () => {
    const before = JSON.stringify(
      { apiVersion: 'v1', kind: 'List', items: [installation, { kind: 'Other' }, installation] },
      null,
      2,
    ).replaceAll('\n', '\r\n');
    const after = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [converted, { kind: 'Other' }, converted] }, null, 2).replaceAll(
      '\n',
      '\r\n',
    );
    expect(convertText(before).text).toBe(after);
  });

  test('modern ingress', () => {
    const spec = { ingressName: 'chat.example.com', useIngressTLS: true, image: 'a' };
    const ingress = { enabled: true, host: 'chat.example.com', tlsSecret: 'chat-example-com-tls-cert' };
    for (const unit of [0, 2, '\t']) {
      const text = JSON.stringify({ ...installation, spec }, null, unit);
      expect(convertText(text, { ingress: 'modern' }).text).toBe(
        JSON.stringify({ ...converted, spec: { ingress, image: 'a' } }, null, unit),
      );
    }
  });
});

describe('modern ingress', () => {
  rows([
    [
      'gathers the three fields',
      '  # host\n  ingressName: chat.example.com\n  image: a\n  ingressAnnotations:\n    a: b\n  useIngressTLS: yes # tls\n',
      '  ingress:\n    enabled: true\n    # host\n    host: chat.example.com\n    annotations:\n      a: b\n    tlsSecret: chat-example-com-tls-cert # tls\n  image: a\n',
      { ingress: 'modern' },
    ],
    [
      'drops TLS that is off',
      '  useIngressTLS: off\n  ingressName: "h"\n',
      '  ingress:\n    enabled: true\n    host: "h"\n',
      { ingress: 'modern' },
    ],
    [
      'keeps the fields without a literal host',
      '  ingressName: ${HOST}\n  useIngressTLS: true\n',
      '  ingressName: ${HOST}\n  useIngressTLS: true\n',
      { ingress: 'modern' },
    ],
  ]);
});

describe('the marks of a file stay', () => {
  test.each([
    [
      'CRLF',
      `${HEAD}spec:\n  affinity: {}\n  migrate: true\n`.replaceAll('\n', '\r\n'),
      `${NEW_HEAD}spec:\n  scheduling:\n    affinity: {}\n`.replaceAll('\n', '\r\n'),
    ],
    [
      'CRLF without a final newline',
      `${HEAD}spec:\n  affinity: {}`.replaceAll('\n', '\r\n'),
      `${NEW_HEAD}spec:\n  scheduling:\n    affinity: {}`.replaceAll('\n', '\r\n'),
    ],
    [
      'no final newline when the last entry goes after one that holds kept blank lines',
      `${HEAD}spec:\n  serviceAnnotations:\n    a: |+\n      b\n\n    c: d\n\n  migrate: true`,
      `${NEW_HEAD}spec:\n  serviceAnnotations:\n    a: |+\n      b\n\n    c: d`,
    ],
    ['no final newline when the last entry goes', `${HEAD}spec:\n  image: a\n\n  migrate: true`, `${NEW_HEAD}spec:\n  image: a`],
    ['a byte order mark', `\uFEFF${HEAD}`, `\uFEFF${NEW_HEAD}`],
    ['a byte order mark before what goes', `\uFEFFstatus: {}\n${HEAD}`, `\uFEFF${NEW_HEAD}`],
    ['markers', `--- # first\n${HEAD}...\n`, `--- # first\n${NEW_HEAD}...\n`],
    [
      'blanks at the end',
      `${HEAD}spec:\n  image: a  \n  affinity: {}  \n\n  \n`,
      `${NEW_HEAD}spec:\n  image: a  \n  scheduling:\n    affinity: {}  \n\n  \n`,
    ],
    [
      'an indented root',
      '  apiVersion: mattermost.com/v1alpha1\n  kind: ClusterInstallation\n  spec:\n    affinity: {}\n',
      '  apiVersion: installation.mattermost.com/v1beta1\n  kind: Mattermost\n  spec:\n    scheduling:\n      affinity: {}\n',
    ],
  ])('%s', (_, before, after) => {
    expect(convertText(before).text).toBe(after);
  });
});

describe('items of lists', () => {
  const item = (text: string, dash: string): string =>
    text
      .trimEnd()
      .replace(/^/, dash)
      .replaceAll('\n', `\n${' '.repeat(dash.length)}`);
  const spec = 'spec:\n  image: a\n  affinity: {}\n';
  const newSpec = 'spec:\n  image: a\n  scheduling:\n    affinity: {}\n';

  test.each(['- ', '  - ', '    -   ', '-    '])('with the dash %j', (dash) => {
    const list = (head: string, body: string): string =>
      `apiVersion: v1\nitems:\n# one\n${item(head + body, dash)}\n\n# two\n${item('kind: ConfigMap\n', dash)}\n${item(head + body, dash)}\n# end\nkind: List\n`;
    expect(convertText(list(HEAD, spec)).text).toBe(list(NEW_HEAD, newSpec));
  });

  test('a dash on a line of its own', () => {
    const list = (head: string, body: string): string => `kind: List\nitems:\n-\n  ${item(head + body, '').replaceAll('\n', '\n  ')}\n`;
    expect(convertText(list(HEAD, spec)).text).toBe(list(NEW_HEAD, newSpec));
  });

  test('the entry beside the dash goes', () => {
    const before = `kind: List\nitems:\n- status: {}\n  ${item(HEAD, '').replaceAll('\n', '\n  ')}\n- status: {}\n# margin\n  ${item(HEAD, '').replaceAll('\n', '\n  ')}\n`;
    const after = `kind: List\nitems:\n- ${item(NEW_HEAD, '').replaceAll('\n', '\n  ')}\n-\n# margin\n  ${item(NEW_HEAD, '').replaceAll('\n', '\n  ')}\n`;
    expect(convertText(before).text).toBe(after);
  });

  test('a typed list gets its new kind, wherever it stands', () => {
    const list = (apiVersion: string, kind: string, head: string): string =>
      `kind: ${kind} # all\nitems:\n${item(head, '- ')}\napiVersion: "${apiVersion}"\n`;
    expect(convertText(list('mattermost.com/v1alpha1', 'ClusterInstallationList', HEAD)).text).toBe(
      list('installation.mattermost.com/v1beta1', 'MattermostList', NEW_HEAD),
    );
  });

  test('a kept end of the last scalar does not take the blank lines after the list', () => {
    const list = (head: string, body: string): string => `kind: List\nitems:\n${item(head + body, '- ')}\n\n# end\nmetadata: {}\n`;
    const before = list(HEAD, 'spec:\n  image: |+\n    a\n  migrate: true\n');
    expect(convertText(before).text).toBe(
      before
        .replace('mattermost.com/v1alpha1', 'installation.mattermost.com/v1beta1')
        .replace('ClusterInstallation', 'Mattermost')
        .replace('    migrate: true\n\n', ''),
    );
  });

  test('anchors that items share', () => {
    const labels = (head: string, value: string): string => item(`${head}spec:\n  resourceLabels: ${value}\n`, '- ');
    const list = (head: string): string =>
      `kind: List\nitems:\n- kind: ConfigMap\n  data: &d {a: b}\n${labels(head, '*d')}\n${labels(head, '&e {c: d}')}\n${labels(head, '*e')}\n`;
    expect(convertText(list(HEAD)).text).toBe(list(NEW_HEAD));
  });
});
