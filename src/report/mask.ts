import { CREDENTIAL_NAMES, credentialIn, startsKey } from '../model/credentials.ts';
import { MASK } from '../model/excerpt.ts';

/**
 * Replaces what may be a secret in the lines of a document in YAML or JSON: what follows `value:` and names like `password:`, up to the end
 * of the line and for as many lines as it goes on; and the rest of a line in which something looks like a credential. Kubernetes ignores
 * case in field names, and so does this. It reads lines, not YAML; where it can't tell where a value ends, everything up to the end of the
 * document is hidden. `undefined` stands for a line of which nothing may be shown.
 */
export function maskLines(lines: readonly string[]): (string | undefined)[] {
  const sensitive = sensitiveKey(lines);
  let open: MaskedValue = CLOSED;
  return lines.map((line) => {
    if (goesOn(open, line)) return undefined;
    if (open !== CLOSED && !looksLikeStructure(line)) {
      open = UNKNOWN_END;
      return undefined;
    }
    const found = MAY_BE_SENSITIVE.test(line) ? [...line.matchAll(sensitive)] : [];
    open = startsKey(line)
      ? UNKNOWN_END
      : (found.map((match) => valueAfter(line, match)).sort((a, b) => a.column - b.column)[0] ?? stillOpen(open, line));
    return withoutCredential(maskedFrom(line, found[0]));
  });
}

/** The same of a text that stands by itself. */
export const maskText = (text: string): string =>
  maskLines(text.split('\n'))
    .map((line) => line ?? MASK)
    .join('\n');

/** Nothing is shown of a line from where a credential begins in it. */
function withoutCredential(line: string): string {
  const at = MAY_LOOK_SENSITIVE.test(line) ? credentialIn(line) : -1;
  return at === -1 ? line : `${line.slice(0, at)}${MASK}`;
}

/** A value that may go on in the lines after its key. */
interface MaskedValue {
  /** Lines that are indented further than this belong to it. */
  readonly column: number;
}
const CLOSED: MaskedValue = { column: Infinity };
/** Sorts before any other. */
const UNKNOWN_END: MaskedValue = { column: -1 };

const goesOn = ({ column }: MaskedValue, line: string): boolean => line.trim() !== '' && indentOf(line) > column;
const indentOf = (line: string): number => line.length - line.trimStart().length;

/** Blank lines may stand within a value. */
const stillOpen = (open: MaskedValue, line: string): MaskedValue => (line.trim() === '' ? open : CLOSED);

const NAME = String.raw`(?:value|[\w./-]{0,100}(?:${CREDENTIAL_NAMES}))`;
const KEY = String.raw`["']${NAME}["']\s*:|(?<![\w./-])${NAME}\s*:(?=\s|$)`;
const ALIAS = new RegExp(String.raw`(?:value|${CREDENTIAL_NAMES})["']?\s*:\s*\*([^\s,[\]{}]+)`, 'gi');
const withoutAnchors = new RegExp(KEY, 'gi');

/** The keys; and anchors that such keys refer to, as their values stand elsewhere. */
function sensitiveKey(lines: readonly string[]): RegExp {
  const aliases = lines.flatMap((line) => (line.includes('*') ? [...line.matchAll(ALIAS)].map((match) => match[1] ?? '') : []));
  if (aliases.length === 0) return withoutAnchors;
  const anchors = [...new Set(aliases)].map((name) => String.raw`&${literal(name)}(?=\s|$)`);
  return new RegExp([KEY, ...anchors].join('|'), 'gi');
}

/** Most lines have nothing that could be such a key, and are let go quickly; */
const MAY_BE_SENSITIVE = /value|pass|pwd?["'\s:]|key|token|cred|auth|source|string|dsn|snippet|applied|secret|cookie|webhook|&/i;
/** nor anything that could be such a text. */
const MAY_LOOK_SENSITIVE = /@|=|auth|bearer|basic|akia|asia|eyj|gh[a-z]_|glpat|github_pat|xox|hooks\./i;

const literal = (text: string): string => text.replaceAll(/[^\w-]/g, String.raw`\$&`);

/** Where the value of a key on this line ends, if not on the line. */
function valueAfter(line: string, match: RegExpExecArray): MaskedValue {
  const before = line.slice(0, match.index);
  const text = line.slice(match.index + match[0].length).trim();
  if (line.trimStart().startsWith('#') || isQuotedWhole(text)) return CLOSED;
  if (/^[\s?-]*$/.test(before)) return { column: match.index };
  // Within braces indentation says nothing: only a text that ends here is known to end.
  const endsHere = !/^["'|>]/.test(text) && /[,\]}]/.test(text);
  return endsHere ? CLOSED : UNKNOWN_END;
}

const isQuotedWhole = (text: string): boolean => /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')(?!['"])/.test(text);

/** A line that can't be the rest of a value: a closing bracket, an entry of a list or map, a comment. */
const looksLikeStructure = (line: string): boolean => /^\s*(?:$|[\]}#]|-(?:\s|$)|(?:"[^"]*"|'[^']*'|[^\s"'#][^:]*):(?:\s|$))/.test(line);

function maskedFrom(line: string, match: RegExpExecArray | undefined): string {
  if (match === undefined) return line;
  const end = match.index + match[0].length;
  return line.slice(end).trim() === '' ? line : `${line.slice(0, end)} ${MASK}`;
}
