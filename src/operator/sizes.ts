import { compareReleases, release } from './releases.ts';
import type { Release } from './releases.ts';

/** What a part of an installation gets of a size: replicas, and CPU and memory as requests and, of the servers, as limits. */
export interface PartSize {
  readonly replicas: number;
  readonly requests: readonly [cpu: string, memory: string];
  readonly limits: readonly [cpu: string, memory: string] | null;
}

export interface Size {
  readonly app: PartSize;
  readonly fileStore: PartSize;
  readonly database: PartSize;
}

type Row = readonly [replicas: number, cpu: string, memory: string, limitCpu?: string, limitMemory?: string];

const size = (app: Row, fileStore: Row, database: Row): Size => {
  const [own, store, data] = [app, fileStore, database].map(partOf) as [PartSize, PartSize, PartSize];
  return { app: own, fileStore: store, database: data };
};

const partOf = ([replicas, cpu, memory, limitCpu, limitMemory]: Row): PartSize => ({
  replicas,
  requests: [cpu, memory],
  limits: limitCpu === undefined || limitMemory === undefined ? null : [limitCpu, limitMemory],
});

const OF_5000 = size([2, '500m', '500Mi', '4000m', '8Gi'], [4, '200m', '500Mi'], [3, '500m', '500Mi']);

/** `spec.size` as the operator reads it. Source: `clusterinstallation_sizes.go`, every tag v1.12.0 to v1.25.9; `since` is the first release with it. */
const SIZES: Readonly<Record<string, readonly { readonly since: Release; readonly size: Size }[]>> = {
  cloud10users: [
    { since: release('1.12.0'), size: size([2, '10m', '200Mi', '2000m', '4Gi'], [4, '100m', '256Mi'], [2, '200m', '512Mi']) },
    { since: release('1.13.0'), size: size([2, '10m', '150Mi', '2000m', '4Gi'], [4, '100m', '256Mi'], [2, '200m', '512Mi']) },
  ],
  cloud100users: [
    { since: release('1.12.0'), size: size([2, '50m', '256Mi', '2000m', '4Gi'], [4, '100m', '256Mi'], [2, '200m', '512Mi']) },
  ],
  '100users': [{ since: release('1.12.0'), size: size([1, '100m', '256Mi', '2000m', '4Gi'], [1, '100m', '256Mi'], [1, '200m', '512Mi']) }],
  '1000users': [{ since: release('1.12.0'), size: size([2, '150m', '256Mi', '2000m', '4Gi'], [4, '150m', '512Mi'], [2, '250m', '512Mi']) }],
  '5000users': [{ since: release('1.12.0'), size: OF_5000 }],
  '10000users': [{ since: release('1.12.0'), size: OF_5000 }],
  '25000users': [
    { since: release('1.12.0'), size: OF_5000 },
    { since: release('1.21.0'), size: size([2, '1000m', '4Gi', '4000m', '16Gi'], [4, '300m', '500Mi'], [3, '500m', '1Gi']) },
  ],
  miniSingleton: [
    { since: release('1.12.0'), size: size([1, '100m', '256Mi', '2000m', '4Gi'], [1, '200m', '512Mi'], [1, '200m', '512Mi']) },
    { since: release('1.20.0'), size: size([1, '10m', '150Mi', '2000m', '4Gi'], [1, '100m', '256Mi'], [1, '200m', '512Mi']) },
  ],
  miniHA: [
    { since: release('1.12.0'), size: size([2, '200m', '512Mi', '2000m', '4Gi'], [4, '200m', '512Mi'], [2, '200m', '512Mi']) },
    { since: release('1.20.0'), size: size([2, '10m', '150Mi', '2000m', '4Gi'], [4, '100m', '256Mi'], [2, '200m', '512Mi']) },
  ],
};

/** The servers that an installation gets which names no number, or 0. Source: `DefaultSize`, as above. */
export const DEFAULT_REPLICAS = OF_5000.app.replicas;

/** What a size means to a release of the operator. `unknown`: no size of that name. `ambiguous`: nobody knows the release, and it matters. */
export function sizeOf(name: string, operator: Release | null): Size | 'unknown' | 'ambiguous' {
  const rows = Object.hasOwn(SIZES, name) ? (SIZES[name] ?? []) : [];
  const [first] = rows;
  if (first === undefined) return 'unknown';
  if (operator === null) return rows.length === 1 ? first.size : 'ambiguous';
  return (rows.findLast(({ since }) => compareReleases(operator, since) >= 0) ?? first).size;
}
