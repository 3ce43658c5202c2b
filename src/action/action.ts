import { relative } from 'node:path';
import { reportFailure } from '../run/failure.ts';
import type { Output } from '../run/io.ts';
import type { Plan } from '../report/plan.ts';
import { discover } from '../repo/discover.ts';
import type { Discovery } from '../repo/discover.ts';
import { appendText } from '../repo/destination.ts';
import { renderPlan } from '../report/plan-formats.ts';
import type { Report } from '../report/report.ts';
import { comparedWith, toldOfBaseline } from '../run/baseline.ts';
import { EXIT } from '../run/exit-codes.ts';
import type { StageFlags } from '../run/flags.ts';
import { nextStage, planOfTree } from '../run/plan-tree.ts';
import type { Choices } from '../run/settings.ts';
import { rolloutRequest } from '../run/stages.ts';
import { runTree } from '../run/tree.ts';
import type { TreeRequest } from '../run/tree.ts';
import { ApiError, apiAt } from './api.ts';
import { markerOf, post, stickyBody } from './comment.ts';
import { deliver, renderer, writeFile } from './deliver.ts';
import type { Delivery } from './deliver.ts';
import { readInputs, variableOf } from './inputs.ts';
import type { Env, Inputs } from './inputs.ts';
import { Log } from './log.ts';
import { confineFiles, placeOf } from './place.ts';
import type { Files, RunnerPlace } from './place.ts';
import { pullRequestOf } from './pull-request.ts';
import { rulePagesOf } from './rule-pages.ts';
import { exitCodeOf, failureOf } from './verdict.ts';

/** The main step of action.yml. Resolves to the exit code; never throws for bad input. */
export async function runAction(env: Env, stdout: Output): Promise<number> {
  const log = new Log(stdout);
  try {
    const inputs = readInputs(env);
    if (inputs.token !== null) log.mask(inputs.token);
    // Programs that are started from here on need not know it.
    delete env[variableOf('token')];
    return await run(inputs, env, log);
  } catch (error) {
    let said = '';
    const code = reportFailure(error, { stderr: { write: (text) => (said += String(text)) } });
    log.error(said.trim());
    return code;
  }
}

async function run(inputs: Inputs, env: Env, log: Log): Promise<number> {
  const place = placeOf(env);
  const files = confineFiles(inputs, place, env);
  if (inputs.command === 'plan') return plan(inputs, files, { place, env, log });
  const delivery = await convert(inputs, files, { place, env, log });
  await deliver(delivery, log);
  if (inputs.comment !== 'never') await comment(delivery, env, log);
  const failure = failureOf(inputs.failOn, delivery.report, beyondBaseline(delivery.report, files, { place, log }));
  if (failure !== null) log.untrusted(`The step fails, as fail-on is ${inputs.failOn} and ${failure}.`);
  return exitCodeOf(failure);
}

/** What the baseline does not have; null without one. */
function beyondBaseline(report: Report, { baseline }: Files, { place, log }: Pick<ActionStep, 'place' | 'log'>): Report | null {
  if (baseline === null) return null;
  const compared = comparedWith(baseline, report, place.workspace);
  for (const line of toldOfBaseline(compared, relative(place.workspace, baseline))) log.untrusted(line);
  return compared.beyond;
}

interface ActionStep {
  readonly place: RunnerPlace;
  readonly env: Env;
  readonly log: Log;
}

async function convert(inputs: Inputs, files: Files, { place, env, log }: ActionStep): Promise<Delivery> {
  const cwd = place.workspace;
  const asked = requestOf(inputs, files);
  const discovery = await discover(files.paths, { cwd });
  const name = inputs.command === 'next' ? nextStage(await planIn(discovery, { inputs, files, cwd })) : inputs.command;
  if (inputs.command === 'next') log.untrusted(name === null ? 'Nothing comes next: all is finished.' : `Next: ci2mm ${name}.`);
  const rollout = name === null || name === 'plan' ? {} : await rolloutRequest(name, stageFlagsOf(inputs, files), cwd);
  const request = { ...asked, ...rollout, write: inputs.mode === 'write' && name !== null };
  const stderr = { write: (text: string | Uint8Array) => log.untrusted(text.toString()) };
  const { report, statement, sight, excerpts } = await runTree(discovery, request, { stderr, cwd, env });
  if (statement !== null) log.untrusted(statement);
  for (const line of sight) log.untrusted(line);
  const options = { color: false, verbose: env['RUNNER_DEBUG'] === '1', excerpts, toApply: 'set mode: write', ...rulePagesOf(env) };
  return { report, render: renderer(report, options), inputs, files, place };
}

const requestOf = (inputs: Inputs, { config }: Files): Pick<TreeRequest, 'choices' | 'config'> => ({
  choices: choicesOf(inputs),
  ...(config !== null && { config }),
});

const planIn = (
  discovery: Discovery,
  { inputs, files, cwd }: { readonly inputs: Inputs; readonly files: Files; readonly cwd: string },
): Promise<Plan> => planOfTree(discovery, requestOf(inputs, files), { cwd, chosen: stageFlagsOf(inputs, files) });

const choicesOf = ({ target, engine }: Inputs): Choices => ({
  databases: [],
  ...(target !== null && { target }),
  ...(engine !== null && { engine }),
});

const stageFlagsOf = ({ only, roots, confirmed }: Inputs, { gates }: Files): StageFlags => ({
  database: [],
  only,
  root: roots,
  confirmedLive: confirmed.includes('live'),
  confirmedRootPassword: confirmed.includes('root-password'),
  gateFile: gates,
});

/** The runbook goes where the report of the other commands does; it changes nothing. */
async function plan(inputs: Inputs, files: Files, { place, log }: ActionStep): Promise<number> {
  const cwd = place.workspace;
  const made = await planIn(await discover(files.paths, { cwd }), { inputs, files, cwd });
  log.untrusted(renderPlan(made, 'text'));
  if (inputs.summary && place.summary !== null) appendText(place.summary, renderPlan(made, 'markdown'));
  await writeFile(files.markdown, () => renderPlan(made, 'markdown'), place);
  return EXIT.ok.code;
}

/** A comment is a courtesy: what keeps it from being written is told, and fails nothing. */
async function comment(delivery: Delivery, env: Env, log: Log): Promise<void> {
  try {
    log.untrusted(`Comment: ${await commented(delivery, env)}.`);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const hint = error.status === 403 || error.status === 404 ? ' The job needs the permission pull-requests: write.' : '';
    log.notice(`The comment could not be written: ${error.message}.${hint}`);
  }
}

async function commented({ report, render, inputs }: Delivery, env: Env): Promise<string> {
  const pullRequest = pullRequestOf(env);
  if (pullRequest === null) return 'none, as the workflow runs for no pull request';
  if (pullRequest.fromFork) return 'none, as the pull request comes from a fork';
  if (inputs.token === null) return 'none, as there is no token';
  const { GITHUB_API_URL: address = '', GITHUB_WORKFLOW: workflow = '', GITHUB_JOB: job = '' } = env;
  const marker = markerOf([workflow, job, ...inputs.paths, inputs.target ?? '', inputs.config ?? '']);
  const create = inputs.comment === 'always' || report.findings.length > 0 || report.changes.length > 0;
  return post({ marker, body: stickyBody(marker, render('markdown')), create }, pullRequest, apiAt(address, inputs.token));
}
