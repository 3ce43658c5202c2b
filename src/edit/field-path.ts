import type { DatabaseKind, FileStoreKind } from '../model/installation.ts';
import { holds } from '../operator/convert.ts';
import type { IngressStyle } from '../operator/convert.ts';
import type { Condition, FieldMove } from '../operator/fields.ts';
import { CONTAINERS, DROPPED_METADATA, FIELDS, MODERN_INGRESS } from '../operator/fields.ts';

/** What decides where fields go. `undecided` stands for several installations that differ, or for one that isn't known. */
export interface FieldDecision {
  readonly fileStore: FileStoreKind | 'undecided';
  readonly database: DatabaseKind | 'undecided';
  readonly ingress: IngressStyle | 'undecided';
}

/**
 * How references write the path of a field: `spec/minio/secret` in kustomize's field specs, `spec.minio.secret` in its field paths (and
 * wherever dots are usual), `/spec/minio/secret` as a JSON pointer.
 */
export type PathNotation = 'slash' | 'dotted' | 'pointer';

/** Where a field path leads in the new kind; the reasons are written for people. */
export type MappedPath = { readonly path: string } | { readonly dropped: string } | { readonly undecidable: string };

/** Maps a field path to the new kind. What stands below a field (list indexes, selectors, escapes) stays as it is written. */
export function mapFieldPath(path: string, notation: PathNotation, decision: FieldDecision): MappedPath {
  const steps = NOTATIONS[notation].split(path);
  const start = steps[0]?.raw === '' ? 1 : 0;
  const fate = fieldFate(
    steps.slice(start).map(({ name }) => name),
    decision,
  );
  if (fate.fate === 'dropped') return { dropped: fate.reason };
  if (fate.fate === 'undecidable') return { undecidable: fate.reason };
  if (fate.from.length === fate.to.length && fate.to.every((name, index) => name === fate.from[index])) return { path };
  const rest = steps.slice(start + fate.from.length).map(({ raw }) => raw);
  return { path: [...steps.slice(0, start).map(({ raw }) => raw), ...fate.to, ...rest].join(NOTATIONS[notation].separator) };
}

/** Whether a path leads to a field that only an installation has at this place, or below one. */
export function leadsToField(path: string, notation: PathNotation): boolean {
  const names = NOTATIONS[notation].split(path).map(({ name }) => name);
  const steps = names[0] === '' ? names.slice(1) : names;
  return FIELDS.some(({ from }) => from.every((name, index) => index >= steps.length || name === steps[index])) && steps.length > 1;
}

/** The first steps of a path, and what becomes of them. */
export type FieldFate =
  | { readonly fate: 'moved'; readonly from: readonly string[]; readonly to: readonly string[] }
  | { readonly fate: 'dropped'; readonly reason: string }
  | { readonly fate: 'undecidable'; readonly reason: string };

/** What becomes of a field, and of what stands below it. A step that selects many, or an unknown one, is null. */
export function fieldFate(steps: readonly (string | null)[], decision: FieldDecision): FieldFate {
  const [root, name] = steps;
  if (root === undefined) return undecidable('the whole object changes its shape');
  if (root === null) return undecidable('it may lead to any field');
  if (isDroppedMetadata(steps)) return dropped(`a Mattermost does not take ${steps.join('.')} over`);
  if (UNCHANGED.has(root)) return { fate: 'moved', from: [], to: [] };
  if (root === 'status') return statusFate(name);
  if (root !== 'spec') return dropped(`a Mattermost has no ${root}`);
  if (name === undefined) return undecidable('spec changes its shape');
  if (name === null) return undecidable('it may lead to any field of spec');
  return specFate(steps, decision);
}

const UNCHANGED: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

const dropped = (reason: string): FieldFate => ({ fate: 'dropped', reason });
const undecidable = (reason: string): FieldFate => ({ fate: 'undecidable', reason });

/** Fields of the old status that the new one has too. */
const STATUS: ReadonlySet<string> = new Set(['state', 'version', 'image', 'endpoint', 'replicas', 'updatedReplicas']);

function statusFate(name: string | null | undefined): FieldFate {
  if (name === null || name === undefined || STATUS.has(name)) return { fate: 'moved', from: [], to: [] };
  return dropped(`a Mattermost has no status.${name}`);
}

/** Metadata that goes whatever its value is. */
const isDroppedMetadata = (steps: readonly (string | null)[]): boolean =>
  DROPPED_METADATA.some(({ path, holding }) => holding === undefined && leadsInto(steps, path));

const leadsInto = (steps: readonly (string | null)[], field: readonly (string | number)[]): boolean =>
  field.every((name, index) => name === steps[index]);

function specFate(steps: readonly (string | null)[], decision: FieldDecision): FieldFate {
  const shown = steps
    .slice(0, 3)
    .map((step) => step ?? '*')
    .join('.');
  const container = CONTAINERS.find(({ from }) => leadsInto(steps, from));
  if (container !== undefined && steps[container.from.length] == null) return undecidable(`${shown} changes its shape`);
  const field = FIELDS.find(({ from }) => leadsInto(steps, from));
  if (field === undefined) return dropped(`a ClusterInstallation has no ${shown}`);
  if (field.to === null) return dropped(`a Mattermost has nothing in place of ${field.from.join('.')}`);
  const isKept = holdsFor(field.when, decision);
  if (isKept === null) return depends(field);
  if (!isKept) return dropped(`${field.from.join('.')} is only kept with an ${field.when}`);
  return ingressFate(field, decision) ?? { fate: 'moved', from: field.from, to: field.to };
}

const depends = ({ from }: FieldMove): FieldFate => undecidable(`where ${from.join('.')} goes depends on the installation`);

/** Null where that is not decided. */
function holdsFor(when: Condition, { fileStore, database }: FieldDecision): boolean | null {
  if (when === 'always') return true;
  const kind = when.endsWith('database') ? database : fileStore;
  return kind === 'external' || kind === 'operator-managed' ? holds(when, { fileStore: kind, database: kind }) : null;
}

/** What becomes of a field that `--ingress modern` moves; null of any other. */
function ingressFate(field: FieldMove, { ingress }: FieldDecision): FieldFate | null {
  const moved = MODERN_INGRESS.find(({ from }) => leadsInto(field.from, ['spec', from]));
  if (moved === undefined || ingress === 'keep') return null;
  if (ingress === 'undecided') return depends(field);
  if (moved.to === 'tlsSecret') return undecidable('it becomes the name of a Secret');
  return { fate: 'moved', from: field.from, to: ['spec', 'ingress', moved.to] };
}

interface PathStep {
  /** Null for a step that selects by content, or everything. */
  readonly name: string | null;
  readonly raw: string;
}

interface Notation {
  readonly separator: string;
  split(path: string): PathStep[];
}

const NOTATIONS: Readonly<Record<PathNotation, Notation>> = {
  slash: {
    separator: '/',
    split: (path) => splitEscaped(path, '/').map((raw) => ({ name: literal(raw.replace(/\[\]$/, '').replaceAll('\\/', '/')), raw })),
  },
  dotted: { separator: '.', split: (path) => joinBrackets(splitEscaped(path, '.')).map((raw) => ({ name: dottedName(raw), raw })) },
  pointer: { separator: '/', split: (path) => path.split('/').map((raw) => ({ name: literal(unescapePointer(raw)), raw })) },
};

const literal = (name: string): string | null => (name === '*' ? null : name);

const unescapePointer = (raw: string): string => raw.replaceAll(/~[01]/g, (escape) => (escape === '~1' ? '/' : '~'));

/** Splits as kustomize does: a separator after a backslash belongs to the name. */
function splitEscaped(path: string, separator: string): string[] {
  const parts: string[] = [];
  for (const part of path.split(separator)) {
    const last = parts.at(-1);
    if (last?.endsWith('\\') === true) parts.splice(-1, 1, `${last}${separator}${part}`);
    else parts.push(part);
  }
  return parts;
}

/** `[nginx.ingress.kubernetes.io/size]` is one step. */
function joinBrackets(parts: readonly string[]): string[] {
  const joined: string[] = [];
  let open = false;
  for (const part of parts) {
    if (open) joined.splice(-1, 1, `${joined.at(-1)}.${part}`);
    else joined.push(part);
    open = (open || part.startsWith('[')) && !part.endsWith(']');
  }
  return joined;
}

function dottedName(raw: string): string | null {
  const inner = /^\[(.*)\]$/.exec(raw)?.[1];
  if (inner === undefined) return literal(raw.replaceAll('\\.', '.'));
  return inner.includes('=') ? null : inner;
}
