/** Where the pipeline gets bytes from: a repository, or a stream that stands for one. */
export interface Source {
  /** Files with one of these byte strings, among those that the run was asked for. */
  find(marker: Marker): readonly string[];
  /** The same in the rest of the repository. */
  findElsewhere(marker: Marker): Promise<readonly string[]>;
  read(file: string): Uint8Array | Unreadable;
  /** Files that are no manifests by their name and hold an old name, among those that the run was asked for. */
  others(): Others;
  /** The start of any file as text, as far as it is searched for old names; null for a binary one. */
  start(file: string): string | null;
  /** Whether a file is the configuration of runs, which may speak of old names as it likes. */
  isConfiguration(file: string): boolean;
  /** Every kustomization of the repository, also beyond what the run was asked for. */
  kustomizations(): Promise<readonly ListedFile[]>;
  /** Every file of the repository that may hold objects by which an engine builds with changes of its own. */
  engines(): Promise<readonly ListedFile[]>;
  /** Every manifest of the repository, by name. */
  manifests(): Promise<readonly string[]>;
  /** URLs of the repository itself, as git knows them; none where it knows of none. */
  remotes(): Promise<readonly string[]>;
  /** Where a path really leads, links followed; null where that is out of the tree. One that leads nowhere stays as it is. */
  real(path: string): string | null;
  /** Whether the run was asked to look at a file. */
  isGiven(file: string): boolean;
  /** Why a file that was not looked at is left alone whatever paths are given; null where other paths would do. */
  leftOut(file: string): string | null;
  /** Whether a file is there. */
  exists(file: string): boolean;
  /** Whether a file is a template of a Helm chart. */
  isChartTemplate(file: string): boolean;
  /** Whether it stands for what something else writes, and is no file of the repository. */
  readonly isStream: boolean;
  /** How many files were searched. */
  readonly filesScanned: number;
  /** What was not looked into, and why. */
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
}

/** Files that are searched for nothing but old names. */
export interface Others {
  readonly found: readonly string[];
  /** Those that can't be searched, or not to their end. */
  readonly unsearched: readonly { readonly file: string; readonly reason: string }[];
}

/** A file of the repository. */
export interface ListedFile {
  readonly file: string;
  /** Why runs leave it alone, for a finding: the user's configuration or git says so. Null where nothing does. */
  readonly leftOut: string | null;
  /** Whether nobody here can read it. */
  readonly isHidden?: boolean;
}

/** Why a file can't be read as a manifest, for a finding. */
export interface Unreadable {
  readonly unreadable: string;
}

export const isUnreadable = (content: Uint8Array | Unreadable): content is Unreadable => 'unreadable' in content;

/** What a file is looked at for: installations, Secrets, resources of the new kind, references to what is converted. */
export type Marker = 'installation' | 'secret' | 'mattermost' | 'reference' | 'engine' | 'operator';

/** The text of a file of a source; null where it can't be read. */
export function readText(file: string, source: Source): string | null {
  const bytes = source.read(file);
  return isUnreadable(bytes) ? null : Buffer.from(bytes).toString('utf8');
}
