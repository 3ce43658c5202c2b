import { describe, expect, test } from 'vitest';
import type { InstallationSubject } from '../../src/rules/rule.ts';
import { directSwap } from '../../src/rules/direct-swap.ts';
import { duplicateInstallation } from '../../src/rules/duplicate-installation.ts';
import { mattermostElsewhere } from '../../src/rules/mattermost-elsewhere.ts';
import { mattermostExists } from '../../src/rules/mattermost-exists.ts';
import { hitsIn, hitsInSpec, subjectsOf, withSpec } from './subject.ts';

const inNamespace = (namespace: string | null, text: string): string =>
  namespace === null ? text : text.replace('  name: chat\n', `  name: chat\n  namespace: ${namespace}\n`);

const INSTALLATION = withSpec('ingressName: a');
const MATTERMOST = '---\napiVersion: installation.mattermost.com/v1beta1\nkind: Mattermost\nmetadata:\n  name: chat\n';

describe('mattermost-exists', () => {
  test.each([
    ['talk', 'talk', 'in the same namespace'],
    [null, null, 'may be in the same namespace'],
    ['talk', null, 'may be in the same namespace'],
    [null, 'talk', 'may be in the same namespace'],
    ['talk', '${NAMESPACE}', 'may be in the same namespace'],
  ])('blocks with the namespaces %s and %s', (of, other, message) => {
    const [hit, ...others] = hitsIn('mattermost-exists', inNamespace(of, INSTALLATION) + inNamespace(other, MATTERMOST));
    expect(others).toEqual([]);
    expect(hit?.path).toEqual(['metadata', 'name']);
    expect(hit?.message).toMatch(/chat\/manifests\.yaml:[89]\b/);
    expect(hit?.message).toContain(message);
  });

  test('lets another namespace be', () => {
    expect(hitsIn('mattermost-exists', inNamespace('talk', INSTALLATION) + inNamespace('other', MATTERMOST))).toEqual([]);
  });

  test('lets another name be', () => {
    expect(hitsIn('mattermost-exists', INSTALLATION + MATTERMOST.replace('name: chat', 'name: talk'))).toEqual([]);
  });
});

describe('mattermost-elsewhere', () => {
  test('says it once, however many namesakes there are, and names one that is surely in the same namespace', () => {
    const text = inNamespace('talk', INSTALLATION) + MATTERMOST.repeat(50) + inNamespace('talk', MATTERMOST);
    const [subject] = subjectsOf(text);
    if (subject === undefined) throw new Error('no installation');
    const moved = { ...subject, mattermosts: subject.mattermosts.map((each, index) => ({ ...each, file: `clusters/${index}/new.yaml` })) };
    for (const [rule, found] of [
      [mattermostElsewhere, moved],
      [mattermostExists, subject],
    ] as const) {
      expect(rule.check(found).map(({ message }) => message)).toEqual([
        expect.stringMatching(/:\d+ in the same namespace\. 50 more of this name may be in it as well\.$/),
      ]);
    }
  });

  test.each([
    ['chat/other.yaml', 'mattermost-exists'],
    ['chat/deeper/new.yaml', 'mattermost-exists'],
    ['new.yaml', 'mattermost-exists'],
    ['other/manifests.yaml', 'mattermost-elsewhere'],
    ['chat-staging/manifests.yaml', 'mattermost-elsewhere'],
  ])('a namesake in %s is %s', (file, rule) => {
    const [subject] = subjectsOf(INSTALLATION + MATTERMOST);
    if (subject === undefined) throw new Error('no installation');
    const moved = { ...subject, mattermosts: subject.mattermosts.map((each) => ({ ...each, file })) };
    const found = [mattermostExists, mattermostElsewhere].filter((each) => each.check(moved).length > 0);
    expect(found.map(({ id }) => id)).toEqual([rule]);
  });
});

describe('duplicate-installation', () => {
  test('warns about both', () => {
    const hits = hitsIn('duplicate-installation', `${INSTALLATION}---\n${INSTALLATION}`);
    expect(hits.map(({ message }) => message)).toEqual([
      'ClusterInstallation chat is also defined in chat/manifests.yaml:8.',
      'ClusterInstallation chat is also defined in chat/manifests.yaml:1.',
    ]);
  });

  test('says it once of each, however many there are', () => {
    const hits = hitsIn('duplicate-installation', Array.from({ length: 100 }, () => INSTALLATION).join('---\n'));
    expect(hits).toHaveLength(100);
    expect(hits[0]?.message).toBe('ClusterInstallation chat is also defined in chat/manifests.yaml:8, and 98 times more.');
    expect(hitsIn('duplicate-installation', [INSTALLATION, INSTALLATION, INSTALLATION].join('---\n'))[2]?.message).toMatch(
      /:1, and once more\.$/,
    );
  });

  test('lets one installation be, and two of another name or namespace', () => {
    expect(hitsIn('duplicate-installation', INSTALLATION)).toEqual([]);
    expect(hitsIn('duplicate-installation', `${INSTALLATION}---\n${inNamespace('talk', INSTALLATION)}`)).toEqual([]);
    expect(hitsIn('duplicate-installation', `${INSTALLATION}---\n${INSTALLATION.replace('name: chat', 'name: talk')}`)).toEqual([]);
  });

  test.each([
    ['chat/other.yaml', 1],
    ['other/manifests.yaml', 0],
    ['manifests.yaml', 0],
  ])('looks into the same folder only: %s', (file, count) => {
    const [subject, other] = subjectsOf(`${INSTALLATION}---\n${INSTALLATION}`);
    if (subject === undefined || other === undefined) throw new Error('no installation');
    const installations = [subject.installation, { ...other.installation, file }];
    expect(duplicateInstallation.check({ ...subject, installations })).toHaveLength(count);
  });
});

describe('direct-swap', () => {
  const subjectWith = (stores: Pick<InstallationSubject, 'database' | 'fileStore'>): InstallationSubject => {
    const [subject] = subjectsOf(INSTALLATION);
    if (subject === undefined) throw new Error('no installation');
    return { ...subject, ...stores };
  };

  test('says what is lost with an operator-managed database', () => {
    const [hit] = directSwap.check(subjectWith({ database: 'operator-managed', fileStore: 'operator-managed' }));
    expect(hit?.path).toEqual([]);
    expect(hit?.message).toContain(
      'Ingress, MysqlCluster and MinIOInstance, and makes a Mattermost: an outage, and the loss of the database',
    );
    expect(hit?.remedy).toContain('keep a copy of the Secret called like the installation with -mysql-root-password');
  });

  test('says that an installation with external stores has an outage', () => {
    const [hit] = directSwap.check(subjectWith({ database: 'external', fileStore: 'external' }));
    expect(hit?.message).toMatch(/its Deployment, Service and Ingress, and makes a Mattermost: an outage\.$/);
    expect(hit?.remedy).not.toContain('Secret');
  });

  test.each([
    ['argo-cd', 'argocd.argoproj.io/sync-options: Prune=false,Delete=false'],
    ['flux', 'kustomize.toolkit.fluxcd.io/prune: disabled'],
  ] as const)('names the annotation of %s', (engine, annotation) => {
    const hits = subjectsOf(INSTALLATION, { engine }).flatMap((subject) => directSwap.check(subject));
    expect(hits[0]?.remedy).toContain(`from pruning (annotation ${annotation})`);
  });

  test('says how a chart goes, which no command prepares', () => {
    const hitsIn = (text: string): ReturnType<typeof directSwap.check> =>
      subjectsOf(text, { inChart: true }).flatMap((subject) => directSwap.check(subject));
    const [open] = hitsIn(INSTALLATION);
    expect(open?.remedy).toMatch(/^Release the chart three times: .*helm\.sh\/resource-policy: keep/);
    expect(open?.remedy).not.toContain('ci2mm');
    const kept = INSTALLATION.replace(/^metadata:\n/m, 'metadata:\n  annotations: {helm.sh/resource-policy: keep}\n');
    expect(kept).not.toBe(INSTALLATION);
    expect(hitsIn(kept)[0]).toMatchObject({
      message: expect.stringContaining('kept by Helm and not triggered') as string,
      remedy: expect.stringContaining('spec.migrate: true and nothing else first') as string,
    });
  });

  test.each(['migrate: true', 'migrate: yes'])('keeps quiet with %s', (spec) => {
    expect(hitsInSpec('direct-swap', spec)).toEqual([]);
  });

  test.each(['migrate: false', 'migrate: "true"', 'migrate: ${MIGRATE}'])('warns with %s', (spec) => {
    expect(hitsInSpec('direct-swap', spec)).toHaveLength(1);
  });
});

describe('migrate-dropped', () => {
  test.each(['true', 'on', '${MIGRATE}', '"true"'])('says what migrate: %s means', (value) => {
    const [hit] = hitsInSpec('migrate-dropped', `migrate: ${value}`);
    expect(hit?.path).toEqual(['spec', 'migrate']);
    expect(hit?.message).toContain('must be over');
  });

  test('has nothing to ask for with migrate: false', () => {
    expect(hitsInSpec('migrate-dropped', 'migrate: false')[0]?.remedy).toBe('Nothing has to be done.');
  });

  test('keeps quiet without it', () => {
    expect(hitsInSpec('migrate-dropped', 'ingressName: a')).toEqual([]);
  });
});

describe('operator-managed-until-2', () => {
  test('notes each store', () => {
    const hits = hitsInSpec('operator-managed-until-2', 'minio: {storageSize: 1Gi}');
    expect(hits.map(({ path }) => path)).toEqual([['spec'], ['spec', 'minio']]);
  });

  test('keeps quiet about external stores', () => {
    const spec = 'minio: {externalURL: s3, externalBucket: b, secret: s}\ndatabase: {secret: db}';
    expect(hitsInSpec('operator-managed-until-2', spec, { database: 'external' })).toEqual([]);
  });

  test('leaves operator 2 to target-removed-field', () => {
    expect(hitsInSpec('operator-managed-until-2', 'ingressName: a', { target: '2.0' })).toEqual([]);
  });
});
