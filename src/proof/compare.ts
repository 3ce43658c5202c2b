import type { Path, ValueMap } from '../model/value.ts';
import type { DatabaseKind } from '../model/installation.ts';
import { withoutEmpty } from '../operator/equivalent.ts';
import { NEW, OLD } from '../operator/fields.ts';
import type { SchemaProblem } from '../operator/schema-problem.ts';
import { identityOf, keyOf, mayBeOurs, readBuilt, shownIdentity } from './built.ts';
import type { Identity } from './built.ts';
import { builtDatabase } from './built-secrets.ts';
import { fieldDifferences, isBelow, mixedSelectors, renamed } from './differences.ts';
import type { Difference, DifferenceCode } from './differences.ts';

/** What is meant to change in a build. */
export interface Expectation {
  /** What an object of the old or the new kind, as built today, is to become; null where it stays as it is. */
  readonly expected: (object: ValueMap) => ValueMap | null;
  /** The same for any other object, which may refer to them. */
  readonly expectedReferrer?: (object: ValueMap) => ValueMap | null;
  /** Whether an object is not to be built any more. */
  readonly expectedGone?: (object: ValueMap) => boolean;
  /** What comes to be built beside an object; null where nothing does. */
  readonly expectedBeside?: ((object: ValueMap) => readonly ValueMap[]) | null;
  /** The fields of any other object, as built today, that are meant to change: none, or `[[]]` for whatever it holds. */
  readonly mayChange: (object: Identity) => readonly Path[];
  /** What is taken for the database of an installation; null where the user has said so, whatever its Secret holds. */
  readonly database: (installation: ValueMap) => DatabaseKind | null;
  /** What a Mattermost gets wrong against the target's schema. */
  readonly problems: (mattermost: ValueMap) => readonly SchemaProblem[];
  /** Whether someone asked for a certain order of the objects. */
  readonly ordered: boolean;
}

export interface Comparison {
  readonly differences: readonly Difference[];
  /** Objects that became what was expected of them, unless there are differences. */
  readonly changed: number;
}

/**
 * Compares what a kustomization builds before and after an edit: every installation must have become what is expected of it as it was
 * built, and every other object must have stayed, but for what is meant to change.
 *
 * @param before the texts of the objects, in order
 */
export function compareBuilds(before: readonly string[], after: readonly string[], expectation: Expectation): Comparison {
  const beside = expectation.expectedBeside ?? null;
  const kept = new Set(before.filter((text) => !mayBeOurs(text) && (beside === null || !text.includes(OLD_LABELS))));
  const shared = new Set(after.filter((text) => kept.has(text)));
  const olds = readAll(before, shared);
  const news = readAll(after, shared);
  const expected = olds.objects.flatMap((old) => expectedOf(old, expectation));
  const { pairs, lost, added } = match(expected, news.objects, expectation);
  const names = new Map(
    pairs.flatMap(({ expected, found }) =>
      expected.identity.name === found.identity.name ? [] : [[expected.identity.name, found.identity.name] as const],
    ),
  );
  const differences = [
    ...[...olds.unreadable, ...news.unreadable].map((index) =>
      difference('unreadable', null, `object ${index + 1} of the build can not be read`),
    ),
    ...missing(lost, added),
    ...pairs.flatMap(({ expected: { old, isChanged } }) => (isChanged ? otherDatabase(old, before, expectation) : [])),
    ...pairs.flatMap((pair) => comparePair(pair, names, expectation)),
    ...danglingNames(shared, names),
    ...compareOrder({ before, after, pairs: pairs.filter(({ expected }) => expected.index >= 0), shared }, expectation),
  ];
  return { differences, changed: pairs.filter(({ expected }) => expected.isChanged).length };
}

/** An object that is not the same, word by word, on both sides. */
interface Built {
  readonly index: number;
  readonly identity: Identity;
  readonly value: ValueMap;
}

/** What an object of the build before should be after. */
interface ExpectedObject extends Built {
  /** As it was. */
  readonly old: Built;
  readonly isChanged: boolean;
}

interface ComparedPair {
  readonly expected: ExpectedObject;
  readonly found: Built;
}

function readAll(texts: readonly string[], shared: ReadonlySet<string>): { objects: Built[]; unreadable: number[] } {
  const objects: Built[] = [];
  const unreadable: number[] = [];
  for (const [index, text] of texts.entries()) {
    if (shared.has(text)) continue;
    const value = readBuilt(text);
    if (value === null) unreadable.push(index);
    else objects.push({ index, identity: identityOf(value), value });
  }
  return { objects, unreadable };
}

const isInstallation = ({ group, kind }: Identity): boolean => group === OLD.group && kind === OLD.kind;

const isMattermost = ({ group, kind }: Identity): boolean => group === NEW.group && kind === NEW.kind;

/** What is to be built for an object: itself, as it is to become, unless it goes; and its twin. */
function expectedOf(old: Built, expectation: Expectation): ExpectedObject[] {
  const { expectedGone, expectedBeside } = expectation;
  return [
    ...(expectedGone?.(old.value) === true ? [] : [expectedFrom(old, expectation)]),
    ...addedBeside(old, expectedBeside?.(old.value) ?? []),
  ];
}

function expectedFrom(old: Built, expectation: Expectation): ExpectedObject {
  const isOurs = isInstallation(old.identity) || isMattermost(old.identity);
  const value = isOurs ? expectation.expected(old.value) : (expectation.expectedReferrer?.(old.value) ?? null);
  if (value === null) return { ...old, old, isChanged: false };
  return { index: old.index, identity: identityOf(value), value, old, isChanged: true };
}

/** What is added has no place in the build before. */
const addedBeside = (old: Built, values: readonly ValueMap[]): ExpectedObject[] =>
  values.map((value) => ({ index: -1, identity: identityOf(value), value, old, isChanged: true }));

const OLD_LABELS = `v1alpha1.${OLD.group}/`;

interface Matching {
  readonly pairs: readonly ComparedPair[];
  readonly lost: readonly ExpectedObject[];
  readonly added: readonly Built[];
}

/** Pairs objects by identity, then those whose generated names changed with a content that was meant to change. */
function match(expected: readonly ExpectedObject[], found: readonly Built[], expectation: Expectation): Matching {
  const exact = pairBy(expected, found, keyOf);
  const mayBeRenamed = exact.lost.filter(({ identity }) => expectation.mayChange(identity).length > 0);
  const renamed = pairBy(mayBeRenamed, exact.added, (identity) => keyOf(withoutHash(identity)));
  const taken = new Set(renamed.pairs.map((pair) => pair.expected));
  return { pairs: [...exact.pairs, ...renamed.pairs], lost: exact.lost.filter((each) => !taken.has(each)), added: renamed.added };
}

function pairBy(expected: readonly ExpectedObject[], found: readonly Built[], key: (identity: Identity) => string): Matching {
  const candidates = new Map(expected.map((each) => [key(each.identity), each]));
  const pairs: ComparedPair[] = [];
  const added: Built[] = [];
  for (const each of found) {
    const counterpart = candidates.get(key(each.identity));
    if (counterpart === undefined) added.push(each);
    else pairs.push({ expected: counterpart, found: each });
    candidates.delete(key(each.identity));
  }
  const matched = new Set(pairs.map((pair) => pair.expected));
  return { pairs, lost: expected.filter((each) => !matched.has(each)), added };
}

/** kustomize names what it generates after a hash of its content, in an alphabet without vowels. */
const withoutHash = (identity: Identity): Identity => ({ ...identity, name: identity.name.replace(/-[bcdfghkmt2456789]{10}$/, '') });

const difference = (code: DifferenceCode, identity: Identity | null, message: string, path: Path = []): Difference => ({
  code,
  level: 'error',
  object: identity === null ? '' : shownIdentity(identity),
  path,
  message,
});

function missing(lost: readonly ExpectedObject[], added: readonly Built[]): Difference[] {
  const unconverted = new Set(lost.filter(({ isChanged }) => isChanged).map(({ old }) => keyOf(old.identity)));
  const left = new Set(added.map(({ identity }) => keyOf(identity)).filter((key) => unconverted.has(key)));
  return [
    ...lost
      .filter(({ old }) => !left.has(keyOf(old.identity)))
      .map(({ identity }) => difference('object-lost', identity, 'is not built any more')),
    ...added.map(({ identity }) =>
      left.has(keyOf(identity))
        ? difference('not-converted', identity, 'is still built')
        : difference('object-added', identity, 'was not built before'),
    ),
  ];
}

function comparePair({ expected, found }: ComparedPair, names: ReadonlyMap<string, string>, expectation: Expectation): Difference[] {
  const { identity, old } = expected;
  const problems = expected.isChanged ? newProblems(expected.value, found.value, expectation) : [];
  const simplest = isMattermost(identity) ? withoutEmpty : (value: ValueMap): ValueMap => value;
  const allowed = expected.isChanged ? [] : expectation.mayChange(old.identity);
  const fields = fieldDifferences(simplest(renamed(expected.value, names)), simplest(found.value)).filter(
    ({ path }) => !isBelow(path, allowed),
  );
  const mixedBefore = mixedSelectors(old.value);
  const mixed = mixedSelectors(found.value).filter((path) => !isBelow(path, mixedBefore));
  return [
    ...problems.map(({ path, message }) => difference('schema', identity, message, path)),
    ...fields
      .filter(({ path }) => !problems.some((problem) => isBelow(path, [problem.path])))
      .map(({ code, path, message }) => difference(code, identity, message, path)),
    ...mixed.map((path) => difference('mixed-labels', identity, 'names labels of both operator generations, and so selects nothing', path)),
  ];
}

function otherDatabase({ identity, value }: Built, before: readonly string[], { database }: Expectation): Difference[] {
  const [taken, found] = [database(value), builtDatabase(before, value)];
  if (taken === null || found === null || taken === found) return [];
  const message = `names a Secret that is built with the keys of an ${found} database, and was taken to be ${taken}`;
  return [difference('database', identity, message, ['spec', 'database', 'secret'])];
}

/** Objects that stayed word by word and still name what has another name now. */
function danglingNames(shared: ReadonlySet<string>, names: ReadonlyMap<string, string>): Difference[] {
  const suspects = [...shared].filter((text) => [...names.keys()].some((name) => text.includes(name)));
  return suspects.flatMap((text) => {
    const value = readBuilt(text) ?? new Map();
    return fieldDifferences(renamed(value, names), value).map(({ code, path, message }) =>
      difference(code, identityOf(value), message, path),
    );
  });
}

/** Problems that the conversion itself does not have: those are the rules' to judge. */
function newProblems(expected: ValueMap, found: ValueMap, { problems }: Expectation): SchemaProblem[] {
  const known = problems(expected).map(({ path }) => path);
  return problems(found).filter(({ path }) => !isBelow(path, known));
}

interface Sequences {
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly pairs: readonly ComparedPair[];
  readonly shared: ReadonlySet<string>;
}

/** Objects are applied in the order in which they are built. */
function compareOrder({ before, after, pairs, shared }: Sequences, { ordered }: Expectation): Difference[] {
  const pairBefore = new Map(pairs.map((pair) => [pair.expected.index, pair]));
  const pairAfter = new Map(pairs.map((pair) => [pair.found.index, pair]));
  const sequence = (texts: readonly string[], pairAt: ReadonlyMap<number, ComparedPair>): (string | ComparedPair)[] =>
    texts.flatMap((text, index): (string | ComparedPair)[] => {
      const pair = pairAt.get(index);
      if (pair !== undefined) return [pair];
      return shared.has(text) ? [text] : [];
    });
  const then = sequence(before, pairBefore);
  const now = sequence(after, pairAfter);
  const moved = now.filter((each, index) => each !== then[index]);
  const first = moved.find((each) => typeof each !== 'string') ?? moved[0];
  if (first === undefined) return [];
  const identity = typeof first === 'string' ? identityOf(readBuilt(first) ?? new Map()) : first.found.identity;
  return [{ ...difference('order', identity, 'is built at another place among the objects'), level: ordered ? 'error' : 'note' }];
}
