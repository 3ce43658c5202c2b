import { groupBy } from '../model/group.ts';
import { isManifestName } from '../model/manifest-name.ts';
import type { Task } from '../edit/task.ts';
import type { Change } from '../model/change.ts';
import type { Resource } from '../model/installation.ts';
import type { Place } from '../model/place.ts';
import type { Range } from '../model/range.ts';
import type { Path } from '../model/value.ts';
import { isNamesake, writtenText } from '../manifests/read.ts';
import type { Manifest } from '../manifests/read.ts';
import type { Source } from '../manifests/source.ts';
import { openReferences } from '../references/findings.ts';
import { comesWithOperator, fileKindOf, isVendored } from '../references/file-kinds.ts';
import type { FileKind } from '../references/file-kinds.ts';
import { namesAfter } from '../references/names-after.ts';
import { oldNamesIn } from '../references/old-names.ts';
import type { OldName } from '../references/old-names.ts';
import { isError } from '../rules/finding.ts';
import type { Finding, Findings } from '../rules/finding.ts';
import { rules } from '../rules/index.ts';
import type { RuleId } from '../rules/index.ts';
import { kustomizeBuildFails } from '../rules/kustomize-build-fails.ts';
import { kustomizePatch } from '../rules/kustomize-patch.ts';
import { oldLabelSelected } from '../rules/old-label-selected.ts';
import { listed } from '../rules/written.ts';
import { parseDocument, positions, splitDocuments } from '../yaml/document.ts';
import { contentRange } from '../yaml/locate.ts';
import type { FamilyAssessment } from './assess-family.ts';
import type { Inventory } from './inventory.ts';

/** Where the old kind is named and nothing else tells of it. */
export interface NamesLeft {
  readonly findings: readonly Finding[];
  /** How many files that is, without those that come from elsewhere. */
  readonly files: number;
  readonly vendored: number;
  /** Every line of them. */
  readonly lines: readonly { readonly file: string; readonly line: number }[];
  /** Files that were not searched, or not to their end. */
  readonly unsearched: readonly { readonly file: string; readonly reason: string }[];
}

/** What a run came to, as far as old names go. */
export interface Outcome {
  readonly inventory: Inventory;
  readonly families: readonly FamilyAssessment[];
  readonly changes: readonly Change[];
  /** What was found so far. */
  readonly found: readonly Finding[];
  /** Resources that were told of for another reason than a reference. */
  readonly told: readonly Resource[];
}

/** Searches every file for names of the old kind that are left when all is converted and that no other finding accounts for. */
export function namesLeft(outcome: Outcome, source: Source, findings: Findings): NamesLeft {
  const search = new Search(outcome, source, findings);
  const { found, unsearched } = source.others();
  const { manifests, referrers } = outcome.inventory;
  // A manifest without documents is one that can't be read at all, which is told.
  const searched = [...manifests.filter(({ documents }) => documents.length > 0), ...referrers];
  const lines = [...searched.flatMap((manifest) => search.manifest(manifest)), ...found.flatMap((file) => search.other(file))];
  return { ...told(lines, findings), unsearched: [...unsearched, ...search.binaries.map((file) => ({ file, reason: 'it is binary' }))] };
}

/** A line that names the old kind. */
interface NamingLine {
  readonly place: Place;
  readonly kind: FileKind;
  /** Somebody else's, who will see to it. */
  readonly vendored: boolean;
}

class Search {
  readonly binaries: string[] = [];
  readonly #source: Source;
  readonly #findings: Findings;
  readonly #changes: ReadonlyMap<string, Change>;
  readonly #accounts: Accounts;

  constructor(outcome: Outcome, source: Source, findings: Findings) {
    this.#source = source;
    this.#findings = findings;
    this.#changes = new Map(outcome.changes.map((change) => [change.file, change]));
    this.#accounts = new Accounts(outcome);
  }

  manifest(manifest: Manifest): NamingLine[] {
    const { file } = manifest;
    if (this.#source.isConfiguration(file)) return [];
    return this.#lines(file, manifest.text === '' ? this.#start(file) : writtenText(manifest), manifest);
  }

  other(file: string): NamingLine[] {
    return this.#lines(file, this.#start(file), null);
  }

  #start(file: string): string {
    const text = this.#source.start(file);
    if (text === null) this.binaries.push(file);
    return text ?? '';
  }

  #lines(file: string, text: string, manifest: Manifest | null): NamingLine[] {
    const change = this.#changes.get(file);
    const names = change === undefined ? oldNamesIn(text) : namesAfter(text, change);
    if (names.length === 0) return [];
    const at = positions(text);
    const left = this.#accounts.without(names, { file, text, manifest, at });
    if (left.length === 0) return [];
    const kind = fileKindOf(file, text, manifest !== null);
    const isForeign = vendoring(file, text);
    const lines = groupBy(left, ({ start }) => at(start).line);
    return [...lines.values()].flatMap(([name]) => {
      if (name === undefined) return [];
      const [from, to] = [at(name.start), at(name.end)];
      const place = { file, line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
      return this.#isSuppressed(place) ? [] : [{ place, kind, vendored: isForeign(name) }];
    });
  }

  #isSuppressed(place: Place): boolean {
    if (WHOLE_FILE.some((rule) => this.#findings.suppressesIn(rule, place.file))) return true;
    return NAMING_RULES.some((rule) => this.#findings.suppresses(rule, place));
  }
}

/** A comment that suppresses one of these speaks for the old names of its line. */
const WHOLE_FILE: readonly RuleId[] = ['old-name-left', 'old-name-vendored'];

const NAMING_RULES = rules.flatMap(({ id, left }) => (left === undefined ? [] : [id as RuleId]));

/** Whether a name is somebody else's: by the file, or by the document that it stands in. */
function vendoring(file: string, text: string): (name: OldName) => boolean {
  if (isVendored(file)) return () => true;
  if (!isManifestName(file)) return () => false;
  const documents = splitDocuments(text).map((range) => ({ ...range, theirs: null as boolean | null }));
  return ({ start }) => {
    const document = documents.find((each) => start < each.end);
    if (document === undefined) return false;
    document.theirs ??= comesWithOperator(text.slice(document.start, document.end));
    return document.theirs;
  };
}

/** A file that is searched. */
interface SearchedFile {
  readonly file: string;
  readonly text: string;
  /** What was read of it, where it was read as one. */
  readonly manifest: Manifest | null;
  readonly at: ReturnType<typeof positions>;
}

/** A value of a document that somebody has been told of. A document goes by its index, or by one of its lines; an empty path is the whole of it. */
interface Account {
  readonly file: string;
  readonly document: number | { readonly line: number };
  readonly path: Path;
}

/** What else tells of old names: installations that stay as they are, references, and what can't be read. */
class Accounts {
  readonly #byFile: ReadonlyMap<string, readonly Account[]>;
  /** Lines of findings that are about nothing else. */
  readonly #lines: ReadonlySet<string>;

  constructor({ inventory, families, found, told }: Outcome) {
    const blocked = families.filter((family) => family.blocked);
    const tasks = blocked.flatMap((family) => [...family.tasks.values()].flat());
    const errors = blocked.flatMap(({ findings }) => findings.filter(isError));
    // Of manifests without an installation it is not told that they can't be read.
    const problems = inventory.manifests.flatMap((manifest) => manifest.problems.map(({ place }) => place));
    const documents = [...errors, ...problems, ...found.filter(isOfKustomization)].map((place) => aroundLine(place));
    this.#byFile = groupBy([...tasks.map(accountOf), ...documents, ...told], ({ file }) => file);
    this.#lines = new Set(found.filter(({ rule }) => rule === oldLabelSelected.id).map(lineKey));
  }

  /** Names in order, without those that are accounted for. */
  without(names: readonly OldName[], { file, text, manifest, at }: SearchedFile): OldName[] {
    const accounts = [...(this.#byFile.get(file) ?? []), ...(manifest === null ? [] : accountsIn(manifest))];
    const ranges = accounts.length === 0 ? [] : rangesOf(accounts, manifest?.text || text, at);
    let next = 0;
    return names.filter(({ start }) => {
      while (next < ranges.length && (ranges[next]?.end ?? 0) <= start) next += 1;
      const range = ranges[next];
      return (range === undefined || start < range.start) && !this.#lines.has(lineKey({ file, line: at(start).line }));
    });
  }
}

const lineKey = ({ file, line }: Pick<Place, 'file' | 'line'>): string => `${line} ${file}`;

function accountOf(task: Task): Account {
  const { file, document, inline } = task.at;
  return { file, document, path: inline?.path ?? ('use' in task ? task.use.fragment.path : []) };
}

const aroundLine = ({ file, line }: Pick<Place, 'file' | 'line'>, path: Path = []): Account => ({ file, document: { line }, path });

/** Findings about a whole document that nobody can tell the fate of. */
const isOfKustomization = ({ rule }: Finding): boolean => rule === kustomizePatch.id || rule === kustomizeBuildFails.id;

const accountsIn = (manifest: Manifest): Account[] => [
  ...manifest.resources.filter(isNamesake).map(({ file, document, path }) => ({ file, document, path: [...path, 'kind'] })),
  ...manifest.resources.filter((resource) => openReferences(resource, manifest).length > 0),
  ...manifest.embedded.map(({ path, place }) => aroundLine(place, path)),
];

/** Where accounts stand in a text: in order, and apart from each other. */
function rangesOf(accounts: readonly Account[], text: string, at: ReturnType<typeof positions>): Range[] {
  const documents = splitDocuments(text);
  const ends = documents.map(({ end }) => at(Math.max(end - 1, 0)).line);
  const byDocument = groupBy(accounts, ({ document }) =>
    typeof document === 'number' ? document : ends.findIndex((line) => line >= document.line),
  );
  return joined([...byDocument].flatMap(([index, own]) => rangesIn(documents[index] ?? { start: 0, end: text.length }, own, text)));
}

function rangesIn(document: Range, accounts: readonly Account[], text: string): Range[] {
  if (accounts.some(({ path }) => path.length === 0)) return [document];
  const parsed = parseDocument(text.slice(document.start, document.end));
  return accounts.flatMap(({ path }) => {
    const range = contentRange(parsed, path);
    return range === null ? [document] : [{ start: document.start + range.start, end: document.start + range.end }];
  });
}

function joined(ranges: readonly Range[]): Range[] {
  const apart: Range[] = [];
  for (const range of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = apart.at(-1);
    if (last === undefined || last.end < range.start) apart.push(range);
    else apart[apart.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
  }
  return apart;
}

/** Findings for lines: one for each kind of file and folder, and one for all that comes from elsewhere. */
function told(lines: readonly NamingLine[], findings: Findings): Omit<NamesLeft, 'unsearched'> {
  const [theirs, own] = [true, false].map((vendored) => lines.filter((line) => line.vendored === vendored)) as [NamingLine[], NamingLine[]];
  const groups = [...groupBy(own, ({ place: { file }, kind }) => `${kind.one} ${file.slice(0, file.lastIndexOf('/') + 1)}`).values()];
  const toldOwn = groups.map((group) => ({ group, finding: findingOf('old-name-left', group, findings) }));
  const ownLines = toldOwn.flatMap(({ group, finding }) => (finding.length === 0 ? [] : group));
  const vendored = findingOf('old-name-vendored', theirs, findings);
  const shown = [...ownLines, ...(vendored.length === 0 ? [] : theirs)];
  return {
    findings: [...toldOwn.flatMap(({ finding }) => finding), ...vendored],
    files: filesOf(ownLines).length,
    vendored: vendored.length === 0 ? 0 : filesOf(theirs).length,
    lines: shown.map(({ place: { file, line } }) => ({ file, line })),
  };
}

const filesOf = (lines: readonly NamingLine[]): string[] => [...new Set(lines.map(({ place }) => place.file))];

function findingOf(rule: 'old-name-left' | 'old-name-vendored', lines: readonly NamingLine[], findings: Findings): Finding[] {
  const [first] = lines;
  if (first === undefined) return [];
  const vendored = rule === 'old-name-vendored';
  const { one, many } = vendored ? VENDORED : first.kind;
  const files = filesOf(lines);
  const who = files.length === 1 ? `This ${one} goes on` : `${files.length} ${many} go on`;
  const where = lines.length === 1 ? '' : ` in ${lines.length} lines: ${shownLines(lines, files.length > 1)}`;
  const message = `${who} naming the old kind${where}.`;
  return findings.of(rule, { place: first.place, message, ...(vendored ? {} : { remedy: first.kind.remedy }) });
}

const VENDORED = { one: 'file, which comes from elsewhere,', many: 'files that come from elsewhere' };

/** How many lines a finding names; more than a few nobody reads. */
const SHOWN = 3;

function shownLines(lines: readonly NamingLine[], withFiles: boolean): string {
  const shown = lines.slice(0, SHOWN).map(({ place: { file, line } }) => (withFiles ? `${file}:${line}` : `${line}`));
  const rest = lines.length - shown.length;
  return rest === 0 ? listed(shown) : `${shown.join(', ')} and ${rest} more`;
}
