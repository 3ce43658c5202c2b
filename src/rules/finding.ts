import { withoutCredentials } from '../model/credentials.ts';
import { installationId } from '../model/installation.ts';
import type { Resource } from '../model/installation.ts';
import type { Level, Place } from '../model/place.ts';
import { formatPath } from '../model/value.ts';
import type { Path } from '../model/value.ts';
import { Ignores } from './ignores.ts';
import { ruleById } from './index.ts';
import type { ChosenLevel, RuleId } from './index.ts';

/** Something that a rule has found, at its place. */
export interface Finding extends Place {
  readonly rule: RuleId;
  readonly level: Level;
  /** What is wrong, for people. Never holds a value of a Secret, nor the user of a URL. */
  readonly message: string;
  /** Field path such as `spec.blueGreen.enable`, or null when the finding is about a whole file or document. */
  readonly field: string | null;
  /** `namespace/name` or `name` of the installation, or null. */
  readonly installation: string | null;
  /** What to do about it. */
  readonly remedy: string;
}

/** What a rule does not know of its finding by itself. */
export interface FindingParts {
  readonly place: Place;
  readonly message: string;
  /** The field that it is about; left out or empty where it is about the whole. */
  readonly field?: Path;
  readonly installation?: Pick<Resource, 'name' | 'namespace'> | null;
  /** In place of the rule's general one. */
  readonly remedy?: string;
}

/** Makes the findings of a run, every one of them: at the level that the user chose for its rule, and none where a comment suppresses it. */
export class Findings {
  readonly #levels: ReadonlyMap<string, ChosenLevel>;
  readonly #ignores: Ignores;
  readonly #written: (text: string, file: string) => string;

  /**
   * @param textOf the text of a file in which comments may stand; null where there is none to be read
   * @param written what is read of a file as it stands there, where it was read as something else
   */
  constructor(
    levels: ReadonlyMap<string, ChosenLevel>,
    textOf: (file: string) => string | null,
    written: (text: string, file: string) => string = (text) => text,
  ) {
    this.#levels = levels;
    this.#written = written;
    this.#ignores = new Ignores(textOf);
  }

  /** The finding, in a list that is empty where nothing is to be told. */
  of(id: RuleId, { place, message, field = [], installation = null, remedy }: FindingParts): Finding[] {
    const rule = ruleById(id);
    const level = this.#levels.get(id) ?? rule.level;
    if (this.#ignores.suppresses(id, place) || level === 'off') return [];
    return [
      {
        rule: id,
        level,
        message: withoutCredentials(this.#written(message, place.file)),
        ...place,
        field: field.length === 0 ? null : this.#written(formatPath(field), place.file),
        installation: installation === null ? null : installationId(installation),
        remedy: this.#written(remedy ?? rule.remedy, place.file),
      },
    ];
  }

  /** Whether a comment suppresses what a rule finds at a place. */
  suppresses(id: RuleId, place: Place): boolean {
    return this.#ignores.suppresses(id, place);
  }

  /** Whether a comment at the head of a file suppresses a rule in the whole of it. */
  suppressesIn(id: RuleId, file: string): boolean {
    return this.#ignores.suppressesIn(id, file);
  }

  /** What is wrong with the comments of files, once everything else has been found. */
  ofIgnores(files: readonly string[]): Finding[] {
    return this.#ignores.problems(files).flatMap(({ rule, place, message }) => this.of(rule, { place, message }));
  }
}

/** A finding that blocks what it is about. */
export const isError = ({ level }: Pick<Finding, 'level'>): boolean => level === 'error';

/** A message about what some of those have that are built from a place. */
export const asBuiltBy = (message: string, roots: string): string => `${message.replace(/\.$/, '')} (as built by ${roots}).`;

/** The message alone, by which findings of many that are built from one place are known as the same. */
export const withoutRoots = (message: string): string => message.replace(/ \(as built by [^()]*\)\.$/, '.');

/** The roots that a message names; null where it names none, or not all. */
export function rootsNamedIn(message: string): string[] | null {
  const roots = / \(as built by ([^()]*)\)\.$/.exec(message)?.[1];
  return roots === undefined || / and \d+ more$/.test(roots) ? null : roots.split(', ');
}

/** By file, and by line in a file. */
export const byPlace = (a: Finding, b: Finding): number =>
  compare(a.file, b.file) || a.line - b.line || a.column - b.column || compare(a.rule, b.rule);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Each finding once. */
export const unique = (findings: readonly Finding[]): Finding[] => [
  ...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values(),
];
