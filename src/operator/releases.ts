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
