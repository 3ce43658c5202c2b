import { count } from '../report/findings.ts';
import { diff } from '../report/git-diff.ts';
import { printable } from '../report/printable.ts';
import type { RenderOptions } from '../report/reporter.ts';
import { renderFindings } from '../report/text.ts';
import type { CommonFlags } from '../run/flags.ts';
import { terminalOf } from '../run/publish.ts';
import { usesColor } from '../run/io.ts';
import type { Io } from '../run/io.ts';
import type { ConvertibleFamily, Run } from '../run/pipeline.ts';

/** What is offered, of a run that writes nothing. */
type Offered = Pick<Run, 'report' | 'convertible' | 'excerpts'>;

const ANSWERS =
  'y: convert these\nn: leave these as they are\na: convert these and all that follow\nq: leave these and all that follow\n?: say this\n';

/** Shows each family that can be converted, as `git add -p` shows hunks, and asks. Resolves to the keys of those that were chosen. */
export async function pickFamilies(offered: Offered, flags: CommonFlags, io: Io): Promise<ReadonlySet<string>> {
  const { convertible } = offered;
  const lines = linesOf(io.stdin);
  const picked = new Set<string>();
  try {
    for (const [index, family] of convertible.entries()) {
      io.stdout.write(shown(family, offered, { color: usesColor(flags.color, io.stdout, io.env), terminal: terminalOf(io.stdout) }));
      const answer = await answerTo(`(${index + 1}/${convertible.length}) Convert ${named(family)} [y,n,a,q,?]? `, lines, io);
      if (answer === 'q') break;
      const more = answer === 'a' ? convertible.slice(index) : answer === 'y' ? [family] : [];
      for (const { key } of more) picked.add(key);
      if (answer === 'a') break;
    }
  } finally {
    await lines.return(undefined);
  }
  const { blocked } = offered.report.summary;
  if (blocked > 0) io.stdout.write(`${count(blocked, 'installation')} ${blocked === 1 ? 'is' : 'are'} blocked; ci2mm scan says why\n`);
  return picked;
}

const MOST = 3;

function named({ installations }: ConvertibleFamily): string {
  const rest = installations.length - MOST;
  return printable(`${installations.slice(0, MOST).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`);
}

/** What is to be known before the answer: the diff of its files, and what it brings. */
function shown(
  { installations, files }: ConvertibleFamily,
  { report, excerpts }: Offered,
  how: Pick<RenderOptions, 'color' | 'terminal'>,
): string {
  const own = new Set(installations);
  const findings = report.findings.filter(({ level, installation }) => level !== 'note' && installation !== null && own.has(installation));
  const changes = report.changes.filter(({ file }) => files.includes(file));
  const options = { ...how, verbose: false, excerpts };
  return `${diff.render({ ...report, changes }, options)}\n${renderFindings(findings, options)}`;
}

type Answer = 'y' | 'n' | 'a' | 'q';

const isAnswer = (text: string): text is Answer => /^[ynaq]$/.test(text);

/** The end of the input leaves all that follows as it is. */
async function answerTo(question: string, lines: AsyncGenerator<string, void>, io: Io): Promise<Answer> {
  io.stdout.write(question);
  const { value } = await lines.next();
  if (value === undefined) return 'q';
  const answer = value.trim().toLowerCase();
  if (isAnswer(answer)) return answer;
  io.stdout.write(ANSWERS);
  return answerTo(question, lines, io);
}

async function* linesOf(stream: Io['stdin']): AsyncGenerator<string, void> {
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + Buffer.from(chunk).toString('utf8')).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
