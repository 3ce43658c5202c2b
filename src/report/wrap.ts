import { columns } from './columns.ts';

// oxlint-disable-next-line no-control-regex
const COLOURS = /\u001b\[\d+m/g;

/** Lines no wider than a terminal, broken at blanks; what goes on is indented like the line itself and a step further. Colours take no room. */
export function wrapped(line: string, width: number): string {
  if (widthOf(line) <= width) return line;
  const hanging = `${/^ */.exec(line)?.[0] ?? ''}  `;
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(/(?<=\S) /)) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (current === '' || widthOf(longer) <= width) current = longer;
    else {
      lines.push(current);
      current = hanging + word;
    }
  }
  return [...lines, current].join('\n');
}

const widthOf = (text: string): number => columns(text.replaceAll(COLOURS, ''));
