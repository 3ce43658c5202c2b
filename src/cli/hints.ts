/** What options of other programs are called here; what is only misspelt commander guesses by itself. */
const HINTS: readonly (readonly [options: readonly string[], hint: string])[] = [
  [['--dry-run', '--diff', '-d', '-n'], 'convert prints a diff and changes nothing, unless --write is given'],
  [['-p', '--patch'], '--interactive asks for each family'],
  [['--fix', '--apply', '--in-place', '-i', '--overwrite'], '--write changes the files'],
  [['--json', '--sarif', '--markdown', '--html', '--rdjson', '--junit', '--output-format'], 'formats come with --format'],
  [['--recursive', '-r', '-R'], 'folders are always searched through'],
  [['--file', '--filename', '-f', '--path'], 'files and folders are named without an option'],
  [['--stdin'], '- is standard input'],
  [['--operator', '--operator-version'], '--target names the operator release'],
  [['--ignore', '--exclude'], 'ignore in .ci2mm.yaml leaves files out'],
];

/** A line for a message of commander about an option that there is not; empty where nothing is known that may have been meant. */
export function hintFor(message: string): string {
  const option = /unknown option '(--?[\w-]+)/.exec(message)?.[1] ?? '';
  const hint = HINTS.find(([options]) => options.includes(option))?.[1];
  return hint === undefined ? '' : `(${hint})\n`;
}
