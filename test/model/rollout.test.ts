import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stagedCommits } from './commits.ts';
import type { StagedCommits, Step, Store } from './commits.ts';
import { POD_START, World } from './world.ts';
import type { Commit, EngineModel, Manifest, Policy } from './world.ts';

/**
 * The model has to show every loss that was measured on a control plane (a test for each), and none when the stages are merged as the commands
 * write them, each behind its gate, whatever happens in between. `CI2MM_RUNS` sets how many orders are played, `CI2MM_SEED` which.
 */
const RUNS = Number(process.env['CI2MM_RUNS'] ?? 300);
const SEED = Number(process.env['CI2MM_SEED'] ?? 20_261_126);

const argo = (tracking: 'annotation' | 'label', selfHeal = false): EngineModel => ({ name: `argo-${tracking}`, prune: true, selfHeal });
const FLUX: EngineModel = { name: 'flux', prune: true, selfHeal: true };
const ENGINES: readonly EngineModel[] = [argo('annotation'), argo('label'), argo('annotation', true), argo('label', true), FLUX];

const OLD: Manifest = {
  kind: 'ClusterInstallation',
  annotations: {},
  labels: {},
  migrate: false,
  version: '9.11',
  replicas: 2,
  blueGreen: false,
  canary: false,
  size: null,
  database: 'operator-managed',
};
const PROTECTED = { 'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false', 'kustomize.toolkit.fluxcd.io/prune': 'disabled' };
const old = (parts: Partial<Manifest> = {}): Commit => [{ ...OLD, ...parts }];
const mattermost = (parts: Partial<Manifest> = {}): Commit => [{ ...OLD, kind: 'Mattermost', ...parts }];

/** A world in which an installation is stable. */
function running(engine: EngineModel, commit: Commit, policies: readonly Policy[] = []): World {
  const world = new World(engine);
  world.git = commit;
  world.gitPolicies = policies;
  world.settle();
  expect(world.stateOf('ClusterInstallation')).toBe('stable');
  return world;
}

/** Uids of what must survive. */
const recorded = (world: World): Record<string, number | null> =>
  Object.fromEntries(['Service', 'MysqlCluster', 'volume', 'root-password'].map((kind) => [kind, world.uidOf(kind)]));

/** The gate before the conversion is merged, as the script of `plan` has it. */
const isMigrated = (world: World, before: Record<string, number | null>): boolean =>
  world.stateOf('ClusterInstallation') === 'gone' &&
  world.stateOf('Mattermost') === 'stable' &&
  Object.entries(before).every(([kind, uid]) => world.uidOf(kind) === uid);

describe('the naive swap', () => {
  test.each(ENGINES)('$name, heals: $selfHeal: everything is made anew, and then it says stable, on an empty database', (engine) => {
    const world = running(engine, old());
    const before = recorded(world);
    world.git = mattermost();
    world.settle();
    expect(world.stateOf('Mattermost')).toBe('stable');
    for (const kind of ['MysqlCluster', 'volume', 'Service']) expect(world.uidOf(kind)).not.toBe(before[kind]);
    expect(world.longestGap).toBeGreaterThan(0);
    expect(isMigrated(world, before)).toBe(false);
  });

  test.each(ENGINES)('$name, heals: $selfHeal, with protection: two controllers fight, and neither becomes stable', (engine) => {
    const world = running(engine, old({ annotations: PROTECTED }));
    const before = recorded(world);
    world.git = mattermost({ annotations: PROTECTED });
    world.settle();
    expect(world.fights).toBeGreaterThan(10);
    expect(world.stateOf('Mattermost')).not.toBe('stable');
    expect(world.uidOf('volume')).toBe(before['volume']);
  });

  test.each([argo('annotation'), argo('label')])(
    '$name, with Prune=confirm: the sync waits, and the Mattermost is not applied',
    (engine) => {
      const annotations = { 'argocd.argoproj.io/sync-options': 'Prune=confirm' };
      const world = running(engine, old({ annotations }));
      const before = recorded(world);
      world.git = mattermost({ annotations });
      world.settle();
      expect([world.stateOf('Mattermost'), recorded(world), world.longestGap]).toEqual(['gone', before, 0]);
      world.confirms = true;
      world.settle();
      expect(world.uidOf('volume')).not.toBe(before['volume']);
    },
  );

  test('with stores made external beforehand, data survives even that', () => {
    const world = running(FLUX, old({ database: 'external' }));
    world.git = mattermost({ database: 'external' });
    world.settle();
    expect([world.uidOf('MysqlCluster'), world.stateOf('Mattermost')]).toEqual([null, 'stable']);
  });
});

describe('the trigger', () => {
  const triggered = (
    engine: EngineModel,
    annotations: Manifest['annotations'],
    free = true,
  ): { world: World; before: Record<string, number | null> } => {
    const world = running(engine, old({ annotations }));
    if (free) world.disownRootPassword();
    const before = recorded(world);
    world.git = old({ annotations, migrate: true });
    return { world, before };
  };

  test('with tracking by label, pruning and no protection: total loss', () => {
    const { world, before } = triggered(argo('label', true), {});
    world.settle();
    expect(world.uidOf('volume')).not.toBe(before['volume']);
  });

  test.each([argo('label', true), argo('annotation', true), FLUX])(
    '$name, with protection: nothing is lost, and no moment without endpoints',
    (engine) => {
      const { world, before } = triggered(engine, PROTECTED);
      // Git still holds the old resource, so that the engine makes it again and again; it is looked at in between.
      let seen = false;
      for (let count = 0; count < 40; count += 1) {
        world.step(count % 8 === 0);
        seen ||= isMigrated(world, before);
      }
      expect(seen).toBe(true);
      expect(recorded(world)).toEqual(before);
      expect(world.longestGap).toBe(0);
    },
  );

  test('tracking by annotation loses nothing without protection either', () => {
    const { world, before } = triggered(argo('annotation', true), {});
    world.settle();
    expect(recorded(world)).toEqual(before);
  });

  test('the Secret with the root password is collected unless it is freed, and the next pod does not start while the state stays stable', () => {
    const { world, before } = triggered(argo('annotation'), PROTECTED, false);
    for (let count = 0; count < 20; count += 1) world.step(count === 0);
    expect(world.stateOf('Mattermost')).toBe('stable');
    expect(world.uidOf('root-password')).not.toBe(before['root-password']);
    expect(world.uidOf('volume')).toBe(before['volume']);
    expect(world.canStart()).toBe(false);
    world.restartPods();
    for (let count = 0; count < 10; count += 1) world.step(false);
    expect(world.longestGap).toBeGreaterThan(POD_START);
  });

  test.each([{ version: '9.12' }, { replicas: 3 }])('together with %o it hangs, and the old value completes it', (other) => {
    const { world } = triggered(argo('annotation', true), PROTECTED);
    world.git = old({ annotations: PROTECTED, migrate: true, ...other });
    world.settle();
    expect([world.stateOf('Mattermost'), world.longestGap]).toEqual(['gone', 0]);
    world.git = old({ annotations: PROTECTED, migrate: true });
    world.settle();
    expect(world.stateOf('Mattermost')).toBe('stable');
  });

  test('beside a Mattermost that exists it never gets on', () => {
    const { world } = triggered(argo('annotation', true), PROTECTED);
    world.git = [...old({ annotations: PROTECTED, migrate: true }), ...mattermost({ annotations: PROTECTED })];
    world.settle();
    expect(world.stateOf('ClusterInstallation')).not.toBe('gone');
    expect(world.stateOf('Mattermost')).not.toBe('stable');
  });

  test.each(['blueGreen', 'canary'] as const)('with %s on it is refused, and harmless', (feature) => {
    const world = running(FLUX, old({ [feature]: true, annotations: PROTECTED }));
    const before = recorded(world);
    world.git = old({ [feature]: true, annotations: PROTECTED, migrate: true });
    world.settle();
    expect([recorded(world), world.stateOf('Mattermost'), world.longestGap]).toEqual([before, 'gone', 0]);
  });

  test('with an autoscaler that holds another count it hangs, and goes on once the counts are the same', () => {
    const { world } = triggered(argo('annotation', true), PROTECTED);
    world.autoscaler = 5;
    world.settle();
    expect([world.stateOf('Mattermost'), world.longestGap]).toEqual(['gone', 0]);
    world.autoscaler = 2;
    world.settle();
    expect(world.stateOf('Mattermost')).toBe('stable');
  });

  test('by kubectl patch it is reverted by Flux, and a fight is what is left', () => {
    const world = running(FLUX, old({ annotations: PROTECTED }));
    world.patchMigrate();
    world.operate();
    world.operate();
    world.settle();
    expect(world.live.get('ClusterInstallation')?.manifest?.migrate).toBe(false);
    expect([world.stateOf('ClusterInstallation'), world.fights > 10]).toEqual(['reconciling', true]);
  });

  test('a re-created old resource without migrate fights, with it removes itself', () => {
    const { world, before } = triggered(argo('annotation', true), PROTECTED);
    world.settle();
    world.git = old({ annotations: PROTECTED });
    world.settle();
    const { fights } = world;
    expect(fights).toBeGreaterThan(5);
    world.git = old({ annotations: PROTECTED, migrate: true });
    world.settle();
    expect(world.fights - fights).toBeLessThan(5);
    expect(world.uidOf('volume')).toBe(before['volume']);
  });
});

test('an early cutover loses everything without protection, and nothing with it', () => {
  const lose = (annotations: Manifest['annotations']): boolean => {
    const world = running(argo('label', true), old({ annotations }));
    world.disownRootPassword();
    const before = recorded(world);
    world.git = old({ annotations, migrate: true });
    world.step();
    world.git = mattermost({ annotations });
    world.settle();
    return world.uidOf('volume') !== before['volume'];
  };
  expect([lose({}), lose(PROTECTED)]).toEqual([true, false]);
});

describe('the way back from the trigger', () => {
  const midway = (): { world: World; before: Record<string, number | null> } => {
    const world = running(FLUX, old({ annotations: PROTECTED }));
    world.disownRootPassword();
    const before = recorded(world);
    world.git = old({ annotations: PROTECTED, migrate: true });
    while (world.stateOf('Mattermost') === 'gone') world.step();
    return { world, before };
  };

  test('in the order of the runbook: nothing lost, no outage', () => {
    const { world, before } = midway();
    world.operatorRuns = false;
    world.delete('Mattermost', 'orphan');
    world.git = old({ annotations: PROTECTED });
    world.step();
    world.operatorRuns = true;
    world.settle();
    expect(recorded(world)).toEqual(before);
    expect(world.longestGap).toBe(0);
  });

  test('without orphan the database goes', () => {
    const { world, before } = midway();
    world.step();
    world.operatorRuns = false;
    world.delete('Mattermost');
    world.collect();
    expect(world.uidOf('volume')).not.toBe(before['volume']);
  });

  test('with orphan while the operator runs, owner references are added again', () => {
    const { world } = midway();
    const before = recorded(world);
    world.delete('Mattermost', 'orphan');
    world.settle();
    expect(world.stateOf('Mattermost')).not.toBe('gone');
    expect(recorded(world)).toEqual(before);
  });
});

test('turning BlueGreen off is an outage as long as a pod start; turning Canary off leaves its objects until the end of the migration', () => {
  const world = running(FLUX, old({ blueGreen: true, canary: true }));
  world.git = old({ canary: true });
  world.settle();
  expect([world.uidOf('colours'), world.longestGap > 0, world.longestGap <= POD_START]).toEqual([null, true, true]);
  world.git = old({ annotations: PROTECTED });
  world.settle();
  expect(world.uidOf('canary')).not.toBeNull();
  world.git = old({ annotations: PROTECTED, migrate: true });
  world.settle();
  world.git = mattermost({ annotations: PROTECTED });
  world.settle();
  expect(world.uidOf('canary')).toBeNull();
});

test('spec.size under self-heal is written again after each reconciliation', () => {
  const world = running(argo('annotation', true), old({ size: '100users' }));
  world.sync();
  expect(world.live.get('ClusterInstallation')?.manifest?.size).toBe('100users');
  world.operate();
  expect(world.live.get('ClusterInstallation')?.manifest?.size).toBeNull();
});

/** What may happen at any time. */
type Event = 'sync' | 'operator' | 'pods restart' | 'merge' | 'revert';

/** A person who merges what the commands wrote, each when its gate is open, and reverts only what the runbook lets be reverted. */
class Rollout {
  readonly world: World;
  readonly #commits: StagedCommits;
  #before: Record<string, number | null> = {};
  #stage: Step = 'start';

  constructor(engine: EngineModel, commits: StagedCommits) {
    this.#commits = commits;
    this.world = running(engine, commits.start, commits.policies.start);
    this.#before = recorded(this.world);
  }

  get isDone(): boolean {
    return this.#stage === 'finished';
  }

  get lost(): string[] {
    const { world } = this;
    const missing = Object.entries(this.#before).flatMap(([kind, uid]) => (world.uidOf(kind) === uid ? [] : [kind]));
    return [
      ...missing,
      ...(world.unselected > 0 ? [`${world.unselected} moments in which no policy selected a pod`] : []),
      ...(world.longestGap > POD_START ? [`${world.longestGap} steps without endpoints`] : []),
    ];
  }

  happens(event: Event): void {
    const { world } = this;
    if (event === 'sync') world.sync();
    if (event === 'operator') world.operate();
    if (event === 'pods restart') world.restartPods();
    if (event === 'merge') this.#merge();
    if (event === 'revert' && this.#stage === 'prepared') this.#become('start');
    if (event === 'revert' && this.#stage === 'finished') this.#become('converted');
    world.collect();
    world.pods();
  }

  #merge(): void {
    const { world } = this;
    if (this.#stage === 'start') this.#become('prepared');
    else if (this.#stage === 'prepared' && this.#isLive()) {
      world.disownRootPassword();
      this.#become('triggered');
    } else if (this.#stage === 'triggered' && isMigrated(world, this.#before)) this.#become('converted');
    else if (this.#stage === 'converted' && world.stateOf('ClusterInstallation') === 'gone' && world.stateOf('Mattermost') === 'stable')
      this.#become('finished');
  }

  /** The gate `live`: what was committed is what is there, and stable. */
  #isLive(): boolean {
    const live = this.world.live.get('ClusterInstallation')?.manifest?.annotations ?? {};
    const wanted = this.#commits.prepared[0]?.annotations ?? {};
    return Object.entries(wanted).every(([key, value]) => live[key] === value) && this.world.stateOf('ClusterInstallation') === 'stable';
  }

  #become(stage: Step): void {
    this.#stage = stage;
    this.world.git = this.#commits[stage];
    this.world.gitPolicies = this.#commits.policies[stage];
  }
}

const EVENTS = fc.array(fc.constantFrom<Event>('sync', 'operator', 'operator', 'pods restart', 'merge', 'merge', 'revert'), {
  minLength: 20,
  maxLength: 120,
});

/** Plays an order of events, and then lets everything come to rest. */
function played(engine: EngineModel, commits: StagedCommits, events: readonly Event[]): Rollout {
  const rollout = new Rollout(engine, commits);
  for (const event of events) rollout.happens(event);
  for (let count = 0; count < 60; count += 1) for (const event of ['sync', 'operator', 'merge'] as const) rollout.happens(event);
  return rollout;
}

const cases = ENGINES.flatMap((engine) =>
  (['external', 'operator-managed'] as const).map((store): [EngineModel, Store] => [engine, store]),
);

describe('the stages as the commands write them, each behind its gate', () => {
  test.each(cases)('%o, %s: in no order of events anything is lost', async (engine, store) => {
    const commits = await stagedCommits(engine.name, store);
    fc.assert(
      fc.property(EVENTS, (events) => {
        const rollout = played(engine, commits, events);
        expect(rollout.lost).toEqual([]);
        expect(rollout.isDone).toBe(true);
      }),
      { numRuns: RUNS, seed: SEED },
    );
  });

  test.each(['label', 'annotation'] as const)(
    'without the protection of prepare it is found out that %s tracking needs it',
    async (tracking) => {
      const engine = argo(tracking, true);
      const { annotations: _, ...bare } = OLD;
      const commits = await stagedCommits(engine.name, 'operator-managed');
      const strip = (commit: Commit): Commit => commit.map((manifest) => ({ ...bare, ...manifest, annotations: {} }));
      const unprotected: StagedCommits = {
        ...commits,
        prepared: strip(commits.prepared),
        triggered: strip(commits.triggered),
        converted: strip(commits.converted),
      };
      const losses = fc.check(
        fc.property(EVENTS, (events) => played(engine, unprotected, events).lost.length === 0),
        { numRuns: 100, seed: SEED },
      );
      expect(losses.failed).toBe(tracking === 'label');
    },
  );

  test.each([
    ['without a twin', ({ policies }: StagedCommits) => ({ ...policies, prepared: policies.start, triggered: policies.start })],
    [
      'with one that is pruned before the other is written',
      ({ policies }: StagedCommits): StagedCommits['policies'] => {
        const first = (policy: Policy): Policy => ({ ...policy, pruneLast: false });
        return {
          ...policies,
          prepared: policies.prepared.map(first),
          triggered: policies.triggered.map(first),
          converted: policies.converted.map(first),
        };
      },
    ],
  ])('a policy %s leaves pods unselected for a moment, which is found out', async (_, policiesOf) => {
    const engine = argo('annotation', true);
    const commits = await stagedCommits(engine.name, 'external');
    const world = played(engine, { ...commits, policies: policiesOf(commits) }, []).world;
    expect([world.unselected > 0, world.longestGap]).toEqual([true, 0]);
  });

  test('a conversion that is merged before the gate is open is found out', async () => {
    const engine = argo('label', true);
    const commits = await stagedCommits(engine.name, 'operator-managed');
    const world = running(engine, commits.start);
    world.git = commits.converted;
    world.settle();
    expect(world.stateOf('Mattermost')).not.toBe('gone');
    expect(world.fights + world.longestGap).toBeGreaterThan(0);
  });
});
