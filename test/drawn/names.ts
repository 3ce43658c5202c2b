import type { Dice } from '../engine/random/dice.ts';
import type { Draft } from './draft.ts';

/** Names that some reader of paths takes apart, or takes for something else. */
const ODD = [
  'my chat',
  '[prod]',
  'a,b',
  '{x}',
  "it's",
  'a&b',
  'chät',
  '日本',
  '#1',
  '100%',
  'a: b',
  '-dash',
  'x=y',
  '@home',
  '!bang',
  '(b)',
  'a+b',
  '~t',
  'true',
  '0x10',
  '$(V)',
  'a\'b"c',
  'é b',
  '^c',
  '.dot',
];
const PLAIN = [
  'base',
  'prod',
  'eu',
  'staging',
  'apps',
  'chat',
  'overlay',
  'common',
  'one',
  'two',
  'three',
  'deploy',
  'k8s',
  'four',
  'five',
  'six',
  'seven',
  'eight',
];

/** The name of a folder that none has yet. */
export function drawFolder({ dice, taken }: Draft): string {
  for (;;) {
    const name = dice.chance(35) ? dice.pick(ODD) : dice.pick(PLAIN);
    const unique = taken.has(name) ? `${name}${dice.below(100)}` : name;
    if (taken.has(unique)) continue;
    taken.add(unique);
    return unique;
  }
}

export const drawName = (dice: Dice, ending: string): string =>
  `${dice.chance(35) ? dice.pick(ODD) : dice.pick(['chat', 'mattermost', 'app'])}.${ending}`;

/** A path as YAML may spell it. */
export function spelled(dice: Dice, path: string, isFlow: boolean): string {
  const isPlain = /^[A-Za-z.][\w./-]*$/.test(path) && !/^(?:true|false|null|yes|no)$/i.test(path);
  const ways = [
    JSON.stringify(path),
    `'${path.replaceAll("'", "''")}'`,
    escaped(dice, path),
    ...(isPlain ? [path, path, path] : []),
    ...(isFlow ? [] : [`>-\n  ${path}`]),
  ];
  return dice.pick(ways);
}

/** One character by its number. */
function escaped(dice: Dice, path: string): string {
  const at = dice.below(path.length);
  const text = JSON.stringify(path);
  const char = path[at] ?? '';
  if (!/[A-Za-z]/.test(char)) return text;
  const code = char.charCodeAt(0).toString(16);
  const escape = dice.pick([`\\x${code.padStart(2, '0')}`, `\\u${code.padStart(4, '0')}`]);
  return JSON.stringify(path.slice(0, at)).slice(0, -1) + escape + JSON.stringify(path.slice(at + 1)).slice(1);
}

/** A list of paths, in block or flow style. */
export function listOf(dice: Dice, field: string, paths: readonly string[]): string {
  if (dice.chance(50)) return `${field}: [${paths.map((path) => spelled(dice, path, true)).join(', ')}]\n`;
  return `${field}:\n${paths.map((path) => `- ${spelled(dice, path, false)}\n`).join('')}`;
}

/** The way from one folder to another. */
export function wayTo(from: string, to: string): string {
  const [a, b] = [from.split('/'), to.split('/')];
  let common = 0;
  while (common < a.length && common < b.length && a[common] === b[common]) common += 1;
  return [...a.slice(common).map(() => '..'), ...b.slice(common)].join('/') || '.';
}
