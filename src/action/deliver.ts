import type { Report } from '../report/report.ts';
import { appendText, makeDirectoryOf } from '../repo/destination.ts';
import { writeOutput } from '../repo/write.ts';
import { reporterFor } from '../report/index.ts';
import type { Format } from '../report/formats.ts';
import type { RenderOptions } from '../report/reporter.ts';
import type { Inputs } from './inputs.ts';
import type { Log } from './log.ts';
import { outputsOf, outputText } from './outputs.ts';
import type { Files, RunnerPlace } from './place.ts';

/** The report, or the one given, in the words of every reader of it. */
export type Render = (format: Format, of?: Report) => string;

export const renderer =
  (report: Report, options: RenderOptions): Render =>
  (format, of = report) =>
    reporterFor(format)?.render(of, options) ?? '';

/** What a run has for the step that it is. */
export interface Delivery {
  readonly report: Report;
  readonly render: Render;
  readonly inputs: Inputs;
  readonly files: Files;
  readonly place: RunnerPlace;
}

/** Log, annotations, files, job summary and outputs. */
export async function deliver(delivery: Delivery, log: Log): Promise<void> {
  const { report, render, inputs, files, place } = delivery;
  if (inputs.mode === 'diff') log.untrusted(render('diff'));
  log.untrusted(render('text'));
  if (inputs.annotations) log.annotations(annotations(delivery));
  await writeFiles(delivery);
  if (inputs.summary && place.summary !== null) appendText(place.summary, render('markdown'));
  appendText(place.outputs, outputText(outputsOf(report, files)));
}

/** They end with what is still to be changed: nothing, once it is written. */
const annotations = ({ report, render, inputs }: Delivery): string =>
  render('github', inputs.mode === 'write' ? { ...report, changes: [] } : report);

/** A patch without a change is none that git would take. */
async function writeFiles({ report, render, files, place }: Delivery): Promise<void> {
  await writeFile(files.sarif, () => render('sarif'), place);
  await writeFile(files.markdown, () => render('markdown'), place);
  await writeFile(report.changes.length === 0 ? null : files.patch, () => render('diff'), place);
}

/** Writes a file of the workspace, where one is asked for. */
export async function writeFile(path: string | null, content: () => string, { workspace }: RunnerPlace): Promise<void> {
  if (path === null) return;
  makeDirectoryOf(path);
  await writeOutput(path, content(), { cwd: workspace });
}
