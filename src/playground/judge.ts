import { noConfig } from '../config/config.ts';
import { ConfigError, readConfig } from '../config/read.ts';
import type { Change } from '../model/change.ts';
import type { GitHeader } from '../model/git-header.ts';
import { unprovenByBuild, unprovenByRendering, withVersions } from '../proof/not-proven.ts';
import { CONFIG_NAMES } from '../repo/config-file.ts';
import { matcherOf } from '../repo/glob.ts';
import { judgedBy } from '../run/judged-by.ts';
import { run } from '../run/pipeline.ts';
import type { Run } from '../run/pipeline.ts';
import type { Choices } from '../run/settings.ts';
import { UsageError } from '../run/usage-error.ts';
import { MemorySource } from './memory-source.ts';
import type { Files } from './memory-source.ts';

/** What can be chosen on the page, as on the command line. */
export type PageChoices = Pick<Choices, 'target' | 'ingress' | 'assumeDatabase'>;

/** What came of some files; a sentence for each fault of the configuration among them where that can't be used. */
export type Judgement = Pick<Run, 'report' | 'changes' | 'excerpts'> | { readonly problems: readonly string[] };

/** Judges files as the command line does, but for what takes a program: building kustomizations and rendering charts. */
export async function judge(files: Files, choices: PageChoices): Promise<Judgement> {
  try {
    const config = configOf(files);
    const source = new MemorySource(files, matcherOf(config.ignore));
    const { settings } = await judgedBy({ ...choices, databases: [] }, config, source);
    return await run(source, settings, {
      prove: (provable) => Promise.resolve(unprovenByBuild(provable, NO_PROGRAMS)),
      proveCharts: (provable) => Promise.resolve(withVersions(unprovenByRendering(provable, NO_PROGRAMS), provable)),
      diffs: headersOf,
      converts: 'none',
    });
  } catch (error) {
    if (error instanceof ConfigError) return { problems: error.problems };
    if (error instanceof UsageError) return { problems: [error.message] };
    throw error;
  }
}

const NO_PROGRAMS = 'a page runs no programs, the command line does';

function configOf(files: Files): ReturnType<typeof readConfig> {
  const [file, other] = CONFIG_NAMES.filter((name) => files.has(name));
  if (other !== undefined) throw new UsageError(`there are two configurations, ${file} and ${other}; keep one`);
  const bytes = file === undefined ? undefined : files.get(file);
  return file === undefined || bytes === undefined ? noConfig : readConfig(file, bytes);
}

/** As for files outside of git: what is there is what git would store. */
async function headersOf(changes: readonly Change[]): Promise<ReadonlyMap<string, GitHeader>> {
  const headers = changes.map(async ({ file, before, after }): Promise<[string, GitHeader]> => {
    const [oldId, newId] = await Promise.all([blobId(before), blobId(after)]);
    return [file, { oldId, newId, mode: '100644', lineEndings: 'kept' }];
  });
  return new Map(await Promise.all(headers));
}

/** The name that git gives to content. Only pages over HTTPS, of this machine, or from a file can hash. */
async function blobId(bytes: Buffer): Promise<string> {
  const content = Buffer.concat([Buffer.from(`blob ${bytes.length}\0`), bytes]);
  return Buffer.from(await globalThis.crypto.subtle.digest('SHA-1', new Uint8Array(content))).toString('hex');
}
