import type { Dice } from './dice.ts';
import type { Data } from './data.ts';

/** A scalar as it is spelled, and what it means. */
export interface Spelled {
  readonly text: string;
  readonly data: Data;
}

const spelled = (data: Data, ...texts: string[]): Spelled[] => texts.map((text) => ({ text, data }));

const INTEGERS: readonly Spelled[] = [
  ...spelled(1, '1', '+1', '0x1', '0b1'),
  ...spelled(2, '2', '0x2', '02', '0o2', '0b10'),
  ...spelled(3, '3'),
  ...spelled(10, '1_0', '0xA', '012'),
  ...spelled(0, '0', '-0', '+0', '00', '0x0', '0_0', '0.0', '-0.0'),
  ...spelled(-1, '-1', '-0x1', '-01'),
  ...spelled(-3, '-3', '-0b11'),
  ...spelled(4294967296, '4294967296'),
  ...spelled(12345678901234567890n, '12345678901234567890'),
  ...spelled(2.5, '2.5'),
];
const JSON_INTEGERS: readonly Spelled[] = [
  ...spelled(1, '1'),
  ...spelled(3, '3'),
  ...spelled(0, '0', '-0', '0.0'),
  ...spelled(-1, '-1'),
  ...spelled(-7, '-7'),
];
const BOOLEANS: readonly Spelled[] = [
  ...spelled(true, 'true', 'True', 'TRUE', 'yes', 'Yes', 'YES', 'y', 'Y', 'on', 'On', 'ON'),
  ...spelled(false, 'false', 'False', 'FALSE', 'no', 'No', 'NO', 'n', 'N', 'off', 'Off', 'OFF'),
];
const NULLS: readonly Spelled[] = spelled(null, 'null', '~', 'Null', 'NULL');

export const integer = (dice: Dice, json: boolean): Spelled => dice.pick(json ? JSON_INTEGERS : INTEGERS);
export const boolean = (dice: Dice, json: boolean): Spelled =>
  json ? dice.pick([...spelled(false, 'false'), ...spelled(true, 'true')]) : dice.pick(BOOLEANS);
export const nothing = (dice: Dice, json: boolean): Spelled => (json ? { text: 'null', data: null } : dice.pick(NULLS));

/** Strings that need no quotes in block and flow style, and stay strings. */
const PLAIN = [
  'a',
  'chat.example.com',
  'mattermost/mattermost-enterprise-edition',
  '5.14.0',
  '50Gi',
  '100users',
  'db-secret',
  's3.amazonaws.com',
  'ünïcode',
  'a b  c',
  '1.2.3.4',
  '-x',
  'a#b',
];
/** Strings that need no quotes in block style. */
const BLOCK_PLAIN = ['http://x/a?b=c', '5 4 * * *', 'a,b', 'a]b', 'say "hi"', "it's", '${VARIABLE}', '1:30'];
/** Strings that need quotes. */
const QUOTED = [
  '',
  ' ',
  'true',
  'yes',
  '5',
  '0',
  'null',
  '~',
  '5.30',
  '# no comment',
  'a: b',
  '{x',
  '*star',
  '@at',
  'tab\there',
  'back\\slash',
  '%x',
  '- x',
  'end ',
  '=',
  '0x1F',
  '{{ .Values.x }}',
];
const WORDS = ['alpha', 'beta', 'gamma:delta', 'x#y', 'long-word', 'ok', "don't", '"so"', '1', '2.5', 'ä'];

export const isPlainInFlow = (text: string): boolean => PLAIN.includes(text);
export const isPlainInBlock = (text: string): boolean => PLAIN.includes(text) || BLOCK_PLAIN.includes(text);

export function word(dice: Dice): string {
  return dice.pick(dice.chance(50) ? PLAIN : dice.chance(50) ? BLOCK_PLAIN : QUOTED);
}

/** Lines of words with single spaces; no line is empty at an end. Each style can fold it. */
export function prose(dice: Dice): string {
  const paragraphs = Array.from({ length: 1 + dice.below(3) }, () => sentence(dice));
  return paragraphs.join('\n'.repeat(1 + dice.below(2)));
}

function sentence(dice: Dice): string {
  const words = Array.from({ length: 2 + dice.below(5) }, () => dice.pick(WORDS));
  return ['start', ...words].join(' ');
}

/** Lines as only a literal block (or an escaped string) can hold them. */
export function lines(dice: Dice): string {
  const first = dice.chance(20) ? '  indented' : 'first';
  const more = Array.from({ length: dice.below(4) }, () =>
    dice.pick(['key: value', '# no comment', '', '    deep', 'tail  ', '- item', '   ', '---x', "'", '{']),
  );
  return [first, ...more, 'last'].join('\n') + '\n'.repeat(dice.below(4));
}
