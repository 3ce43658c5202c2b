/** Text that is read as JSON and not as YAML, by the rules of kubectl. */

/** Whether a text is an object in JSON, with nothing but blanks around it. */
export const isJsonText = (text: string): boolean => {
  const end = endOfJson(text, 0);
  return end !== null && BLANKS.test(text.slice(end));
};

const BLANKS = /^[ \t\r\n]*$/;

/** Where the JSON object that stands at an offset, after blanks, ends; null where there is none. */
export function endOfJson(text: string, offset: number): number | null {
  const start = offset + (/^[ \t\r\n]*/.exec(text.slice(offset, offset + 4096))?.[0].length ?? 0);
  if (text[start] !== '{') return null;
  const end = closingBrace(text, start);
  return end !== null && reads(text.slice(start, end)) ? end : null;
}

/** After the brace that closes the one at an offset, taking quotes into account. */
function closingBrace(text: string, start: number): number | null {
  const marks = /["{}]/g;
  marks.lastIndex = start;
  let depth = 0;
  for (let match = marks.exec(text); match !== null; match = marks.exec(text)) {
    if (match[0] === '"') {
      STRING.lastIndex = match.index;
      if (!STRING.test(text)) return null;
      marks.lastIndex = STRING.lastIndex;
    } else {
      depth += match[0] === '{' ? 1 : -1;
      if (depth === 0) return match.index + 1;
    }
  }
  return null;
}

const STRING = /"(?:[^"\\\n]+|\\.)*"/y;

function reads(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
