import { changedIn, compareReleases } from '../operator/releases.ts';
import type { Provable, Proven } from '../proof/provable.ts';
import type { ScanOptions } from '../repo/scan.ts';
import { exclude } from '../repo/discover.ts';
import type { Discovery } from '../repo/discover.ts';
import { gitHeaders } from '../repo/git.ts';
import { loadConfig } from './configuration.ts';
import type { CommonFlags } from './flags.ts';
import type { Io } from './io.ts';
import { limitHeap } from './memory.ts';
import { run } from './pipeline.ts';
import type { Run } from './pipeline.ts';
import { Progress } from './progress.ts';
import { judgedBy } from './judged-by.ts';
import type { JudgedBy } from './judged-by.ts';
import type { Choices } from './settings.ts';
import { idleGlobs, sightOf, unknownPatch, unusedAnswers } from './sight.ts';
import { TreeSource } from './sources.ts';
import type { Choice } from '../stages/choice.ts';
import type { Stage } from '../stages/stage.ts';

/** What is asked of a run over the files of a tree. */
export interface TreeRequest extends Pick<CommonFlags, 'config' | 'prove' | 'kustomize' | 'helm'> {
  readonly choices: Choices;
  /** Whether to change the files. */
  readonly write: boolean;
  /** Whether to look for what does not work with operator 2.0, where that is the target. */
  readonly readiness?: boolean;
  /** A stage of the rollout in place of the conversion. */
  readonly stage?: Stage;
  /** What the conversion is limited to. */
  readonly choice?: Choice;
}

export interface TreeRun extends Run {
  /** What was not looked into, and why. */
  readonly skipped: TreeSource['skipped'];
  /** What was looked at, where that explains why nothing was found, or not all; in lines. */
  readonly sight: readonly string[];
}

/** The files of a discovery that count, and how they are judged. */
export interface OpenTree extends JudgedBy {
  readonly discovery: Discovery;
  readonly source: TreeSource;
}

/** Reads the configuration, leaves out what it ignores, and searches the rest. */
export async function openTree(
  found: Discovery,
  request: Pick<TreeRequest, 'choices' | 'config'>,
  { cwd, onSearched }: { readonly cwd: string; readonly onSearched?: ScanOptions['onProgress'] },
): Promise<OpenTree> {
  const config = loadConfig(found.root, request, cwd);
  const discovery = exclude(found, config.ignore);
  const source = new TreeSource(discovery, onSearched === undefined ? {} : { onProgress: onSearched });
  return { discovery, source, ...(await judgedBy(request.choices, config, source)) };
}

/** Runs the pipeline over the files of a discovery, as its configuration asks for, and writes what changes where that is wanted. */
export async function runTree(found: Discovery, request: TreeRequest, io: Pick<Io, 'cwd' | 'env' | 'stderr'>): Promise<TreeRun> {
  const progress = new Progress(io);
  const onSearched = (done: number, total: number): void => progress.show('searched', done, total);
  const { discovery, source, settings, target } = await openTree(found, request, { cwd: io.cwd, onSearched });
  await limitHeap(source.scan.hitBytes);
  const { cwd, env } = io;
  const { prove = 'auto', kustomize, helm } = request;
  const onBuilt = (done: number, total: number): void => progress.show('built', done, total);
  const isReadiness = request.readiness === true && compareReleases(settings.target, changedIn.migrationRemoved) >= 0;
  const faults = isReadiness ? await (await import('./readiness.ts')).faultsFor2(source, settings) : [];
  const result = await run(source, settings, {
    prove: (provable) => proven(provable, { root: found.root, prove, kustomize, cwd, env, onProgress: onBuilt }),
    proveCharts: async (provable) =>
      (await import('../proof/prove-charts.ts')).proveCharts(provable, {
        root: found.root,
        prove,
        helm,
        cwd,
        env,
        manifests: () => source.manifests(),
      }),
    diffs: (changes) => gitHeaders(discovery, changes),
    converts: request.write ? 'each' : 'none',
    stage: request.stage ?? null,
    ...(request.choice !== undefined && { choice: request.choice }),
    besides: (findings) => faults.flatMap((fault) => findings.of('not-ready-for-2', fault)),
    onProgress: (done, total) => progress.show('read', done, total),
  });
  progress.clear();
  if (request.write) {
    const { writeChanges } = await import('../repo/write.ts');
    await writeChanges(found.root, result.changes);
  }
  return {
    ...result,
    skipped: source.skipped,
    sight: [
      ...sightOf(discovery, source.skipped, result),
      ...(target === null || result.report.summary.installations === 0 ? [] : [`target ${target.release.version}, from ${target.file}`]),
      ...(isReadiness
        ? [`${faults.length === 0 && result.report.summary.findings.error === 0 ? 'ready' : 'not ready'} for operator 2.0`]
        : []),
      ...unknownPatch(settings),
      ...unusedAnswers(settings, result.report, discovery.isWhole),
      ...idleGlobs(discovery),
    ],
  };
}

/** What proves is loaded where there is something to prove. */
async function proven(
  provable: Provable,
  options: Parameters<typeof import('../proof/prove-families.ts').proveFamilies>[1],
): Promise<Proven> {
  const { proveFamilies } = await import('../proof/prove-families.ts');
  return proveFamilies(provable, options);
}
