/**
 * Mattermost Operator releases that ci2mm knows: one row per release whose CRDs differ or that ends a minor line.
 * A target names a minor (`1.21`) or a release (`1.21.0`).
 */
export interface Release {
  /** `1.25.9` */
  readonly version: string;
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** Oldest first. 2.0.0 is known from the operator's preparation branch of August 2026. */
export const releases: readonly Release[] = [
  '1.12.0',
  '1.13.0',
  '1.14.0',
  '1.15.0',
  '1.16.0',
  '1.17.0',
  '1.18.1',
  '1.19.0',
  '1.20.1',
  '1.21.0',
  '1.22.1',
  '1.23.0',
  '1.24.0',
  '1.25.9',
  '2.0.0',
].map(release);

/** The newest 1.x: the last line that still knows ClusterInstallation. */
export const defaultTarget: Release = release('1.25.9');

/**
 * First releases in which the operator treats a Mattermost differently; when a field came or went is the schemas' fact, not kept here.
 * Source: mattermost-operator, tags v1.12.0 to v1.25.9 and the v2 preparation branch.
 */
export const changedIn = {
  /** Both `mattermost.com/v1alpha1` kinds and the code that migrates ClusterInstallations are gone. */
  migrationRemoved: release('2.0.0'),
  /** `MM_FILESETTINGS_AMAZONS3SSL` is true for an external file store unless set (pkg/mattermost/env_var.go). */
  s3TlsDefault: release('1.13.0'),
  /** `status.state` may be `ready` before `stable`. */
  readyState: release('1.19.0'),
  /** The default MySQL of an operator-managed database is 8.0 instead of 5.7. */
  mysqlDefault: release('1.21.0'),
  /** `serviceAnnotations` reach the headless Service as well. */
  headlessServiceAnnotations: release('1.22.0'),
  /** Ingress annotations with `snippet` in the key or a line break in the value are dropped (pkg/mattermost/mattermost_v1beta.go). */
  ingressAnnotationFilter: release('1.25.5'),
} as const satisfies Record<string, Release>;

/**
 * Reads `1.21`, `1.21.0` or `v1.21.0`. A minor alone means its newest known release; any patch of a known minor is accepted, and
 * compared by its numbers.
 * @returns null for anything else, and for releases outside 1.12 to 2.0.
 */
export function parseRelease(text: string): Release | null {
  const match = /^v?(0|[1-9]\d{0,3})\.(0|[1-9]\d{0,3})(?:\.(0|[1-9]\d{0,3}))?$/.exec(text);
  if (match === null) return null;
  const known = releases.find(({ major, minor }) => major === Number(match[1]) && minor === Number(match[2]));
  if (known === undefined || match[3] === undefined) return known ?? null;
  return release(`${known.major}.${known.minor}.${match[3]}`);
}

/** Negative when `a` is older than `b`, positive when newer, 0 when equal. */
export function compareReleases(a: Release, b: Release): number {
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch;
}

/** A release from its full version, which must be well formed. */
export function release(version: string): Release {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  return { version, major, minor, patch };
}
