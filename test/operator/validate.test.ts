import { describe, expect, test } from 'vitest';
import { formatPath, type ValueMap } from '../../src/model/value.ts';
import { defaultTarget, release } from '../../src/operator/releases.ts';
import { validate } from '../../src/operator/validate.ts';
import type { Kind } from '../../src/operator/schemas.ts';
import { scalar, toMap, type Data } from './values.ts';

/** The problems of a spec, one line each. */
function problems(kind: Kind, spec: Data, version = defaultTarget.version): string[] {
  return linesOf(kind, toMap({ apiVersion: 'x', kind, metadata: { name: 'chat' }, spec }), version);
}

function linesOf(kind: Kind, value: ValueMap, version = defaultTarget.version): string[] {
  return validate(kind, value, release(version)).map(({ path, code, message, suggestion }) => {
    const hint = suggestion === null ? '' : `; ${suggestion}?`;
    return `${code} ${formatPath(path)}: ${message}${hint}`;
  });
}

const inOld = (spec: Record<string, Data>): string[] => problems('ClusterInstallation', { ingressName: 'chat.example.com', ...spec });
const inNew = (spec: Record<string, Data>, version?: string): string[] => problems('Mattermost', spec, version);

describe('types', () => {
  test('a whole resource of either kind passes', () => {
    expect(
      inOld({ replicas: 2, mattermostEnv: [{ name: 'A', value: 'b' }], minio: { storageSize: '50Gi' }, blueGreen: { enable: true } }),
    ).toEqual([]);
    expect(
      inNew({ ingress: { enabled: true, host: 'chat.example.com' }, fileStore: { external: { url: 'x', bucket: 'b', secret: 's' } } }),
    ).toEqual([]);
  });

  test.each<[string, Record<string, Data>, string]>([
    ['string', { version: 5.3 }, 'wrong-type spec.version: must be a string, is a number'],
    ['boolean', { useIngressTLS: 'true' }, 'wrong-type spec.useIngressTLS: must be a boolean, is a string'],
    ['integer', { replicas: 'two' }, 'wrong-type spec.replicas: must be an integer, is a string'],
    ['integer with a fraction', { replicas: 1.5 }, 'wrong-type spec.replicas: must be an integer, is a number'],
    ['map', { minio: [] }, 'wrong-type spec.minio: must be a map, is a list'],
    ['list', { mattermostEnv: { A: 'b' } }, 'wrong-type spec.mattermostEnv: must be a list, is a map'],
    ['item', { mattermostEnv: [null] }, 'wrong-type spec.mattermostEnv[0]: must be a map, is null'],
    ['free map', { resourceLabels: { 'a/b~c': 1 } }, 'wrong-type spec.resourceLabels["a/b~c"]: must be a string, is a number'],
    [
      'int-or-string',
      { resources: { limits: { cpu: true } } },
      'wrong-type spec.resources.limits.cpu: must be an integer or a string, is a boolean',
    ],
  ])('%s', (_, spec, line) => {
    expect(inOld(spec)).toEqual([line]);
  });

  test.each<[string, Record<string, Data>, string]>([
    ['int32', { replicas: 2 ** 31 }, 'invalid-value spec.replicas: must be <= 2147483647'],
    [
      'int64',
      { livenessProbe: { terminationGracePeriodSeconds: 2n ** 63n } },
      'invalid-value spec.livenessProbe.terminationGracePeriodSeconds: must be < 9223372036854775808',
    ],
    [
      'quantity',
      { minio: { storageSize: 'lots' } },
      'invalid-value spec.minio.storageSize: must match ^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$',
    ],
  ])('%s', (_, spec, line) => {
    expect(inOld(spec)).toEqual([line]);
  });

  test('numbers beyond what Kubernetes holds are out of range', () => {
    const cpu = (value: Data): string[] => inOld({ resources: { limits: { cpu: value } } });
    const port = (value: Data): string[] =>
      inOld({ readinessProbe: { httpGet: { port: value } }, livenessProbe: { tcpSocket: { port: 80 } } });
    for (const value of [2n ** 63n, 2n ** 64n, 1e20])
      expect(cpu(value)).toEqual(['invalid-value spec.resources.limits.cpu: must be < 9223372036854775808']);
    for (const value of [-(2n ** 64n), -(2 ** 63)])
      expect(cpu(value)).toEqual(['invalid-value spec.resources.limits.cpu: must be >= -9223372036854775808']);
    for (const value of [2 ** 31, 2n ** 64n, 1e300])
      expect(port(value)).toEqual(['invalid-value spec.readinessProbe.httpGet.port: must be <= 2147483647']);
    expect(port(-(2 ** 31) - 1)).toEqual(['invalid-value spec.readinessProbe.httpGet.port: must be >= -2147483648']);
    expect([...cpu(2n ** 63n - 1n), ...cpu(-(2n ** 63n)), ...port(2 ** 31 - 1), ...port('http')]).toEqual([]);
  });

  test.each(['1e3.5', '1E+3.', '1e.5', '1e-.5', '1e9999999', '1E-999999999999', '1e99999999999999999999'])(
    '%s has no exponent that Kubernetes could read',
    (cpu) => {
      expect(inOld({ resources: { requests: { cpu } } })).toEqual([
        'invalid-value spec.resources.requests.cpu: must be a quantity such as 500m or 2Gi, an exponent in it a whole number of at most six digits',
      ]);
    },
  );

  test('quantities up to the limits pass', () => {
    for (const cpu of ['1e3', '1E-3', '.5', '1.', '1.5Gi', '1E', '1Ei', 2n ** 63n - 1n, -(2n ** 63n)])
      expect(inOld({ resources: { requests: { cpu } } })).toEqual([]);
  });

  test('numbers that fit pass, as Kubernetes reads them', () => {
    expect(
      inOld({ replicas: 3.0, livenessProbe: { terminationGracePeriodSeconds: 2n ** 63n - 1n }, resources: { limits: { cpu: 1 } } }),
    ).toEqual([]);
  });

  test('an enumeration names what is allowed', () => {
    expect(inNew({ database: { readinessCheck: { mode: 'inside' } } })).toEqual([
      'invalid-value spec.database.readinessCheck.mode: must be one of external, builtin',
    ]);
  });

  test('every problem is reported, none with a value', () => {
    const secret = 'hunter2';
    const lines = inOld({
      replicas: secret,
      size: [secret],
      minio: { storageSize: secret },
      mattermostEnv: [{ value: { [secret]: secret } }],
    });
    expect(lines).toHaveLength(5);
    expect(lines.join('\n')).not.toContain(secret);
  });
});

describe('required fields', () => {
  test('a ClusterInstallation needs an ingressName', () => {
    expect(problems('ClusterInstallation', {})).toEqual(['missing-field spec.ingressName: is required']);
  });

  test('a null counts as absent, as the API server prunes it', () => {
    expect(problems('ClusterInstallation', { ingressName: null, replicas: null, database: null })).toEqual([
      'missing-field spec.ingressName: is required',
    ]);
  });

  test('a Mattermost needs it up to operator 1.15', () => {
    const line = 'missing-field spec.ingressName: is required before operator 1.16.0, the target is 1.15.0';
    expect(inNew({}, '1.15.0')).toEqual([line]);
    expect(inNew({ ingressName: null }, '1.15.0')).toEqual([line]);
    expect(inNew({ ingressName: 'chat.example.com' }, '1.15.0')).toEqual([]);
    expect(inNew({}, '1.16.0')).toEqual([]);
  });
});

describe('fields of another release', () => {
  test('a field that came later', () => {
    expect(inNew({ ingressName: 'x', ingress: { enabled: true } }, '1.15.0')).toEqual([
      'not-yet-in-target spec.ingress: needs operator 1.16.0 or later, the target is 1.15.0',
    ]);
    expect(inNew({ database: { readinessCheck: {} } }, '1.25.7')).toHaveLength(1);
    expect(inNew({ database: { readinessCheck: {} } }, '1.25.8')).toEqual([]);
  });

  test('a field that is gone', () => {
    expect(inNew({ database: { operatorManaged: { type: 'mysql' } } }, '2.0.0')).toEqual([
      'removed-in-target spec.database.operatorManaged: was removed in operator 2.0.0, the target is 2.0.0',
    ]);
  });

  test('a null is nothing to complain about', () => {
    expect(inNew({ ingressName: 'x', ingress: null }, '1.15.0')).toEqual([]);
  });

  test.each<[string, Data]>([
    ['a value', '8.0'],
    ['a null, which strict validation does not take either', null],
  ])('a ClusterInstallation of an older operator lacks it as well: %s', (_, version) => {
    const spec = { ingressName: 'x', database: { version } };
    expect(problems('ClusterInstallation', spec, '1.20.1')).toEqual([
      'not-yet-in-target spec.database.version: needs operator 1.21.0 or later, the target is 1.20.1',
    ]);
    expect(problems('ClusterInstallation', spec, '1.21.0')).toEqual([]);
    expect(problems('ClusterInstallation', spec, '2.0.0')).toEqual([]);
  });

  test('what stands below is not judged', () => {
    const spec = { ingressName: 'x', readinessProbe: { grpc: { port: 'x', bogus: 1 } } };
    expect(problems('ClusterInstallation', spec, '1.17.0').filter((line) => !line.startsWith('wrong-type'))).toEqual([
      'not-yet-in-target spec.readinessProbe.grpc: needs operator 1.18.0 or later, the target is 1.17.0',
    ]);
  });
});

describe('unknown fields', () => {
  test.each<[string, Record<string, Data>, string]>([
    [
      "the operator's own example",
      { database: { externalSecret: 'x' } },
      'unknown-field spec.database.externalSecret: is not a field of ClusterInstallation; secret?',
    ],
    [
      'letter case',
      { minio: { externalUrl: 'x' } },
      'unknown-field spec.minio.externalUrl: is not a field of ClusterInstallation; externalURL?',
    ],
    ['a slip', { relicas: 1 }, 'unknown-field spec.relicas: is not a field of ClusterInstallation; replicas?'],
    ['swapped letters', { imgae: 'x' }, 'unknown-field spec.imgae: is not a field of ClusterInstallation; image?'],
    [
      'the new name',
      { licenseSecret: 'x' },
      'unknown-field spec.licenseSecret: is not a field of ClusterInstallation; mattermostLicenseSecret?',
    ],
    [
      'another place',
      { backupSchedule: 'x' },
      'unknown-field spec.backupSchedule: is not a field of ClusterInstallation, spec.database.backupSchedule is',
    ],
    ['several places', { storageSize: 'x' }, 'unknown-field spec.storageSize: is not a field of ClusterInstallation'],
    ['nothing near', { whatever: { deep: 1 } }, 'unknown-field spec.whatever: is not a field of ClusterInstallation'],
    ['inherited names', { constructor: 'x' }, 'unknown-field spec.constructor: is not a field of ClusterInstallation'],
    [
      'below a list',
      { mattermostEnv: [{ name: 'A', valeu: 'b' }] },
      'unknown-field spec.mattermostEnv[0].valeu: is not a field of ClusterInstallation; value?',
    ],
  ])('%s', (_, spec, line) => {
    expect(inOld(spec)).toEqual([line]);
  });

  test('a sibling that is already there is not suggested', () => {
    expect(inOld({ replicas: 1, relicas: 1 })).toEqual(['unknown-field spec.relicas: is not a field of ClusterInstallation']);
    expect(inOld({ migrate: false, Migrate: true })).toEqual(['unknown-field spec.Migrate: is not a field of ClusterInstallation']);
  });

  test('the new kind points from the old place to the new one', () => {
    expect(inNew({ nodeSelector: {} })).toEqual([
      'unknown-field spec.nodeSelector: is not a field of Mattermost, spec.scheduling.nodeSelector is',
    ]);
    expect(inNew({ minio: {} })).toEqual(['unknown-field spec.minio: is not a field of Mattermost; fileStore?']);
  });

  test('a field that the target lacks is not suggested', () => {
    const line = 'unknown-field spec.Ingress: is not a field of Mattermost';
    expect(inNew({ ingressName: 'x', Ingress: {} }, '1.15.0')).toEqual([line]);
    expect(inNew({ Ingress: {} }, '1.16.0')).toEqual([`${line}; ingress?`]);
  });

  test('beside spec', () => {
    expect(linesOf('Mattermost', toMap({ metadata: {}, Spec: {} }))).toEqual(['unknown-field Spec: is not a field of Mattermost; spec?']);
  });
});

describe('metadata', () => {
  const spec = { ingressName: 'chat.example.com' };

  test('is free but for what every resource shares', () => {
    const metadata = { name: 'chat', finalizers: ['x'], ownerReferences: [{}], labels: { a: 'b' }, annotations: null, other: 1 };
    expect(linesOf('ClusterInstallation', toMap({ metadata, spec }))).toEqual([]);
  });

  test.each<[Data, string]>([
    [{ uid: 5 }, 'wrong-type metadata.uid: must be a string, is a number'],
    [{ resourceVersion: 12345 }, 'wrong-type metadata.resourceVersion: must be a string, is a number'],
    [{ generation: '3' }, 'wrong-type metadata.generation: must be an integer, is a string'],
    [{ generation: 1e20 }, 'invalid-value metadata.generation: must be < 9223372036854775808'],
    [{ creationTimestamp: true }, 'wrong-type metadata.creationTimestamp: must be a string, is a boolean'],
    [{ finalizers: 'x' }, 'wrong-type metadata.finalizers: must be a list, is a string'],
    [{ ownerReferences: [{ name: 1 }] }, 'wrong-type metadata.ownerReferences[0].name: must be a string, is a number'],
    [{ managedFields: [{ operation: ['Update'] }] }, 'wrong-type metadata.managedFields[0].operation: must be a string, is a list'],
  ])('has types throughout: %j', (metadata, line) => {
    const named = { name: 'chat', ...(metadata as Record<string, Data>) };
    expect(linesOf('ClusterInstallation', toMap({ metadata: named, spec }))).toEqual([line]);
  });

  test.each([
    ['2021-01-01T00:00:00Z', true],
    ['2021-01-01T00:00:00.123+01:00', true],
    ['2021-01-01', false],
    ['2021-01-01 00:00:00Z', false],
    ['2021-13-01T00:00:00Z', false],
    ['', false],
  ])('a time: %j is one: %s', (creationTimestamp, isTime) => {
    expect(linesOf('ClusterInstallation', toMap({ metadata: { name: 'chat', creationTimestamp }, spec }))).toHaveLength(isTime ? 0 : 1);
  });

  test('has a name, and labels and annotations that are strings', () => {
    const metadata = { name: 1, namespace: true, labels: { a: true }, annotations: ['b'] };
    expect(linesOf('ClusterInstallation', toMap({ metadata, spec })).sort()).toEqual([
      'wrong-type metadata.annotations: must be a map, is a list',
      'wrong-type metadata.labels.a: must be a string, is a boolean',
      'wrong-type metadata.name: must be a string, is a number',
      'wrong-type metadata.namespace: must be a string, is a boolean',
    ]);
  });
});

describe('variables', () => {
  test('a scalar with one fits anywhere', () => {
    expect(inOld({ replicas: '${REPLICAS}', minio: '${MINIO}', useIngressTLS: '${TLS:=true}', database: { storageSize: '${N}' } })).toEqual(
      [],
    );
    expect(problems('ClusterInstallation', '${SPEC}')).toEqual([]);
  });

  test('a key with one is nobody’s to judge', () => {
    expect(inOld({ '${FIELD}': 1 })).toEqual([]);
  });

  test('a required field may be one', () => {
    expect(problems('ClusterInstallation', { ingressName: '${HOST}' })).toEqual([]);
  });
});

describe('shared parts', () => {
  test('are judged in each place', () => {
    const shared = toMap({ limits: { cpu: true } });
    const spec = new Map([
      ...toMap({ ingressName: 'x' }),
      ['resources', shared] as const,
      ['minio', new Map([['resources', shared]])] as const,
    ]);
    const value = new Map([...toMap({ metadata: {} }), ['spec', spec] as const]);
    expect(linesOf('ClusterInstallation', value)).toHaveLength(2);
  });

  test('an alias bomb is refused quickly', () => {
    const levels = Array.from({ length: 40 });
    const bomb = levels.reduce<ValueMap>((inner) => new Map(['a', 'b', 'c'].map((key) => [key, inner])), toMap({ x: 1 }));
    const lines = linesOf('ClusterInstallation', new Map([...toMap({ metadata: {} }), ['spec', bomb]]));
    expect(lines).toEqual([expect.stringMatching(/^invalid-value : is too large to check/)]);
  });

  test('so are 10,000 levels, and a map that contains itself', () => {
    const levels = Array.from({ length: 10_000 });
    const deep = levels.reduce<ValueMap>((inner) => new Map([['a', inner]]), toMap({ x: 1 }));
    const loop = new Map<string, ValueMap>();
    loop.set('spec', loop);
    expect(linesOf('ClusterInstallation', deep)).toHaveLength(1);
    expect(linesOf('ClusterInstallation', loop)).toHaveLength(1);
  });

  test('a large but honest resource is checked', () => {
    const mattermostEnv = Array.from({ length: 20_000 }, (_, index) => ({ name: `A${index}`, value: 'b' }));
    expect(inOld({ mattermostEnv })).toEqual([]);
  });
});

test('the data is read as it stands: a scalar’s text plays no part', () => {
  const value = new Map([
    ['metadata', toMap({})],
    ['spec', new Map([['ingressName', { ...scalar('x'), text: 'y' }]])],
  ]);
  expect(linesOf('ClusterInstallation', value)).toEqual([]);
});
