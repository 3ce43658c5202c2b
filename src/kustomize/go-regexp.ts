/**
 * A regular expression of Go's (RE2) that must match a whole text, or null when it is invalid or uses what JavaScript can't express: flags
 * that change midway, Unicode classes.
 */
export function compileGoRegExp(source: string): RegExp | null {
  const [, letters = '', body = source] = /^\(\?([ims]+)\)([^]*)$/.exec(source) ?? [];
  const translated = translate(body);
  if (translated === null) return null;
  try {
    return new RegExp(`^(?:${translated})$`, letters.replaceAll(/[^ims]/g, ''));
  } catch {
    return null;
  }
}

/** Token by token: an escape, a group's opening, a character class, or one character. */
const TOKEN = /\\Q([^]*?)(?:\\E|$)|\\([^])|\(\?(P?<\w+>|:|[^])|\[\^?\]?(?:\[:\^?\w+:\]|\\[^]|[^\]\\])*\]|[^]/g;

function translate(source: string): string | null {
  let result = '';
  for (const [token, literal, escape, group] of source.matchAll(TOKEN)) {
    const piece =
      literal !== undefined
        ? quote(literal)
        : escape !== undefined
          ? translateEscape(escape)
          : group !== undefined
            ? translateGroup(group)
            : translateRest(token);
    if (piece === null) return null;
    result += piece;
  }
  return /[*+?}][*+]/.test(source.replaceAll(/\\[^]/g, '')) ? null : result;
}

const quote = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);

/** Go knows these escapes; letters and digits beyond them are errors there. */
function translateEscape(letter: string): string | null {
  if (letter === 'A') return '^';
  if (letter === 'z') return '$';
  return /[dDwWsSbBfnrtvx]|[^\w]/.test(letter) ? `\\${letter}` : null;
}

function translateGroup(opening: string): string | null {
  if (opening === ':') return '(?:';
  return opening.startsWith('P<') ? `(?${opening.slice(1)}` : opening.startsWith('<') && opening.length > 1 ? `(?${opening}` : null;
}

const POSIX: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  digit: '0-9',
  lower: 'a-z',
  upper: 'A-Z',
  space: String.raw`\t\n\v\f\r `,
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

function translateRest(token: string): string | null {
  if (token === '[') return null;
  if (token.length === 1) return token;
  const inner = token.replaceAll(/\[:(\^?\w+):\]/g, (_class, name: string) => POSIX[name] ?? '[:');
  return inner.includes('[:') || /\\[pP]/.test(inner) ? null : inner.replace(/^(\[\^?)\]/, String.raw`$1\]`);
}
