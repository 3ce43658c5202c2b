/**
 * A small model of a rollout: an API server with its garbage collector, the Mattermost Operator, and the engines that apply Git. It knows what
 * matters for whether anything is lost, and no more; each rule says where it was read or measured (operator v1.12.0 to v1.25.9 unless it says
 * otherwise). One step of time is one reconciliation; a pod starts in `POD_START` steps.
 */

export const POD_START = 2;

/** A manifest of the old or the new kind, as far as the model knows it. */
export interface Manifest {
  readonly kind: 'ClusterInstallation' | 'Mattermost';
  readonly annotations: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly migrate: boolean;
  readonly version: string;
  readonly replicas: number;
  readonly blueGreen: boolean;
  readonly canary: boolean;
  /** Erased by the operator from the live object of the old kind. */
  readonly size: string | null;
  readonly database: 'external' | 'operator-managed';
}

/** What Git holds: the installation's manifest, or none. */
export type Commit = readonly Manifest[];

/** What lets pods through in a namespace that denies everything else, by the labels of which generation of the operator it selects them. */
export interface Policy {
  readonly name: string;
  readonly generation: 'old' | 'new';
  /** Argo CD prunes it behind all else (gitops-engine, sync_context.go, `PruneLast`). */
  readonly pruneLast: boolean;
}

interface Live {
  readonly kind: string;
  readonly uid: number;
  owner: number | null;
  manifest: Manifest | null;
  /** Of Deployments: the labels of which operator generation its selector has, and what its pods run. */
  generation: 'old' | 'new' | null;
  version: string;
  replicas: number;
  /** Of the Secret and the MysqlCluster. */
  password: number;
  /** Steps until its pods answer; of a Deployment. */
  starts: number;
  state: 'stable' | 'reconciling';
  madeByMigration: boolean;
}

/** Who syncs Git, and how. */
export interface EngineModel {
  readonly name: 'argo-annotation' | 'argo-label' | 'flux';
  readonly prune: boolean;
  readonly selfHeal: boolean;
}

const TRACKING_ID = 'argocd.argoproj.io/tracking-id';
const TRACKING_LABEL = 'app.kubernetes.io/instance';
const SYNC_OPTIONS = 'argocd.argoproj.io/sync-options';
const FLUX_PRUNE = 'kustomize.toolkit.fluxcd.io/prune';

const syncOptionsOf = ({ manifest }: Live): string[] => (manifest?.annotations[SYNC_OPTIONS] ?? '').split(',');

export class World {
  git: Commit = [];
  /** What Git holds besides. */
  gitPolicies: readonly Policy[] = [];
  /** Objects by kind; the installation has one of each. */
  readonly live = new Map<string, Live>();
  operatorRuns = true;
  /** Whether somebody confirms in Argo CD what waits to be pruned. */
  confirms = false;
  /** The count that an autoscaler holds Deployments at; null without one. */
  autoscaler: number | null = null;
  /** Steps in a row without an endpoint, and the longest of them once there was one. */
  gap = 0;
  longestGap = 0;
  /** Times that both controllers wrote the same Service. */
  fights = 0;
  /** Moments in which pods ran that no policy selected. */
  unselected = 0;
  readonly #engine: EngineModel;
  #uids = 0;
  #answered = false;
  #policies: readonly Policy[] = [];
  /** Pods of the old generation that go on under ReplicaSets without a Deployment. */
  #hasOldPods = false;
  /** What the engine applied last, by kind; Flux keeps it as its inventory. */
  #inventory: readonly string[] = [];

  constructor(engine: EngineModel) {
    this.#engine = engine;
  }

  uidOf(kind: string): number | null {
    return this.live.get(kind)?.uid ?? null;
  }

  stateOf(kind: 'ClusterInstallation' | 'Mattermost'): string {
    return this.live.get(kind)?.state ?? 'gone';
  }

  /** The whole of a moment: the engine, the operator, the collector, the pods. */
  step(syncs = true): void {
    if (syncs) this.sync();
    this.operate();
    this.collect();
    this.pods();
    this.#look();
  }

  settle(steps = 40): void {
    for (let count = 0; count < steps; count += 1) this.step();
  }

  /** One sync. Argo CD prunes before it applies, Flux applies before it prunes, in one pass each (measured). */
  sync(): void {
    if (this.#engine.name === 'flux') {
      this.#apply();
      this.#applyPolicies();
      this.#prune();
    } else {
      // What is to be confirmed holds up all that comes behind it (measured).
      if (this.#prune() === 'waits') return;
      this.#prunePolicies(({ pruneLast }) => !pruneLast);
      this.#apply();
      this.#applyPolicies();
    }
    this.#prunePolicies(() => true);
    this.#inventory = this.git.map(({ kind }) => kind);
  }

  #apply(): void {
    for (const manifest of this.git) {
      const tracked = this.#tracked(manifest);
      const known = this.live.get(manifest.kind);
      if (known === undefined) this.#create(manifest.kind, { manifest: tracked });
      else if (this.#engine.selfHeal || !this.#isSynced(known, tracked)) known.manifest = { ...tracked };
    }
  }

  #applyPolicies(): void {
    const named = new Set(this.gitPolicies.map(({ name }) => name));
    this.#policies = [...this.#policies.filter(({ name }) => !named.has(name)), ...this.gitPolicies];
    this.#look();
  }

  #prunePolicies(isMeant: (policy: Policy) => boolean): void {
    if (!this.#engine.prune) return;
    const named = new Set(this.gitPolicies.map(({ name }) => name));
    this.#policies = this.#policies.filter((policy) => named.has(policy.name) || !isMeant(policy));
    this.#look();
  }

  /** Whether what runs is selected. */
  #look(): void {
    const { generation = null } = this.live.get('Deployment') ?? {};
    const running = [...(generation === null ? [] : [generation]), ...(this.#hasOldPods ? ['old'] : [])];
    const guarded = this.#policies.length > 0 || this.gitPolicies.length > 0;
    if (guarded && running.some((each) => !this.#policies.some((policy) => policy.generation === each))) this.unselected += 1;
  }

  #isSynced(live: Live, manifest: Manifest): boolean {
    return JSON.stringify(live.manifest) === JSON.stringify(manifest);
  }

  /** Argo CD tracks by an annotation that names kind and name, or by a label that says the Application alone. */
  #tracked(manifest: Manifest): Manifest {
    if (this.#engine.name === 'flux') return manifest;
    if (this.#engine.name === 'argo-label') return { ...manifest, labels: { ...manifest.labels, [TRACKING_LABEL]: 'chat' } };
    return { ...manifest, annotations: { ...manifest.annotations, [TRACKING_ID]: manifest.kind } };
  }

  #prune(): 'done' | 'waits' {
    if (!this.#engine.prune) return 'done';
    for (const kind of ['ClusterInstallation', 'Mattermost']) {
      const live = this.live.get(kind);
      if (live === undefined || this.git.some((manifest) => manifest.kind === kind)) continue;
      if (!this.#isTracked(kind, live) || this.#isProtected(live)) continue;
      if (syncOptionsOf(live).includes('Prune=confirm') && !this.confirms) return 'waits';
      this.delete(kind);
    }
    return 'done';
  }

  /** What the operator makes of a ClusterInstallation carries its labels and annotations: a label makes it the Application's own, an id of another kind does not. */
  #isTracked(kind: string, { manifest }: Live): boolean {
    if (this.#engine.name === 'flux') return this.#inventory.includes(kind);
    if (this.#engine.name === 'argo-label') return manifest?.labels[TRACKING_LABEL] === 'chat';
    return manifest?.annotations[TRACKING_ID] === kind;
  }

  /** Protection counts as it is on the live object. */
  #isProtected(live: Live): boolean {
    return this.#engine.name === 'flux'
      ? live.manifest?.annotations[FLUX_PRUNE] === 'disabled'
      : syncOptionsOf(live).includes('Prune=false');
  }

  #create(kind: string, parts: Partial<Live>): Live {
    this.#uids += 1;
    const live: Live = {
      kind,
      uid: this.#uids,
      owner: null,
      manifest: null,
      generation: null,
      version: '',
      replicas: 0,
      password: 0,
      starts: 0,
      state: 'reconciling',
      madeByMigration: false,
      ...parts,
    };
    this.live.set(kind, live);
    return live;
  }

  /** Deletes an object; what it owns goes with the collector, or stays without an owner. */
  delete(kind: string, cascade: 'background' | 'orphan' = 'background'): void {
    const live = this.live.get(kind);
    if (live === undefined) return;
    this.live.delete(kind);
    if (cascade === 'orphan') for (const child of this.live.values()) if (child.owner === live.uid) child.owner = null;
    // The collector is quicker than the operator, which only finds what is left (measured: every owned object was made anew).
    this.collect();
  }

  /** What has an owner that is gone goes; the volume hangs on the MysqlCluster and goes with it (unless it is retained). */
  collect(): void {
    const uids = new Set([...this.live.values()].map(({ uid }) => uid));
    const gone = [...this.live.values()].filter(({ owner }) => owner !== null && !uids.has(owner));
    for (const { kind } of gone) this.live.delete(kind);
    if (gone.length > 0) this.collect();
  }

  /** One pass of both controllers. */
  operate(): void {
    if (!this.operatorRuns) return;
    const [old, mattermost] = [this.live.get('ClusterInstallation'), this.live.get('Mattermost')];
    if (old !== undefined && old.manifest?.migrate === true) this.#migrate(old, mattermost);
    else if (old !== undefined) this.#ensure(old, 'old', mattermost !== undefined);
    const current = this.live.get('Mattermost');
    if (current !== undefined) this.#ensure(current, 'new', old !== undefined && old.manifest?.migrate !== true);
  }

  /** Makes what is missing and takes over what is there, each controller in its own way. */
  #ensure(owner: Live, generation: 'old' | 'new', isContended: boolean): void {
    const manifest = owner.manifest as Manifest;
    if (generation === 'old' && manifest.size !== null) owner.manifest = { ...manifest, size: null };
    for (const kind of ['Service', 'Ingress']) this.#take(kind, owner);
    if (isContended) this.fights += 1;
    if (manifest.database === 'operator-managed') this.#ensureDatabase(owner, generation);
    const deployment = this.live.get('Deployment');
    if (deployment === undefined) {
      // With BlueGreen a Deployment for each colour stands in its place; they go and one starts when it goes off.
      const workload = manifest.blueGreen ? 'colours' : 'Deployment';
      if (this.live.get(workload) === undefined)
        this.#create(workload, { owner: owner.uid, generation, version: manifest.version, replicas: manifest.replicas, starts: POD_START });
      if (!manifest.blueGreen) this.live.delete('colours');
    } else if (generation === 'new' && deployment.generation === 'old') {
      // The selector is immutable: a Mattermost can never take over an old Deployment.
      owner.state = 'reconciling';
      return;
    } else if (generation === deployment.generation) {
      deployment.owner = owner.uid;
      Object.assign(deployment, { version: manifest.version, replicas: manifest.replicas });
    }
    if (manifest.canary && generation === 'old') this.#take('canary', owner);
    owner.state = !isContended && this.#answers() ? 'stable' : 'reconciling';
  }

  #take(kind: string, owner: Live): void {
    const live = this.live.get(kind);
    if (live === undefined) this.#create(kind, { owner: owner.uid });
    else live.owner = owner.uid;
  }

  /** The Secret with the root password is made where it is missing, with another password, and never taken over (v1.18.1 and later own it). */
  #ensureDatabase(owner: Live, generation: 'old' | 'new'): void {
    const secret =
      this.live.get('root-password') ??
      this.#create('root-password', { owner: generation === 'old' ? owner.uid : null, password: this.#uids + 1 });
    const mysql = this.live.get('MysqlCluster');
    if (mysql === undefined) {
      const made = this.#create('MysqlCluster', { owner: owner.uid, password: secret.password });
      this.#create('volume', { owner: made.uid });
    } else mysql.owner = owner.uid;
  }

  /** The operator's own migration. */
  #migrate(old: Live, mattermost: Live | undefined): void {
    const manifest = old.manifest as Manifest;
    // Refused, and harmless: it says so in its status.
    if (manifest.blueGreen || manifest.canary) return;
    const deployment = this.live.get('Deployment');
    // Beside a Mattermost that it has not made, it skips making the Deployment again, and neither gets on.
    if (mattermost !== undefined && !mattermost.madeByMigration && deployment?.generation === 'old') return;
    if (deployment !== undefined && deployment.generation === 'old') {
      // Deleted with orphaned ReplicaSets and made again: the pods go on.
      this.live.delete('Deployment');
      this.#hasOldPods = true;
      this.#create('Deployment', {
        owner: old.uid,
        generation: 'new',
        version: deployment.version,
        replicas: deployment.replicas,
        starts: 0,
      });
      return;
    }
    if (mattermost === undefined) {
      // It waits for pods that run exactly the image and replicas of the Mattermost to be: another version or count hangs it.
      if (deployment === undefined || deployment.version !== manifest.version || deployment.replicas !== manifest.replicas) return;
      this.#create('Mattermost', { manifest: { ...manifest, kind: 'Mattermost', migrate: false }, madeByMigration: true });
      return;
    }
    if (mattermost.state !== 'stable') return;
    this.#hasOldPods = false;
    this.delete('ClusterInstallation');
  }

  /** Whether requests are answered. */
  #answers(): boolean {
    const workload = this.live.get('Deployment') ?? this.live.get('colours');
    return this.live.has('Service') && workload !== undefined && workload.starts === 0 && workload.replicas > 0;
  }

  pods(): void {
    const scaled = this.live.get('Deployment');
    if (this.autoscaler !== null && scaled !== undefined) scaled.replicas = this.autoscaler;
    for (const kind of ['Deployment', 'colours']) {
      const workload = this.live.get(kind);
      if (workload !== undefined && workload.starts > 0 && this.canStart()) workload.starts -= 1;
    }
    if (this.#answers()) {
      this.#answered = true;
      this.gap = 0;
    } else if (this.#answered) {
      this.gap += 1;
      this.longestGap = Math.max(this.longestGap, this.gap);
    }
  }

  /** A pod starts where the database knows the password that the Secret holds. */
  canStart(): boolean {
    const [mysql, secret] = [this.live.get('MysqlCluster'), this.live.get('root-password')];
    return mysql === undefined || secret === undefined || mysql.password === secret.password;
  }

  /** All pods are started anew, as when a node goes. */
  restartPods(): void {
    const deployment = this.live.get('Deployment');
    if (deployment !== undefined) deployment.starts = 1;
  }

  /** `kubectl patch` of the trigger, as the upstream guide has it. */
  patchMigrate(): void {
    const old = this.live.get('ClusterInstallation');
    if (old?.manifest != null) old.manifest = { ...old.manifest, migrate: true };
  }

  /** `kubectl patch` of the owner of the root password's Secret. */
  disownRootPassword(): void {
    const secret = this.live.get('root-password');
    if (secret !== undefined) secret.owner = null;
  }
}
