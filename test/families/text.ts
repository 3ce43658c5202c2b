/** How a document is written down. */
export type Style = 'block' | 'flow' | 'json';

/** A value as a YAML document; block style puts comments beside some of its fields. */
export function documentText(value: unknown, style: Style): string {
  if (style === 'json') return `${JSON.stringify(value, null, 2)}\n`;
  if (Array.isArray(value))
    return value.map((item) => `- ${style === 'flow' ? JSON.stringify(item) : below(item, 2).trimStart()}\n`).join('');
  const entries = Object.entries(value as Record<string, unknown>);
  return entries.map(([key, child]) => `${field(key, child, style === 'flow' && key !== 'spec' ? 'flow' : 'block', 0, style)}\n`).join('');
}

function field(key: string, value: unknown, style: Style, indent: number, inner: Style = style): string {
  const name = /^[A-Za-z][\w.-]*$/.test(key) ? key : JSON.stringify(key);
  if (style === 'flow' || !isFilled(value)) return `${name}: ${scalar(value)}`;
  if (Array.isArray(value)) return `${name}:\n${below(value, indent)}`;
  const entries = Object.entries(value);
  return `${name}:\n${entries.map(([child, grandchild]) => `${' '.repeat(indent + 2)}${field(child, grandchild, inner, indent + 2)}${commentOn(child, grandchild)}`).join('\n')}`;
}

function below(value: unknown, indent: number): string {
  const space = ' '.repeat(indent);
  if (!isFilled(value)) return `${space}${scalar(value)}`;
  if (Array.isArray(value)) return value.map((item) => `${space}- ${below(item, indent + 2).trimStart()}`).join('\n');
  return Object.entries(value)
    .map(([key, child]) => `${space}${field(key, child, 'block', indent)}`)
    .join('\n');
}

const isFilled = (value: unknown): value is object => typeof value === 'object' && value !== null && Object.keys(value).length > 0;

const scalar = (value: unknown): string =>
  typeof value === 'string' && /^[A-Za-z][\w./-]*$/.test(value) && !WORDS.has(value.toLowerCase()) ? value : JSON.stringify(value);

/** Plain words that some reader of YAML takes for something else. */
const WORDS: ReadonlySet<string> = new Set(['y', 'n', 'yes', 'no', 'on', 'off', 'true', 'false', 'null']);

const commentOn = (key: string, value: unknown): string => (!isFilled(value) && key.length % 3 === 0 ? `   # about ${key}` : '');

/** A text as a block scalar's content. */
export const indented = (text: string, indent: number): string => text.replaceAll(/^(?=.)/gm, ' '.repeat(indent));
