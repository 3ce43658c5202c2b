import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { isMap } from '../../src/model/value.ts';
import { readValues } from '../../src/manifests/values.ts';
import { defaultTarget } from '../../src/operator/releases.ts';
import { validate } from '../../src/operator/validate.ts';
import { run } from '../cli/harness.ts';
import { evaluate, healthBy } from './health-languages.ts';
import { temporaryRepository } from '../repo/workspace.ts';

/** Checks of health, as they stand before and as they are written, run on objects as the operator leaves them. */

type Kind = 'ClusterInstallation' | 'Mattermost';

const STABLE = {
  state: 'stable',
  image: 'mattermost/mattermost-team-edition',
  version: '9.11.2',
  endpoint: 'chat.example.com',
  replicas: 2,
  updatedReplicas: 2,
};
const { version: _, ...STARTING } = { ...STABLE, state: 'reconciling', updatedReplicas: 1 };

/** What stands in `status`, by what is going on. */
const STATUSES: Readonly<Record<Kind, Readonly<Record<string, object | undefined>>>> = {
  ClusterInstallation: {
    stable: STABLE,
    reconciling: STARTING,
    migrating: {
      ...STABLE,
      state: 'reconciling',
      migration: { status: 'ClusterInstallation migration in progress - recreating deployment' },
    },
    'an error for a moment': { ...STABLE, state: 'reconciling', migration: { error: 'failed to found migrated deployment' } },
    'no status': undefined,
  },
  Mattermost: {
    stable: { ...STABLE, observedGeneration: 3, resourcePatch: {} },
    ready: { ...STABLE, state: 'ready', observedGeneration: 3 },
    reconciling: { ...STARTING, observedGeneration: 2 },
    error: { ...STARTING, error: 'failed to check database Secret: secrets "chat-database" not found', observedGeneration: 3 },
    'no status': undefined,
  },
};

const objectOf = (kind: Kind, status: object | undefined): Record<string, unknown> => ({
  apiVersion: kind === 'Mattermost' ? 'installation.mattermost.com/v1beta1' : 'mattermost.com/v1alpha1',
  kind,
  metadata: { name: 'chat', namespace: 'chat', generation: 3 },
  spec: {},
  ...(status === undefined ? {} : { status }),
});

test.each(
  Object.entries(STATUSES).flatMap(([kind, statuses]) =>
    Object.entries(statuses).map(([name, status]) => [kind as Kind, name, status] as const),
  ),
)('a %s, %s, is one that the operator could leave', (kind, _name, status) => {
  const [value] = readValues(Buffer.from(JSON.stringify(objectOf(kind, status))));
  expect(isMap(value) ? validate(kind, value, defaultTarget).filter(({ path }) => path[0] === 'status') : null).toEqual([]);
});

/** The file of settings after a stage. */
async function settingsAfter(settings: string): Promise<Readonly<Record<string, string>>> {
  const cwd = temporaryRepository({
    'chat/chat.yaml':
      'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata: {name: chat, namespace: chat}\nspec: {ingressName: a, version: 9.11.2}\n',
    'argocd-cm.yaml': settings,
  });
  expect((await run(['prepare', '--engine', 'argo-cd', '--prove', 'never', '--write'], { cwd })).code).toBe(0);
  return (parseDocument(readFileSync(join(cwd, 'argocd-cm.yaml'), 'utf8')).toJS() as { data: Record<string, string> }).data;
}

const HEALTH = {
  ClusterInstallation: 'resource.customizations.health.mattermost.com_ClusterInstallation',
  Mattermost: 'resource.customizations.health.installation.mattermost.com_Mattermost',
} as const;

const settingsOf = (lua: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: argocd-cm, namespace: argocd}\ndata:\n  ${HEALTH.ClusterInstallation}: |\n${lua.trim().replaceAll(/^/gm, '    ')}\n`;

/** Scripts as people write them, and what they say of states that a script for the old kind knows nothing of. */
const SCRIPTS: Readonly<
  Record<string, { readonly settings: string; readonly says: Readonly<Record<Kind, Readonly<Record<string, string>>>> }>
> = {
  'of the example, where what is unknown is degraded': {
    settings: readFileSync(join(import.meta.dirname, '../../examples/argo-cd-platform/argocd/config/argocd-cm.yaml'), 'utf8'),
    says: {
      ClusterInstallation: {
        stable: 'Healthy',
        reconciling: 'Progressing',
        migrating: 'Progressing',
        'an error for a moment': 'Progressing',
        'no status': 'Progressing',
      },
      Mattermost: { stable: 'Healthy', ready: 'Progressing', reconciling: 'Progressing', error: 'Progressing', 'no status': 'Progressing' },
    },
  },
  'that counts out what is fine': {
    settings: settingsOf(`
local hs = { status = "Progressing" }
local state = obj.status and obj.status.state
if state and state ~= 'stable' and state ~= 'reconciling' then
  hs.status = "Degraded"
elseif state == 'stable' then
  hs.status = "Healthy"
end
return hs`),
    says: {
      ClusterInstallation: {
        stable: 'Healthy',
        reconciling: 'Progressing',
        migrating: 'Progressing',
        'an error for a moment': 'Progressing',
        'no status': 'Progressing',
      },
      Mattermost: { stable: 'Healthy', ready: 'Progressing', reconciling: 'Progressing', error: 'Progressing', 'no status': 'Progressing' },
    },
  },
  'that takes what is ready for healthy, and asks for errors': {
    settings: settingsOf(`
hs = {}
hs.status = "Progressing"
if obj.status ~= nil then
  if obj.status.error ~= nil then
    hs.status = "Degraded"
    hs.message = obj.status.error
  elseif obj.status.state == "stable" or obj.status.state == "ready" then
    hs.status = "Healthy"
  elseif obj.status.state ~= "reconciling" then
    hs.status = "Unknown"
  end
end
return hs`),
    says: {
      ClusterInstallation: {
        stable: 'Healthy',
        reconciling: 'Progressing',
        migrating: 'Progressing',
        'an error for a moment': 'Progressing',
        'no status': 'Progressing',
      },
      Mattermost: { stable: 'Healthy', ready: 'Healthy', reconciling: 'Progressing', error: 'Degraded', 'no status': 'Progressing' },
    },
  },
};

describe.each(Object.entries(SCRIPTS))('a script %s', (_name, { settings, says }) => {
  test.each(['ClusterInstallation', 'Mattermost'] as const)('says of a %s', async (kind) => {
    const script = (await settingsAfter(settings))[HEALTH[kind]] ?? '';
    const said = Object.entries(STATUSES[kind]).map(([name, status]) => [name, healthBy(script, objectOf(kind, status))['status']]);
    expect(Object.fromEntries(said)).toEqual(says[kind]);
  });
});

test('the script for the old kind stays as it was', async () => {
  const lua = 'if obj.status.state == "reconciling" then\n  return {status = "Progressing"}\nend\nreturn {status = "Healthy"}\n';
  const after = await settingsAfter(settingsOf(lua));
  expect(after[HEALTH.ClusterInstallation]).toBe(lua);
  expect(after[HEALTH.Mattermost]).toBe(
    lua.replace('obj.status.state == "reconciling"', '(obj.status.state == "reconciling" or obj.status.state == "ready")'),
  );
});

test('expressions of Flux for both kinds', async () => {
  const cwd = temporaryRepository({
    'chat/chat.yaml':
      'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata: {name: chat, namespace: chat}\nspec: {ingressName: a, version: 9.11.2}\n',
    'apps.yaml': readFileSync(join(import.meta.dirname, '../../examples/flux-platform/clusters/staging/apps.yaml'), 'utf8'),
  });
  expect((await run(['prepare', '--engine', 'flux', '--prove', 'never', '--write'], { cwd })).code).toBe(0);
  const { spec } = parseDocument(readFileSync(join(cwd, 'apps.yaml'), 'utf8')).toJS() as {
    spec: { healthCheckExprs: (Expressions & { kind: Kind })[] };
  };
  const said = spec.healthCheckExprs.map((each) => [
    each.kind,
    Object.fromEntries(Object.entries(STATUSES[each.kind]).map(([name, status]) => [name, standingBy(each, objectOf(each.kind, status))])),
  ]);
  expect(Object.fromEntries(said)).toEqual({
    ClusterInstallation: {
      stable: 'current',
      reconciling: 'in progress',
      migrating: 'in progress',
      'an error for a moment': 'in progress',
      'no status': 'not known',
    },
    Mattermost: { stable: 'current', ready: 'in progress', reconciling: 'in progress', error: 'in progress', 'no status': 'not known' },
  });
});

interface Expressions {
  readonly inProgress?: string;
  readonly failed?: string;
  readonly current: string;
}

/** In the order of Flux; what none holds for is in progress, and what can't be evaluated is asked for again. Source: fluxcd/pkg, `runtime/cel`. */
function standingBy({ inProgress, failed, current }: Expressions, object: Record<string, unknown>): string {
  const holds = (expression: string | undefined): boolean => expression !== undefined && evaluate(expression, object) === true;
  try {
    if (holds(inProgress)) return 'in progress';
    if (holds(failed)) return 'failed';
    return holds(current) ? 'current' : 'in progress';
  } catch {
    return 'not known';
  }
}
