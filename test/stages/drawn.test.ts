import fc from 'fast-check';
import { expect, test } from 'vitest';
import { reportOf, run } from '../cli/harness.ts';
import { buildAll } from '../family/roots.ts';
import { family, NAME } from '../families/draw.ts';
import { kustomize5, meaning } from '../kustomize/binary.ts';
import { commitAll, git, temporaryRepository } from '../repo/workspace.ts';

/**
 * Random families of kustomizations go through prepare and trigger without a proof: what a stage writes changes, in what kubectl builds of each
 * kustomization, an installation by what the stage is about, and nothing else at all. `CI2MM_FAMILIES` sets how many are drawn.
 */
const COUNT = Number(process.env['CI2MM_FAMILIES'] ?? 12);
const SEED = Number(process.env['CI2MM_SEED'] ?? 20_261_127);

const drawn = fc.sample(family, { numRuns: COUNT, seed: SEED });

type Plain = { kind?: string; metadata: { annotations?: Record<string, unknown> }; spec: Record<string, unknown> };

/** What is built, by folder and object; folders that do not build are left out. */
function builtIn(root: string): Map<string, Plain> {
  return new Map(
    [...buildAll(root)].flatMap(([directory, objects]) =>
      [...(objects ?? [])].map(([key, value]): [string, Plain] => [`${directory} ${key}`, meaning(value) as Plain]),
    ),
  );
}

const PROTECTION = 'kustomize.toolkit.fluxcd.io/prune';

/** What prepare is given for installations that leave it open. */
const GIVEN: ReadonlySet<unknown> = new Set(['mattermost/mattermost-enterprise-edition', '9.11.2']);

/** An object without what a stage writes. */
function without(stage: 'prepare' | 'trigger', object: Plain): Plain {
  const copy = structuredClone(object);
  if (copy.kind !== 'ClusterInstallation') return copy;
  if (stage === 'trigger') delete copy.spec['migrate'];
  else {
    for (const field of ['image', 'version']) if (GIVEN.has(copy.spec[field])) delete copy.spec[field];
    withoutPlainHttp(copy.spec);
    delete copy.metadata.annotations?.[PROTECTION];
    if (Object.keys(copy.metadata.annotations ?? {}).length === 0) delete copy.metadata.annotations;
  }
  return copy;
}

/** How it talks to its file store, as a variable of its own. */
function withoutPlainHttp(spec: Plain['spec']): void {
  const variables = (spec['mattermostEnv'] ?? []) as { name: string; value?: string }[];
  const left = variables.filter(({ name, value }) => name !== 'MM_FILESETTINGS_AMAZONS3SSL' || value !== 'false');
  if (left.length > 0) spec['mattermostEnv'] = left;
  else if (variables.length > 0) delete spec['mattermostEnv'];
}

const isWritten = (stage: 'prepare' | 'trigger', object: Plain): boolean =>
  stage === 'trigger' ? object.spec['migrate'] === true : object.metadata.annotations?.[PROTECTION] === 'disabled';

test.skipIf(kustomize5 === null)(
  `${COUNT} random families, seed ${SEED}, keep all but what a stage is about`,
  { timeout: 60_000 + COUNT * 5000 },
  async () => {
    const tally = { written: 0, blocked: 0, reasons: new Map<string, number>() };
    for (const { files } of drawn) {
      const cwd = temporaryRepository(
        Object.fromEntries(Object.entries(files).map(([file, text]) => [file, text.replaceAll(NAME, 'chat')])),
      );
      commitAll(cwd);
      for (const stage of ['prepare', 'trigger'] as const) {
        const before = builtIn(cwd);
        const options = [
          '--engine',
          'flux',
          '--prove',
          'never',
          '--assume-database',
          'external',
          '--format',
          'json',
          '--write',
          ...(stage === 'prepare' ? ['--image', 'mattermost/mattermost-enterprise-edition', '--version', '9.11.2'] : []),
        ];
        const result = await run([stage, ...options, ...(stage === 'trigger' ? ['--confirmed-live', '--confirmed-root-password'] : [])], {
          cwd,
        });
        const { findings, installations } = reportOf(result);
        if (result.code !== 0) {
          tally.blocked += 1;
          const reasons = findings
            .filter(({ level }) => level === 'error')
            .map(({ rule, message }) => `${stage} ${rule}${/ \([a-z-]+\)$/.exec(message)?.[0] ?? ''}`);
          for (const reason of new Set(reasons)) tally.reasons.set(reason, (tally.reasons.get(reason) ?? 0) + 1);
          expect(reasons).not.toEqual([]);
          expect(git(cwd, ['status', '--short']).toString()).toBe('');
          break;
        }
        const after = builtIn(cwd);
        const shown = JSON.stringify(files, null, 1);
        for (const [key, object] of before) {
          const now = after.get(key);
          expect(now === undefined ? null : without(stage, now), `${stage} ${key}\n${shown}`).toEqual(without(stage, object));
        }
        for (const { builtBy, name } of installations) {
          const directory = builtBy?.replace(/\/?kustomization\.yaml$/, '') ?? '';
          const own = [...after].filter(
            ([key, { kind }]) => kind === 'ClusterInstallation' && key.startsWith(`${directory} `) && key.endsWith(` ${name}`),
          );
          for (const [, object] of own) expect(isWritten(stage, object), `${stage} ${builtBy}\n${shown}`).toBe(true);
        }
        tally.written += 1;
        commitAll(cwd);
      }
    }
    if (process.env['CI2MM_FAMILIES'] !== undefined) console.log(tally);
    expect(tally.written).toBeGreaterThan(0);
  },
);
