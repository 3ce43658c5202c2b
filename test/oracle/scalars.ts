/** Every spelling of a scalar in every kind of place: what Kubernetes reads there, ci2mm must read too. */

const cases = (word: string): string[] => [word.toLowerCase(), word.toUpperCase(), capitalised(word.toLowerCase()), flipped(word.toLowerCase())];
const capitalised = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);
const flipped = (word: string): string => word.slice(0, 1) + word.slice(1).toUpperCase();
const signed = (...bodies: string[]): string[] => bodies.flatMap((body) => [body, `-${body}`, `+${body}`]);

const WORDS = [
  ...['true', 'false', 'yes', 'no', 'on', 'off', 'null'].flatMap(cases),
  ...['y', 'Y', 'n', 'N', 't', 'f', '~', '', '~x', 'nil', 'None', 'undefined', 'ye', 'yess', 'truey'],
];

const INTEGERS = [
  ...signed('0', '00', '1', '01', '7', '07', '08', '010', '0777', '12', '1000000'),
  ...signed('0o7', '0o17', '0o8', '0O7', '0o', '0o0o7'),
  ...signed('0x1f', '0x1F', '0X1f', '0xg', '0x', '0x_1f', '0x1_f'),
  ...signed('0b0', '0b101', '0B1', '0b2', '0b', '0b1_0'),
  ...signed('1_000', '1_', '1__0', '_1', '_', '0_7', '1_e3', '1e_3'),
  ...['--1', '++1', '+-1', '-+1', '0b-1', '0b+1', '-0b-1', '0x-1', '0o-7', '1,000', '1 000', '1\u00a0000', '１', '٣', '1L', '1h', '#1'],
  ...['2147483647', '2147483648', '-2147483648', '-2147483649', '4294967295', '4294967296', '8589934592'],
  ...['9007199254740991', '9007199254740992', '9007199254740993', '-9007199254740993'],
  ...['9223372036854775807', '9223372036854775808', '-9223372036854775808', '-9223372036854775809', '+9223372036854775807', '+9223372036854775808'],
  ...['18446744073709551615', '18446744073709551616', '-18446744073709551615', '123456789012345678901234567890'],
  ...['0xFFFFFFFFFFFFFFFF', '0x7FFFFFFFFFFFFFFF', '-0x8000000000000000', '0x10000000000000000', '0777777777777777777777', '0o1777777777777777777777'],
  `0b${'1'.repeat(63)}`,
  `0b${'1'.repeat(64)}`,
  `0b${'1'.repeat(65)}`,
];

const FLOATS = [
  ...signed('0.0', '1.0', '2.', '1.5', '.5', '0.10', '5.30', '1e3', '1E3', '1e+3', '1e-3', '1.e3', '.1e3', '1.5e3', '1e400', '1e-400'),
  ...signed('.inf', '.Inf', '.INF', '.iNF', '.nan', '.NaN', '.NAN', '.nAn', 'inf', 'infinity', 'nan'),
  ...['.', '..', '...x', '-.', '+.', '.e3', '.5.', '1.2.3', 'e3', '1e', '1e+', '1e3.5', '1e.5', '1_0.5', '1_0e1_0', '._5', '.5_', '.5_0', '.0_1'],
  ...['0x1.8p1', '0x1p4', '1p4', '.0x1', '.5p1', '.Infinity', '.1e', '1.5e', '1f', '1d'],
  ...['1e7', '1e18', '1e19', '1e20', '1e21', '1e22', '1e308', '1.7976931348623157e308', '1.7976931348623159e308', '4.9e-324', '2e-324'],
  ...['9.2e18', '9.3e18', '9223372036854775807.0', '9007199254740993.0', '0.30000000000000004', '123456.789', '100000000000000000000', '.1e-400'],
];

const DATES = [
  ...['1:30', '01:30', '1:30:00', '190:20:30', '190:20:30.15', '-1:30', '1:60', '12:30:45.5'],
  ...['2021-01-01', '2021-1-1', '2021-13-01', '2021-02-30', '0000-01-01', '9999-12-31', '20210101', '2021-01', '2021', '-2021-01-01', '12021-01-01'],
  ...['2021-01-01T00:00:00Z', '2021-01-01t00:00:00z', '2021-01-01T00:00:00.5Z', '2021-01-01T00:00:00+01:00', '2021-01-01T00:00:00', '2021-01-01T0:0:0Z'],
  ...['2021-01-01 00:00:00', '2021-01-01 00:00:00 +1', '2021-01-01 0:0:0.25', '2001-12-14t21:59:43.10-05:00', '2021-01-01T25:00:00Z'],
];

const QUOTED = [
  ...['1', 'true', 'yes', '', 'null', '~', ' ', '1 ', '0x1F', '1e3', '.inf', '5.30', '<<', '1:30', '2021-01-01', '- x', '#', 'a: b', '---'].flatMap(
    (text) => [`"${text}"`, `'${text}'`],
  ),
  ...["'it''s'", "''''", "'a\\nb'", '"\\"', '"a" b', "'a' b", '"a"b', '"a"#b', '"a" #b', '"a', "'a"],
  ...['\\0', '\\a', '\\b', '\\t', '\\n', '\\v', '\\f', '\\r', '\\e', '\\ ', '\\"', '\\/', '\\\\', '\\N', '\\_', '\\L', '\\P', "\\'", '\\\t'].map(escaped),
  ...['\\x31', '\\x3', '\\xg1', '\\u0031', '\\u003', '\\U00000031', '\\U0000003', '\\ud83d', '\\ude00', '\\ud83d\\ude00', '\\U0001f600'].map(escaped),
  ...['\\UD8000000', '\\U00110000', '\\ufeff', '\\u0000', '\\u2028', '\\u0085', '\\s', '\\1', '\\B', '\\', '\\%', '\\U0000d800'].map(escaped),
];
function escaped(escape: string): string {
  return `"a${escape}b"`;
}

const TAGS = ['!!str', '!!int', '!!float', '!!bool', '!!null', '!!timestamp', '!!binary', '!!merge', '!!set', '!!seq', '!!map', '!!', '!', '!x', '!<tag:yaml.org,2002:str>', '!<tag:yaml.org,2002:int>', '!e!x', '!<>', '!<!>', '!!str,', '!!in%74', '!ü'];
const TAGGED_BODIES = ['', '1', '"1"', "'0x1F'", '1.0', 'x', 'true', '"yes"', 'yes', 'null', '~', '""', '2021-01-01', '"2021-01-01"', 'aGk=', '"aGk="', 'aGk', '0o7', '.inf', '18446744073709551615', '[]', '{}', '<<', '1e3', '&a 1'];
const TAGGED = TAGS.flatMap((tag) => TAGGED_BODIES.map((body) => (body === '' ? tag : `${tag} ${body}`)));

const STRINGS = [
  ...['a', 'abc', '5.14.0', '1.2.3.4', '100users', 'x y', '=', '<<', '-', '--', '---x', '-x', '- x', '?x', '? x', ':x', 'x:', 'x: y', 'x:y', 'x :y', '::', ':', '?', 'a?b', 'a?', 'a:,b', 'a:]', 'a:}'],
  ...['a#b', 'a #b', '#x', '@x', '`x', '%x', '%', '&x', '&x 1', '&a.b 1', '&ü 1', '&a: 1', '*x', '!', '|', '>', '|x', '|-', '>+', '|2', '|0', ',x', 'a,b', '[', ']', '{', '}', '[]', '{}'],
  ...['[a]', '[a,]', '[a, b: c]', '[,]', '[a,,b]', '[?a]', '[? a]', '[-]', '[- a]', '[a: ]', '[a:]', '[:a]', '["a":b]', '[[a]]', '[a]b', '{a: b}', '{a:b}', '{a: b,}', '{a:, b: c}', '{a:[b]}', '{"a":b}', '{? a : b}', '{?a: b}'],
  ...['{a}', '{a, b}', '{: b}', '{a: -}', '{a: -b}', '{a: http://x/y?z=1}', '{a: http://x/y}', '{a: b?}', '{a: :b}', '{a: b:c}', '{a: b: c}', '{a: @b}', '{~: b}', '{1: a, "1": b}', '{on: a, true: b}', '{1.0: a, 1: b}', '{"<<": {a: b}}', '{<<: {a: b}}', '{<<: [{a: b}]}', '{<<: a}', '{<<: [a]}', '{<<: }', '{!!str <<: {a: b}}', '{18446744073709551615: b}', '{.nan: b}', '{!!binary aGk=: b}', '{2021-01-01: b}', '{[a]: b}', '{{a: b}: c}'],
  ...['"', "'", 'a"b', "a'b", 'sha256:0123', '${X}', '{{ X }}', '{{X}}', 'ü', '日本', '😀', '\\', 'a\\b', '\ta', 'a\t', 'a\tb', 'a  b', 'http://x/y?z=1', 's3://x', '5 4 * * *', '*/5 * * * *', '\u0080', '\u009f', '\ufffe', 'a\u007fb', '\u00a0'],
  ...['50Gi', '100m', '1Gi', '1.5Gi', '1 Gi', '1k', '1K', '1ki', '1Ki', '1m', '1M', '1Mi', '1E', '1Ei', '1Ti', '1Pi', '1n', '1u', '1e3Mi', '1e3m', '.5Gi', '1.Gi', '+1Gi', '-1Gi', '0.0001', '12345678901234567890Gi', '1GB', '1gi', 'Gi', '1e999999999999', '1E-3', '"1e3.5"', '"1e.5"', '"1E+3."', '"1e3"', '"0x1"', '"1_0"', '"9223372036854775808"', '"1e400"'],
];

export const SPELLINGS: readonly string[] = [...new Set([...WORDS, ...INTEGERS, ...FLOATS, ...DATES, ...QUOTED, ...TAGGED, ...STRINGS])];

const HEAD = 'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: chat\n';
const SPEC = 'spec:\n  ingressName: chat.example.com\n';
const withSpec = (text: string): string => `${HEAD}${SPEC}${text.replaceAll(/^(?=.)/gm, '  ')}\n`;
const withMetadata = (text: string): string => `${HEAD}${text.replaceAll(/^(?=.)/gm, '  ')}\n${SPEC}`;
const withSecret = (secret: string, text: string): string => `apiVersion: v1\nkind: Secret\n${secret}\n---\n${withSpec(text)}`;

/** Each puts a scalar into a manifest. */
export const PLACES: Readonly<Record<string, (scalar: string) => string>> = {
  'an integer': (s) => withSpec(`replicas: ${s}`),
  'an integer in braces': (s) => `${HEAD}spec: {ingressName: a, replicas: ${s} }\n`,
  'an integer of a map that moves': (s) => withSpec(`minio:\n  replicas: ${s}\n  storageSize: 1Gi`),
  'an integer that is dropped': (s) => withSpec(`minio:\n  externalURL: s3\n  externalBucket: b\n  secret: f\n  replicas: ${s}`),
  'an integer of a probe': (s) => withSpec(`livenessProbe:\n  periodSeconds: ${s}`),
  'a long integer': (s) => withSpec(`livenessProbe:\n  terminationGracePeriodSeconds: ${s}`),
  'a boolean': (s) => withSpec(`useIngressTLS: ${s}`),
  'a boolean that is dropped': (s) => withSpec(`migrate: ${s}`),
  'BlueGreen': (s) => withSpec(`blueGreen:\n  enable: ${s}`),
  'Canary in braces': (s) => withSpec(`canary: {enable: ${s} }`),
  'a string': (s) => withSpec(`version: ${s}`),
  'the host': (s) => `${HEAD}spec:\n  ingressName: ${s}\n  size: 100users\n`,
  'a string in braces': (s) => `${HEAD}spec: {ingressName: a, version: ${s} }\n`,
  'the last string in braces': (s) => `${HEAD}spec: {ingressName: a, version: ${s}}\n`,
  'a string that gets another name': (s) => withSpec(`mattermostLicenseSecret: ${s}`),
  'a string that is dropped': (s) => withSpec(`minio:\n  externalURL: s3\n  externalBucket: b\n  secret: f\n  storageSize: ${s}`),
  'a string of a list': (s) => withSpec(`livenessProbe:\n  exec:\n    command:\n    - ${s}\n    - b`),
  'a string of a list in brackets': (s) => withSpec(`livenessProbe:\n  exec:\n    command: [a, ${s}, b]`),
  'a string of a list in JSON': (s) => withSpec(`livenessProbe:\n  exec: {"command":["a",${s}]}`),
  'an entry of a map of strings': (s) => withSpec(`nodeSelector:\n  a: ${s}`),
  'a key of a map of strings': (s) => withSpec(`nodeSelector:\n  ${s}: x\n  b: y`),
  'a key in braces': (s) => withSpec(`nodeSelector: {b: y, ${s}: x}`),
  'a key of spec': (s) => withSpec(`${s}: {a: b}\nsize: 100users`),
  'a key of a map that moves': (s) => withSpec(`minio:\n  ${s}: {replicas: 2}\n  storageSize: 1Gi`),
  'a variable of the environment': (s) => withSpec(`mattermostEnv:\n- name: A\n  value: ${s}`),
  'a quantity': (s) => withSpec(`resources:\n  limits:\n    cpu: ${s}`),
  'a quantity of the database': (s) => withSpec(`database:\n  type: mysql\n  resources:\n    requests:\n      memory: ${s}`),
  'a quantity in braces': (s) => withSpec(`resources: {limits: {cpu: ${s} }}`),
  'a storage size': (s) => withSpec(`database:\n  storageSize: ${s}`),
  'a port': (s) => withSpec(`readinessProbe:\n  httpGet:\n    port: ${s}`),
  'the URL of a file store': (s) => withSpec(`minio:\n  externalURL: ${s}\n  externalBucket: b\n  secret: f\n  storageSize: 1Gi`),
  'the URL of a file store in braces': (s) => withSpec(`minio: {externalURL: ${s} , externalBucket: b, secret: chat-minio}`),
  'a free map': (s) => withSpec(`nodeSelector: ${s}\nsize: 100users`),
  'a map that stays': (s) => withSpec(`elasticSearch: ${s}\nsize: 100users`),
  'a map that moves': (s) => withSpec(`resources: ${s}\nsize: 100users`),
  'the file store': (s) => withSpec(`minio: ${s}\nsize: 100users`),
  'the database': (s) => withSpec(`database: ${s}\nsize: 100users`),
  'all of BlueGreen': (s) => withSpec(`blueGreen: ${s}\nsize: 100users`),
  'a list': (s) => withSpec(`mattermostEnv: ${s}\nsize: 100users`),
  'all of spec': (s) => `${HEAD}spec: ${s}\n`,
  'an unknown field': (s) => withSpec(`bogus: ${s}\nsize: 100users`),
  'all of status': (s) => `${HEAD}${SPEC}status: ${s}\n`,
  'the name': (s) => `apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: ${s}\n${SPEC}`,
  'the namespace': (s) => withMetadata(`namespace: ${s}`),
  'a label': (s) => withMetadata(`labels:\n  a: ${s}`),
  'a key of annotations': (s) => withMetadata(`annotations:\n  ${s}: x`),
  'all of annotations': (s) => withMetadata(`annotations: ${s}`),
  'an exported uid': (s) => withMetadata(`uid: ${s}`),
  'an exported generation': (s) => withMetadata(`generation: ${s}`),
  'an exported time': (s) => withMetadata(`creationTimestamp: ${s}`),
  'exported owners': (s) => withMetadata(`ownerReferences: ${s}`),
  'an annotation of kubectl': (s) => withMetadata(`annotations:\n  kubectl.kubernetes.io/last-applied-configuration: ${s}\n  a: b`),
  'a finalizer': (s) => withMetadata(`finalizers:\n- ${s}`),
  'the apiVersion': (s) => `apiVersion: ${s}\nkind: ClusterInstallation\nmetadata:\n  name: chat\n${SPEC}`,
  'the kind': (s) => `apiVersion: mattermost.com/v1alpha1\nkind: ${s}\nmetadata:\n  name: chat\n${SPEC}`,
  'the name of a database Secret': (s) => withSecret(`metadata:\n  name: ${s}\ndata:\n  DB_CONNECTION_STRING: eA==`, `database:\n  secret: ${s}\n  replicas: 2`),
  'a database Secret of another name': (s) => withSecret('metadata:\n  name: db\ndata:\n  DB_CONNECTION_STRING: eA==', `database:\n  secret: ${s}`),
  'text of a database Secret': (s) => withSecret(`metadata:\n  name: db\nstringData:\n  DB_CONNECTION_STRING: ${s}`, 'database:\n  secret: db\n  replicas: 2'),
  'a key of a database Secret': (s) => withSecret(`metadata:\n  name: db\nstringData:\n  ${s}: x`, 'database:\n  secret: db\n  replicas: 2'),
};
