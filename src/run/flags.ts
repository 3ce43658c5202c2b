import type { BlueGreenWay, CanaryWay } from '../stages/prepare.ts';
import type { Level } from '../model/place.ts';

/** Flags as commander hands them over. */
export interface CommonFlags {
  readonly output?: string;
  readonly target?: string;
  /** What brings the manifests into the cluster. */
  readonly engine?: 'argo-cd' | 'argo' | 'flux' | 'both' | 'none';
  readonly database: readonly string[];
  readonly fileStore?: readonly string[];
  readonly assumeDatabase?: 'external' | 'operator-managed';
  readonly ingress?: 'keep' | 'modern';
  readonly crd?: string;
  readonly prove?: 'auto' | 'always' | 'never';
  /** The program to build kustomizations with. */
  readonly kustomize?: string;
  /** The program to render charts with. */
  readonly helm?: string;
  /** The name of a configuration file; false for none. */
  readonly config?: string | false;
  readonly color?: boolean;
  /** Whether a run fails where the old kind goes on being named. */
  readonly failOnLeft?: boolean;
  /** False where a diff is to be printed as it is, at a terminal too. */
  readonly pager?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly format?: string;
  /** Rules whose findings are shown; all where none is named. */
  readonly rule?: readonly string[];
  /** Findings of lower levels are not shown. */
  readonly minLevel?: Level;
  /** A file with what is known and may stay. */
  readonly baseline?: string;
  /** The file to write that to, of `scan`. */
  readonly writeBaseline?: string;
  /** A commit of git; of `convert` and `scan`. */
  readonly changedSince?: string;
}

export interface ConvertFlags extends CommonFlags, ChoiceFlags {
  readonly write?: boolean;
  readonly check?: boolean;
  readonly allowEmpty?: boolean;
  /** Whether to ask for each family. */
  readonly interactive?: boolean;
  /** In place of a format. */
  readonly stat?: boolean;
}

/** Which installations are meant; all where nothing is said. */
export interface ChoiceFlags {
  readonly only: readonly string[];
  readonly root: readonly string[];
}

/** Of `prepare`, `trigger` and `finish`. */
export interface StageFlags extends ConvertFlags {
  readonly batch?: number;
  readonly image?: string;
  readonly explicitSize?: boolean;
  readonly blueGreen?: BlueGreenWay;
  readonly canary?: CanaryWay;
  readonly version?: string;
  readonly confirmedLive?: boolean;
  readonly confirmedRootPassword?: boolean;
  /** Written by the script of `plan`; in place of the confirmations. */
  readonly gateFile?: readonly string[];
  /** Of kubectl: gate files of another one are refused. */
  readonly context?: string;
}

export type ScanFlags = CommonFlags;
