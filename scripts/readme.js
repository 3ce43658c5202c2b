import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

// Puts into README.md what the program prints for the example it shows. A test compares the two.

const { bin } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const readme = new URL('../README.md', import.meta.url);
const text = readFileSync(readme, 'utf8').replaceAll(
  /(<!-- example: (\S+) -->\n```diff\n)[^]*?(```\n<!-- \/example -->)/g,
  (_, head, folder, tail) => {
    const diff = execFileSync(process.execPath, [bin.ci2mm, 'convert', folder], {
      cwd: new URL('..', import.meta.url),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return head + diff + tail;
  },
);
writeFileSync(readme, text);
