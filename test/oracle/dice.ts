import type { GeneratorValue } from 'fast-check';
import { Dice } from '../engine/random/dice.ts';

/** Dice for the file of a number: the same ones in every run of the same seed, whatever was drawn before. */
export function diceFor(seed: number, number: number): Dice {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(number + 1, 0xc2b2ae35);
  const next = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  return new Dice(((_: unknown, most: number) => next() % (most + 1)) as unknown as GeneratorValue);
}
