import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { convertRepository } from '../../src/index.ts';
import type { Report } from '../../src/index.ts';
import { diceFor } from '../oracle/dice.ts';
import { definitionsOf, obstacle, Operator } from '../oracle/operator.ts';
import { kustomize5 } from '../proof/harness.ts';
import { temporaryRepository } from '../repo/workspace.ts';
import { buildAll } from './build.ts';
import type { BuiltRoot } from './build.ts';
import { drawRepository } from './draw.ts';
import type { DrawnRepository } from './draw.ts';
import { differencesIn, questionsOf } from './expected.ts';

/**
 * Random repositories: families of installations that share components, patches and configurations with strangers, odd names, links, Secrets
 * that differ from overlay to overlay, objects of Flux and Argo CD that patch, folders that are left out. Each is blocked for a known reason, or
 * every root builds the operator's conversion of what it built, and all else as before; with a proof, and without one.
 *
 * CI2MM_REPOSITORIES: how many are drawn; from 100 on the operator's own conversion is asked as well, where Go is found. CI2MM_SEED: other ones.
 * CI2MM_FIRST: the first of them, to repeat one.
 */
const COUNT = Number(process.env['CI2MM_REPOSITORIES'] ?? 8);
const SEED = Number(process.env['CI2MM_SEED'] ?? 20_261_130);
const FIRST = Number(process.env['CI2MM_FIRST'] ?? 0);

/** What an error that holds a family up may say, by rule and words, and what is true then. */
const KNOWN: readonly (readonly [rule: string, words: RegExp, truth: string])[] = [
  ['blue-green-enabled', /./, 'the operator refuses to convert it'],
  ['canary-enabled', /./, 'the operator refuses to convert it'],
  ['database-secret-invalid', /./, 'the operator finds no database today'],
  ['database-secret-renamed', /./, 'the operator would make a new password for a database that has one'],
  ['external-file-store-incomplete', /./, 'the operator stops with an error'],
  ['file-store-bucket-renamed', /./, 'the operator would look for the files in another bucket'],
  ['file-store-secret-renamed', /./, 'the operator would make a new, empty file store'],
  [
    'kustomize-patch',
    /applies to no installation|none can be seen that it builds|builds no installation from this document/,
    'what is meant for installations changes none',
  ],
  ['kustomize-build-fails', /before \{\{ \}\} in it is filled in/, 'a patch is no YAML before its template is filled in'],
  ['kustomize-build-fails', /./, 'kustomize builds nothing today'],
  [
    'kustomize-proof-failed',
    /is there already|would not build Mattermost (?:\S+\/)?chat\.|one Mattermost chat too many/,
    'a Mattermost of the same name is built beside it',
  ],
  ['kustomize-proof-failed', /would build another Mattermost/, 'a Mattermost would be changed too'],
  ['kustomize-obstacle', /^with this (?:target|select|field spec|selector) .* would be changed/, 'a wider target would reach a stranger'],
  ['kustomize-obstacle', /^this patch changes .* too, and would have to be another one/, 'a patch is for strangers as well'],
  ['kustomize-obstacle', /(?:git ignores it|ignore in the configuration leaves it out); let runs see it/, 'a reader is left out of runs'],
  ['kustomize-obstacle', /would have to change too and is not among the given paths/, 'a part of the family is left out of runs'],
  ['kustomize-obstacle', /is built with other patches, or over another directory/, 'an overlay changes what an engine builds with'],
  ['kustomize-obstacle', /is made of .*, and would change with it/, 'a ConfigMap holds the manifest'],
  ['kustomize-obstacle', /names no kind, and its|names a version alone/, 'a reference says too little'],
  ['kustomize-obstacle', /has no counterpart/, 'a field is lost for some installations'],
  ['kustomize-obstacle', /decides how an installation is converted/, 'a transformer writes what decides'],
  ['kustomize-obstacle', /deletes the installation/, 'nothing builds it'],
  [
    'kustomize-obstacle',
    /can't be carried over: where .* goes depends on the installation/,
    'a reference would have to lead to two places',
  ],
  ['kustomize-obstacle', /gets its value from elsewhere, and the patch depends on it/, 'what a patch changes is not known'],
  [
    'unsafe-edit',
    /\((?:variants-disagree|kustomize-directive|moves-dropped-field|moves-whole-map|test-on-dropped-field)\)/,
    'no one text is right for all',
  ],
  ['stage-refused', /\(stages-differ\)/, 'overlays of one base differ in spec.migrate'],
];

const BUILDS_NOTHING = 'kustomize-build-fails: kustomize builds nothing today';

type Findings = Report['findings'];

function truthOf({ rule, message }: Findings[number]): string | null {
  const known = KNOWN.find(([id, words]) => id === rule && words.test(message));
  return known === undefined ? null : `${rule}: ${known[2]}`;
}

const tally = { converted: 0, partly: 0, blocked: 0, builds: 0, truths: new Map<string, number>(), features: new Map<string, number>() };
let operator: Operator | null = null;

beforeAll(() => {
  if (COUNT >= 100 && obstacle() === null) operator = new Operator(definitionsOf(null));
}, 1_800_000);

afterAll(() => {
  operator?.stop();
  const sorted = (counts: Map<string, number>): string =>
    [...counts]
      .sort(([, a], [, b]) => b - a)
      .map(([what, times]) => `${times} ${what}`)
      .join('; ');
  console.log(
    `${COUNT} repositories of seed ${SEED}: ${tally.converted} converted, ${tally.partly} in part, ${tally.blocked} blocked; ${tally.builds} roots compared` +
      `${operator === null ? '' : ", with the operator's own conversion"}\nheld up: ${sorted(tally.truths)}\ndrawn: ${sorted(tally.features)}`,
  );
});

const contentOf = (files: DrawnRepository['files']): string => JSON.stringify(Object.entries(files));

function written({ files, links }: DrawnRepository): string {
  const root = temporaryRepository(files);
  for (const [link, target] of Object.entries(links)) symlinkSync(target, join(root, link));
  return root;
}

test.each(Array.from({ length: COUNT }, (_, index) => FIRST + index))(
  `repository %i of seed ${SEED}`,
  { timeout: 120_000 },
  async (number) => {
    const drawn = drawRepository(diceFor(SEED, number));
    const before = await buildAll(written(drawn));
    const built = new Map([[contentOf(drawn.files), before]]);
    const never = await tried(drawn, built, 'never');
    count(drawn, never);
    const always = kustomize5 === null ? null : await tried(drawn, built, 'always');
    expect([...faultsIn(never, drawn, before), ...(always === null ? [] : faultsIn(always, drawn, before))]).toEqual([]);
  },
);

interface Tried {
  readonly errors: Findings;
  readonly changed: ReadonlySet<string>;
  readonly differences: readonly string[];
}

/** @param built what trees build, by their contents */
async function tried(drawn: DrawnRepository, built: Map<string, Map<string, BuiltRoot>>, prove: 'never' | 'always'): Promise<Tried> {
  const root = written(drawn);
  const report = await convertRepository({ cwd: root, prove, assumeDatabase: 'external', write: true });
  const content = contentOf(Object.fromEntries(Object.keys(drawn.files).map((file) => [file, readFileSync(join(root, file), 'utf8')])));
  const [before = new Map<string, BuiltRoot>()] = built.values();
  const after = built.get(content) ?? (await buildAll(root));
  built.set(content, after);
  const changed = new Set(report.changes.map(({ file }) => file));
  const isConverted = (name: string): boolean => [...drawn.manifests].some(([each, file]) => name.includes(each) && changed.has(file));
  tally.builds += after.size;
  const asked = operator;
  const questions = asked === null ? [] : questionsOf(before, after, isConverted);
  const answers = asked === null ? [] : await Promise.all(questions.map((question) => asked.ask(question)));
  return {
    errors: report.findings.filter(({ level }) => level === 'error'),
    changed,
    differences: [
      ...differencesIn(before, after, isConverted),
      ...answers.flatMap((answer, index) =>
        answer.differences.map((difference) => `the operator: ${difference} (${questions[index]?.before})`),
      ),
    ],
  };
}

/** What is wrong with a run: a root that builds anything else, an installation without a word, a reason that is not known, or not true. */
function faultsIn({ errors, changed, differences }: Tried, drawn: DrawnRepository, before: ReadonlyMap<string, BuiltRoot>): string[] {
  const silent = errors.length > 0 ? [] : [...drawn.manifests].filter(([, file]) => !changed.has(file));
  const strange = errors.filter((error) => truthOf(error) === null);
  const allBuild = [...before.values()].every((built) => !('error' in built));
  const untrue = errors.filter((error) => allBuild && truthOf(error) === BUILDS_NOTHING);
  return [
    ...differences,
    ...silent.map(([name]) => `${name} is neither converted nor blocked`),
    ...strange.map(({ file, line, rule, message }) => `${file}:${line} ${rule} ${message}`),
    ...untrue.map(({ file, line, message }) => `${file}:${line} is said not to build, and does: ${message}`),
  ];
}

function count(drawn: DrawnRepository, { errors, changed }: Tried): void {
  const converted = [...drawn.manifests.values()].filter((file) => changed.has(file)).length;
  if (converted === drawn.manifests.size) tally.converted += 1;
  else if (converted > 0) tally.partly += 1;
  else tally.blocked += 1;
  const truths = converted === drawn.manifests.size ? [] : errors.flatMap((error) => truthOf(error) ?? []);
  for (const truth of new Set(truths)) tally.truths.set(truth, (tally.truths.get(truth) ?? 0) + 1);
  for (const feature of drawn.features) tally.features.set(feature, (tally.features.get(feature) ?? 0) + 1);
}
