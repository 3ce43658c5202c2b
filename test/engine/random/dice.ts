import fc from 'fast-check';
import type { GeneratorValue } from 'fast-check';

const upTo = (max: number): fc.Arbitrary<number> => fc.noBias(fc.nat({ max }));

/** Choices that fast-check draws, replays from a seed and shrinks: towards 0, no, and the first of a list. */
export class Dice {
  readonly #draw: GeneratorValue;

  constructor(draw: GeneratorValue) {
    this.#draw = draw;
  }

  below(count: number): number {
    return count <= 1 ? 0 : this.#draw(upTo, count - 1);
  }

  /** True in so many of a hundred cases. */
  chance(percent: number): boolean {
    return percent > 0 && this.below(100) >= 100 - percent;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T;
  }

  shuffle<T>(list: readonly T[]): T[] {
    const result = [...list];
    for (let index = 0; index < result.length - 1; index += 1) {
      const other = index + this.below(result.length - index);
      [result[index], result[other]] = [result[other] as T, result[index] as T];
    }
    return result;
  }
}
