import { parse } from 'yaml';
import { describe, expect, test } from 'vitest';
import { FORMATS } from '../../src/report/formats.ts';
import { temporaryRepository } from '../repo/workspace.ts';
import { run } from './harness.ts';

/** Credentials inside an installation come out in no report, but in the diff of lines that move. */

let words = 0;
/** A word that stands nowhere else. */
const word = (): string => `hush${String((words += 1)).padStart(3, '0')}hush`;
const LEAK = /hush\d{3}hush/;

/** An entry of the spec, beside fields of which something is found. */
const FIELDS: Readonly<Record<string, () => string>> = {
  'a password in a URL': () => `minio: {secret: s, externalBucket: b, colour: x, externalURL: "https://key:${word()}@s3.example.com"}`,
  'a password in a URL, over lines': () =>
    `minio:\n  colour: x\n  externalURL: https://key:${word()}@s3.example.com/\n  externalBucket: b\n  secret: s`,
  'a token as the user of a URL': () =>
    `minio:\n  colour: x\n  externalURL: https://${word()}@s3.example.com/\n  externalBucket: b\n  secret: s`,
  'a password with a slash': () => `colour: postgres://u:a/${word()}?@h/db`,
  'an access key': () => `minio:\n  colour: x\n  accessKey: ${word()}\n  secretKey: "${word()}"`,
  'keys in other spellings': () =>
    `colour:\n  access_key: ${word()}\n  AWS_SECRET_ACCESS_KEY: ${word()}\n  apiKey: ${word()}\n  private-key: ${word()}\n  "authToken": ${word()}\n  passwd: ${word()}`,
  'secrets of clients, cookies and webhooks': () =>
    `colour:\n  clientSecret: ${word()}\n  client_secret: ${word()}\n  secretKeyBase: ${word()}\n  cookie: ${word()}\n  webhook: https://hooks.slack.com/services/${word()}\n  webhookURL: https://example.com/${word()}`,
  'a connection string': () => `colour: "mm:${word()}@tcp(db:3306)/mm"\ndataSource: mm:${word()}@tcp(db)/mm`,
  'a connection string of words': () => `colour: host=db user=mm password=${word()} sslmode=disable`,
  'an environment variable': () =>
    `colour: x\nmattermostEnv:\n- {name: A, value: "${word()}"}\n- name: B\n  value: |\n    ${word()}\n    ${word()}\n  colour: x`,
  'a header in an annotation': () =>
    `colour: x\ningressAnnotations:\n  nginx.ingress.kubernetes.io/configuration-snippet: |\n    proxy_set_header Authorization "Basic ${word()}";\n    set $a ${word()};\n  b: c`,
  'a header in a list': () => `colour:\n- "Authorization: Bearer ${word()}"\n- bearer ${word()}\n- x-api-key=${word()}`,
  'a token in an annotation': () => `colour: x\nserviceAnnotations:\n  vault/token: ${word()}\n  b/credentials: ${word()}`,
  'what was applied last': () =>
    `colour: x\nserviceAnnotations:\n  kubectl.kubernetes.io/last-applied-configuration: |\n    {"spec":{"elasticSearch":{"x":"${word()}"}}}`,
  'a key in a file': () =>
    `colour: x\nserviceAnnotations:\n  a: |\n    -----BEGIN RSA PRIVATE KEY-----\n    ${word()}\n    -----END RSA PRIVATE KEY-----`,
  'a password behind an alias': () => `colour: &c ${word()}\nelasticSearch: {host: h, accessKey: *c}`,
  'a comment': () => `# was https://a:${word()}@b/\n# accessKey: ${word()}\ncolour: x`,
  'a value of the wrong type': () => `colour: x\nreplicas: "https://a:${word()}@b/"\nuseIngressTLS: token=${word()}`,
};

const manifest = (fields: string): string =>
  `apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: chat\nspec:\n  ingressName: chat.example.com\n${fields.replaceAll(/^(?=.)/gm, '  ')}\n  nodeSelector: {a: b}\n`;

/** What is printed besides diffs. */
async function printed(cwd: string, format: string): Promise<string> {
  const { stdout, stderr } = await run(['convert', '--format', format, '--verbose'], { cwd });
  const scanned = await run(
    ['scan', '--verbose', ...(['diff', 'sarif', 'rdjson', 'github'].includes(format) ? [] : ['--format', format])],
    { cwd },
  );
  const both = `${scanned.stdout.toString()}${scanned.stderr}${stderr}`;
  switch (format) {
    case 'json': {
      const { changes: _, ...rest } = JSON.parse(stdout.toString()) as { changes: unknown };
      return `${JSON.stringify(rest)}${both}`;
    }
    case 'diff':
    case 'markdown':
    case 'html':
      return both;
    default:
      return `${stdout.toString()}${both}`;
  }
}

describe.each(Object.entries(FIELDS))('%s', (_, fields) => {
  test('is in nothing but the diff', async () => {
    const text = manifest(fields());
    parse(text);
    const cwd = temporaryRepository({ 'chat.yaml': text });
    for (const format of FORMATS) {
      const said = await printed(cwd, format);
      expect.soft(said).toContain('unknown-field');
      expect.soft(`${format}\n${said}`).not.toMatch(LEAK);
    }
  });
});

test('conversions whose lines may hold credentials are no fixes; others are', async () => {
  const cwd = temporaryRepository({
    'moved.yaml': manifest(`minio:\n  externalURL: https://key:${word()}@s3.example.com/\n  externalBucket: b\n  secret: s`),
    'plain.yaml': manifest('minio:\n  externalURL: https://s3.example.com/\n  externalBucket: b\n  secret: s').replace('chat', 'plain'),
  });
  const sarif = await run(['convert', '--format', 'sarif'], { cwd });
  const log = JSON.parse(sarif.stdout.toString()) as {
    runs: {
      results: { fixes?: unknown; message: { text: string }; locations: { physicalLocation: { artifactLocation: { uri: string } } }[] }[];
    }[];
  };
  const fixed = log.runs[0]?.results
    .filter(({ fixes }) => fixes !== undefined)
    .map(({ locations }) => locations[0]?.physicalLocation.artifactLocation.uri);
  expect(fixed).toEqual(['plain.yaml']);
  const rdjson = await run(['convert', '--format', 'rdjson'], { cwd });
  const { diagnostics } = JSON.parse(rdjson.stdout.toString()) as {
    diagnostics: { suggestions?: unknown; message: string; location: { path: string } }[];
  };
  expect([...new Set(diagnostics.filter(({ suggestions }) => suggestions !== undefined).map(({ location }) => location.path))]).toEqual([
    'plain.yaml',
  ]);
  expect(diagnostics.filter(({ message }) => message.includes('may hold credentials')).map(({ location }) => location.path)).toEqual([
    'moved.yaml',
  ]);
});

test('names of Secrets and plain URLs are shown as ever', async () => {
  const cwd = temporaryRepository({
    'chat.yaml': manifest('minio:\n  secret: s3-credentials\n  colour: x\n  externalURL: https://s3.example.com/\n  externalBucket: b'),
  });
  const { stderr } = await run(['convert'], { cwd });
  expect(stderr).toMatch(/secret: s3-credentials/);
  expect(stderr).toMatch(/externalURL: https:\/\/s3\.example\.com\//);
});

test.each([
  ['a remote resource', { 'kustomization.yaml': `resources: [chat.yaml, "https://user:${word()}@git.example.com/a//b?ref=c"]\n` }],
  ['a remote base', { 'kustomization.yaml': `resources: [chat.yaml]\nbases: ["git::https://${word()}@git.example.com/a"]\n` }],
  ['a component', { 'kustomization.yaml': `resources: [chat.yaml]\ncomponents: ["https://a:${word()}@git.example.com/a"]\n` }],
  ['a generator', { 'kustomization.yaml': `resources: [chat.yaml]\ngenerators: ["https://a:${word()}@git.example.com/a"]\n` }],
  ['a patch that fails', { 'kustomization.yaml': `resources: [chat.yaml]\npatches: [{path: "https://a:${word()}@git.example.com/a"}]\n` }],
])('messages about %s hold none', async (_, files) => {
  const cwd = temporaryRepository({ 'chat.yaml': manifest('colour: x'), ...files });
  for (const args of [
    ...FORMATS.map((format) => ['convert', '--format', format, '--verbose']),
    ['scan', '--verbose'],
    ['convert', '--prove', 'never'],
  ]) {
    const { stdout, stderr } = await run(args, { cwd });
    expect.soft(`${stderr}${args.includes('diff') || args.includes('never') ? '' : stdout.toString()}`).not.toMatch(LEAK);
  }
});
