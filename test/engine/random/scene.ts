import type { Data } from './data.ts';
import type { Dice } from './dice.ts';
import type { Kind } from './kinds.ts';

/** How often (of a hundred) a document does something. */
export interface Habits {
  readonly fields: number;
  readonly strangers: number;
  readonly comments: number;
  readonly blanks: number;
  readonly quotes: number;
  readonly multiline: number;
  readonly flow: number;
  readonly flowComments: number;
  readonly anchors: number;
  readonly aliases: number;
  readonly merges: number;
  readonly nulls: number;
  readonly oddities: number;
  /** Columns of an indentation step, to pick from. */
  readonly steps: readonly number[];
  readonly flushLists: number;
}

export function drawHabits(dice: Dice): Habits {
  const anchored = dice.chance(25);
  const some = (...shares: number[]): number => dice.pick(shares);
  return {
    fields: some(30, 15, 60, 90),
    strangers: some(0, 0, 4, 15),
    comments: some(0, 10, 25, 50),
    blanks: some(0, 5, 20),
    quotes: some(5, 30, 80),
    multiline: some(0, 10, 40),
    flow: some(5, 0, 25),
    flowComments: dice.chance(5) ? 20 : 0,
    anchors: anchored ? some(3, 15) : 0,
    aliases: anchored ? some(5, 15) : 0,
    merges: anchored ? some(0, 0, 3) : 0,
    nulls: some(2, 0, 10),
    oddities: some(0, 0, 2),
    steps: dice.pick([[2], [4], [2], [2, 4], [1, 2, 3, 5]]),
    flushLists: some(100, 0, 50),
  };
}

/** What the writers of one document share. */
export class Scene {
  readonly dice: Dice;
  readonly habits: Habits;
  readonly anchors = new Map<string, { readonly kind: Kind; readonly data: Data }>();
  /** What the document turned out to hold. */
  readonly has = { anchors: false, merges: false, flowComments: false };
  #comments = 0;

  constructor(dice: Dice, habits: Habits) {
    this.dice = dice;
    this.habits = habits;
  }

  does(habit: Exclude<keyof Habits, 'steps'>): boolean {
    return this.dice.chance(this.habits[habit]);
  }

  comment(): string {
    this.#comments += 1;
    return this.dice.pick([
      `# c${this.#comments}`,
      '# again',
      `#c${this.#comments} key: value`,
      '#',
      `# "c${this.#comments}' [x] {y} & *z`,
      `#   c${this.#comments}  ä`,
    ]);
  }

  /** Perhaps a name for an anchor on the value that is written next; nothing inside may be an alias of it. */
  openAnchor(): string | null {
    if (!this.does('anchors')) return null;
    this.has.anchors = true;
    const name = this.dice.pick(['a', 'b', 'common-1', 'a']);
    this.anchors.delete(name);
    return name;
  }

  /** The value is written. An anchor of the same name inside it is the later one. */
  closeAnchor(name: string | null, kind: Kind, data: Data): void {
    if (name !== null && !this.anchors.has(name)) this.anchors.set(name, { kind, data });
  }

  /** An anchor whose value could stand for such a field. */
  aliasFor(kind: Kind): { name: string; data: Data } | null {
    if (this.anchors.size === 0 || !this.does('aliases')) return null;
    const fitting = [...this.anchors].filter(([, anchor]) => anchor.kind === kind || this.dice.chance(3));
    if (fitting.length === 0) return null;
    const [name, { data }] = this.dice.pick(fitting);
    return { name, data };
  }

  /** The names of a map's entries, in the order they are to be written. */
  keysOf(fields: readonly string[], required: readonly string[], strangers: readonly string[]): string[] {
    const present = fields.filter((field) => required.includes(field) || this.does('fields'));
    const strange = strangers.filter((name) => !present.includes(name) && this.does('strangers'));
    const keys = [...present, ...strange];
    return this.dice.chance(70) ? this.dice.shuffle(keys) : keys;
  }

  /** Before which of a map's entries a merge key stands; -1 for none. */
  mergePlace(entries: number): number {
    return this.does('merges') ? this.dice.below(entries) : -1;
  }

  /** An anchor that a merge key of such a map can bring in now. */
  mergeFor(kind: Kind): { name: string; data: Data } | null {
    const maps = [...this.anchors].filter(
      ([, anchor]) => anchor.kind === kind && typeof anchor.data === 'object' && anchor.data !== null && !Array.isArray(anchor.data),
    );
    if (maps.length === 0) return null;
    this.has.merges = true;
    const [name, { data }] = this.dice.pick(maps);
    return { name, data };
  }
}

/** Names of entries in maps of strings. */
export const LABELS = ['app', 'team', 'a.b/c', 'nginx.ingress.kubernetes.io/limit', 'cpu', 'memory', 'x-1'];
