import { describe, expect, test } from 'vitest';
import { checkInstallation } from '../../src/rules/index.ts';
import { hitsIn, hitsInSpec, subjectsOf, withSpec } from './subject.ts';

const HEADER = 'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\n';

describe('invalid-installation', () => {
  test.each([
    ['metadata: {}\nspec: {ingressName: a}', ['metadata'], 'metadata.name is missing.'],
    ['spec: {ingressName: a}', [], 'metadata.name is missing.'],
    ['metadata: {generateName: chat-}\nspec: {ingressName: a}', ['metadata'], 'metadata.name is missing.'],
    ['metadata: {name: ""}\nspec: {ingressName: a}', ['metadata', 'name'], 'metadata.name is missing.'],
    ['metadata: {name: 12}\nspec: {ingressName: a}', ['metadata', 'name'], 'metadata.name must be a string.'],
    ['metadata: {name: chat}', [], 'spec is missing.'],
    ['metadata: {name: chat}\nspec:', ['spec'], 'spec is missing.'],
    ['metadata: {name: chat}\nspec: []', ['spec'], 'spec must be a map.'],
    ['metadata: {name: chat}\nspec: text', ['spec'], 'spec must be a map.'],
  ])('%j', (body, path, message) => {
    expect(hitsIn('invalid-installation', HEADER + body)).toEqual([expect.objectContaining({ path, message })]);
  });

  test.each([
    ['version: 5.30', ['spec', 'version'], 'spec.version must be a string, is a number.'],
    ['replicas: "2"', ['spec', 'replicas'], 'spec.replicas must be an integer, is a string.'],
    ['useIngressTLS: "true"', ['spec', 'useIngressTLS'], 'spec.useIngressTLS must be a boolean, is a string.'],
    ['minio: []', ['spec', 'minio'], 'spec.minio must be a map, is a list.'],
    ['mattermostEnv: [{value: x}]', ['spec', 'mattermostEnv', 0], 'spec.mattermostEnv[0].name is required.'],
  ])('%s', (spec, path, message) => {
    expect(hitsInSpec('invalid-installation', `ingressName: a\n${spec}`)).toEqual([{ path, message }]);
  });

  test.each(['5', '3.10', 'yes', '[a, b]', '{a: b}', '[]', '1e3', '0x1F'])(
    'an ingressName that is %s is not excused as a missing one is',
    (value) => {
      const [hit] = hitsInSpec('invalid-installation', `ingressName: ${value}`);
      expect(hit?.path).toEqual(['spec', 'ingressName']);
      expect(hit?.message).toContain('spec.ingressName must be a string, is a');
    },
  );

  test.each(['ingressName: a', 'size: 1000users', 'ingressName: a\nreplicas: ${REPLICAS}', 'ingressName: a\nunknown: 1'])(
    'lets %j be',
    (spec) => {
      expect(hitsInSpec('invalid-installation', spec)).toEqual([]);
    },
  );

  test('says nothing of a status, which the API server ignores', () => {
    expect(hitsIn('invalid-installation', `${withSpec('ingressName: a')}status: {state: 5, replicas: two}\n`)).toEqual([]);
  });

  test('never quotes a value', () => {
    const [hit] = hitsInSpec('invalid-installation', 'ingressName: a\nmattermostEnv: [{name: TOKEN, value: 12345678}]');
    expect(hit?.message).toBe('spec.mattermostEnv[0].value must be a string, is a number.');
  });
});

describe('missing-ingress-name', () => {
  test.each([
    ['size: 1000users', ['spec']],
    ['ingressName: ""', ['spec', 'ingressName']],
    ['ingressName:', ['spec', 'ingressName']],
  ])('warns about %s', (spec, path) => {
    const [hit] = hitsInSpec('missing-ingress-name', spec);
    expect(hit?.path).toEqual(path);
    expect(hit?.message).toContain('A ClusterInstallation is rejected without it');
  });

  test('says that an old target rejects the result too', () => {
    const [hit] = hitsInSpec('missing-ingress-name', 'size: 1000users', { target: '1.15' });
    expect(hit?.message).toContain('the Mattermost of operator 1.15.0 are rejected');
  });

  test('is the only rule to speak of it', () => {
    for (const target of ['1.12', '1.25']) {
      const [subject] = subjectsOf(withSpec('size: 1000users'), { target });
      const errors = subject === undefined ? [] : checkInstallation(subject).filter(({ rule }) => rule.level === 'error');
      expect(errors).toEqual([]);
    }
  });

  test.each(['ingressName: chat.example.com', 'ingressName: ${HOST}'])('lets %s be', (spec) => {
    expect(hitsInSpec('missing-ingress-name', spec)).toEqual([]);
  });

  test('leaves a missing spec to invalid-installation', () => {
    expect(hitsIn('missing-ingress-name', `${HEADER}metadata: {name: chat}`)).toEqual([]);
  });
});

describe('unknown-field', () => {
  test('tells of a field that an older operator prunes', () => {
    const spec = 'ingressName: a\ndatabase: {version: "8.0"}';
    expect(hitsInSpec('unknown-field', spec, { target: '1.20' })).toEqual([
      {
        path: ['spec', 'database', 'version'],
        message: 'spec.database.version needs operator 1.21.0 or later, the target is 1.20.1; it is dropped.',
        remedy: 'Give the release that you run with --target if it knows the field, else delete the field.',
      },
    ]);
    expect(hitsInSpec('unknown-field', spec, { target: '1.21' })).toEqual([]);
  });

  test('suggests the field that is meant', () => {
    const [hit] = hitsInSpec('unknown-field', 'ingressName: a\nimagepullpolicy: Always');
    expect(hit?.path).toEqual(['spec', 'imagepullpolicy']);
    expect(hit?.message).toMatch(
      /^spec\.imagepullpolicy is not a field of ClusterInstallation; it is dropped\. Did you mean spec\.imagePullPolicy\?$/,
    );
    expect(hit?.remedy).toContain('Write spec.imagePullPolicy');
  });

  test("flags the field of the operator's own example", () => {
    const [hit] = hitsInSpec('unknown-field', 'ingressName: a\ndatabase: {externalSecret: chat-db}');
    expect(hit?.path).toEqual(['spec', 'database', 'externalSecret']);
    expect(hit?.message).toContain('Did you mean spec.database.secret?');
  });

  test('makes do without a suggestion', () => {
    const [hit] = hitsInSpec('unknown-field', 'ingressName: a\nxyzzyPlugh: 1');
    expect(hit?.message).toContain('it is dropped.');
    expect(hit?.remedy).toBeUndefined();
  });

  test('finds fields inside of lists', () => {
    const hits = hitsInSpec('unknown-field', 'ingressName: a\nmattermostEnv: [{name: A, valu: b}]');
    expect(hits.map(({ path }) => path)).toEqual([['spec', 'mattermostEnv', 0, 'valu']]);
  });

  test('lets known fields and the status be', () => {
    expect(
      hitsIn('unknown-field', `${withSpec('ingressName: a\nnodeSelector: {any: thing}')}status: {state: stable, nothing: 1}\n`),
    ).toEqual([]);
  });
});

describe('target-removed-field', () => {
  test('leaves a field that the operator of the target does not have at all to unknown-field', () => {
    expect(hitsInSpec('target-removed-field', 'ingressName: a\ndatabase: {version: "8.0"}', { target: '1.20' })).toEqual([]);
  });

  test.each(['1.21', '1.25'])('lets it be for operator %s', (target) => {
    expect(hitsInSpec('target-removed-field', 'ingressName: a\ndatabase: {version: "8.0"}', { target })).toEqual([]);
  });

  test.each(['ingressName: a', 'ingressName: a\ndatabase: {storageSize: 1Gi}\nminio: {storageSize: 1Gi}'])(
    'tells what operator 2 wants, once for each store: %j',
    (spec) => {
      const hits = hitsInSpec('target-removed-field', spec, { target: '2.0' });
      expect(hits.map(({ message }) => message)).toEqual([
        expect.stringContaining('The database is'),
        expect.stringContaining('The file store is'),
      ]);
      expect(hits.every(({ remedy }) => remedy?.includes('--target'))).toBe(true);
    },
  );

  test('lets external stores be with operator 2', () => {
    const spec = 'ingressName: a\ndatabase: {secret: db}\nminio: {externalURL: s3, externalBucket: b, secret: s}';
    expect(hitsInSpec('target-removed-field', spec, { target: '2.0', database: 'external' })).toEqual([]);
  });
});

describe('the schema of the target', () => {
  test('is asked about the ingress as it will be written', () => {
    const hits = (ingress: 'keep' | 'modern') => hitsInSpec('target-removed-field', 'ingressName: a', { target: '1.15', ingress });
    expect(hits('keep')).toEqual([]);
    expect(hits('modern')).toEqual([
      { path: ['spec'], message: expect.stringMatching(/^spec\.ingress of the converted manifest/) as string },
    ]);
  });
});

describe('invalid-target', () => {
  const subject = (spec: string) => {
    const [first] = subjectsOf(withSpec(spec));
    if (first === undefined) throw new Error('no installation');
    return first;
  };
  const problem = {
    path: ['spec', 'fileStore', 'external', 'url'],
    code: 'wrong-type',
    message: 'must be an integer, is a string',
    suggestion: null,
  } as const;
  const hits = (of: ReturnType<typeof subject>) =>
    checkInstallation(of)
      .filter(({ rule }) => rule.id === 'invalid-target')
      .map(({ hit }) => hit);
  const spec = 'ingressName: a\nminio: {externalURL: s3, externalBucket: b, secret: s}';

  test('flags what a CRD of the user would reject, where it stands in the installation', () => {
    expect(hits({ ...subject(spec), targetProblems: [problem] })).toEqual([
      {
        path: ['spec', 'minio', 'externalURL'],
        message: 'spec.fileStore.external.url of the converted manifest must be an integer, is a string.',
      },
    ]);
  });

  test('flags a field that a CRD of the user would prune', () => {
    const pruned = {
      path: ['spec', 'licenseSecret'],
      code: 'unknown-field',
      message: 'is not a field of the given CRD',
      suggestion: null,
    } as const;
    const [hit] = hits({ ...subject(`${spec}\nmattermostLicenseSecret: license`), targetProblems: [pruned] });
    expect(hit?.path).toEqual(['spec', 'mattermostLicenseSecret']);
  });

  test('keeps quiet where the installation itself is invalid, or the target lacks a field', () => {
    expect(hitsInSpec('invalid-target', `${spec}\nversion: 5.30`)).toEqual([]);
    expect(hits({ ...subject(spec), targetProblems: [{ ...problem, code: 'not-yet-in-target' }] })).toEqual([]);
  });

  test('lets a valid installation be', () => {
    expect(hitsInSpec('invalid-target', spec)).toEqual([]);
  });
});

describe('status-dropped', () => {
  test('notes a status', () => {
    expect(hitsIn('status-dropped', `${withSpec('ingressName: a')}status: {state: stable}\n`)[0]?.path).toEqual(['status']);
  });

  test('keeps quiet without one', () => {
    expect(hitsInSpec('status-dropped', 'ingressName: a')).toEqual([]);
  });
});

describe('metadata-dropped', () => {
  const exported = (metadata: string): string =>
    `${HEADER}metadata:\n  name: chat\n${metadata.replaceAll(/^/gm, '  ')}\nspec: {ingressName: a}\n`;
  const messages = (metadata: string): string[] => hitsIn('metadata-dropped', exported(metadata)).map(({ message }) => message);

  test('notes what the API server writes, all in one', () => {
    const [hit, ...others] = hitsIn('metadata-dropped', exported('uid: a\nresourceVersion: "1"\ngeneration: 3'));
    expect(others).toEqual([]);
    expect(hit?.path).toEqual(['metadata', 'uid']);
    expect(hit?.message).toMatch(/^metadata\.uid, metadata\.resourceVersion and metadata\.generation are dropped: /);
  });

  test.each([
    ['ownerReferences: [{uid: a}]', /^metadata\.ownerReferences is dropped: .*deletes/],
    ['annotations: {kubectl.kubernetes.io/last-applied-configuration: "{}"}', /last-applied-configuration.* is dropped: .*kubectl/],
    [
      'annotations: {argocd.argoproj.io/tracking-id: "a:mattermost.com/ClusterInstallation:mm/chat"}',
      /tracking-id.* is dropped: .*Argo CD/,
    ],
    ['deletionTimestamp: 2021-01-01T00:00:00Z', /^metadata\.deletionTimestamp is dropped/],
    ['selfLink: /apis/x', /^metadata\.selfLink is dropped/],
    ['managedFields: []', /^metadata\.managedFields is dropped/],
  ])('%s', (metadata, message) => {
    expect(messages(metadata)).toEqual([expect.stringMatching(message)]);
  });

  test.each([
    'labels: {uid: a}',
    'finalizers: [example.com/keep]',
    'creationTimestamp: null',
    'annotations: {uid: a, argocd.argoproj.io/sync-wave: "1"}',
    'annotations: {argocd.argoproj.io/tracking-id: "a:installation.mattermost.com/Mattermost:mm/chat"}',
  ])('keeps quiet about %s', (metadata) => {
    expect(messages(metadata)).toEqual([]);
  });
});

describe('boolean-spelling', () => {
  test('notes words that kubectl and kustomize read differently', () => {
    const hits = hitsInSpec('boolean-spelling', 'ingressName: a\nuseIngressTLS: yes\nmigrate: Off');
    expect(hits.map(({ path, remedy }) => [path.at(-1), remedy])).toEqual([
      ['useIngressTLS', 'Write true.'],
      ['migrate', 'Write false.'],
    ]);
  });

  test.each(['useIngressTLS: true', 'useIngressTLS: False', 'useIngressTLS: "yes"', 'version: "on"', 'nodeSelector: {disk: "no"}'])(
    'lets %s be',
    (spec) => {
      expect(hitsInSpec('boolean-spelling', spec)).toEqual([]);
    },
  );

  test('leaves a word where text is wanted to invalid-installation', () => {
    expect(hitsInSpec('boolean-spelling', 'ingressName: a\nmattermostEnv: [{name: A, value: yes}]')).toEqual([]);
  });

  test('is quick about aliases of aliases', () => {
    const layers = Array.from({ length: 8 }, (_, n) => `l${n + 1}: &l${n + 1} [*l${n}, *l${n}]`).join('\n');
    const [subject] = subjectsOf(withSpec('ingressName: a'));
    const [bomb] = subjectsOf(withSpec(`l0: &l0 [on]\n${layers}`));
    if (subject === undefined || bomb === undefined) throw new Error('no installation');
    expect(
      checkInstallation({ ...subject, installation: bomb.installation }).filter(({ rule }) => rule.id === 'boolean-spelling'),
    ).toHaveLength(1);
  });
});
