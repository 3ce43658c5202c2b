import { FileSecrets } from '../edit/file-secrets.ts';
import type { Files } from '../kustomize/files.ts';
import { rewriteFile } from '../edit/file.ts';
import type { Task } from '../edit/file.ts';
import type { Change } from '../model/change.ts';
import type { Finding } from '../model/finding.ts';
import type { Assessment } from './assess.ts';
import { changeOf } from '../edit/change.ts';
import type { FamilyAssessment } from './families.ts';

/** What becomes of families. */
export interface FamiliesOutcome {
  readonly assessments: readonly Assessment[];
  readonly converted: ReadonlySet<Assessment>;
  readonly findings: readonly Finding[];
  readonly changes: readonly Change[];
  readonly droppedComments: readonly { readonly file: string; readonly comment: string }[];
}

/** Hazards of rolling a conversion out; a family that stays has none. */
const ONLY_CONVERTED: ReadonlySet<string> = new Set(['direct-swap']);

/**
 * Rewrites the files of all families that nothing blocks; one file may belong to several. `failed` are families that a proof has stopped, with
 * its findings.
 */
export function rewriteFamilies(
  families: readonly FamilyAssessment[],
  files: Files,
  failed: ReadonlyMap<FamilyAssessment, readonly Finding[]> = new Map(),
): FamiliesOutcome {
  const free = families.filter((family) => !family.blocked && !failed.has(family));
  const rewrites = [...mergedTasks(free)].map(([file, tasks]) => rewriteOne(file, tasks, files));
  const tied = tiedFiles(free);
  const findings = families.flatMap((family) => [
    ...family.findings.filter(({ rule }) => free.includes(family) || !ONLY_CONVERTED.has(rule)),
    ...(failed.get(family) ?? []),
  ]);
  return {
    assessments: families.flatMap(({ assessments }) => assessments),
    converted: new Set(free.flatMap(({ assessments }) => assessments)),
    findings,
    changes: rewrites.flatMap(({ change }) => (change === null ? [] : [{ ...change, together: tied.get(change.file) ?? [change.file] }])),
    droppedComments: rewrites.flatMap(({ comments }) => comments),
  };
}

interface OwnedTask {
  readonly task: Task;
  readonly family: FamilyAssessment;
}

function mergedTasks(families: readonly FamilyAssessment[]): Map<string, OwnedTask[]> {
  const merged = new Map<string, OwnedTask[]>();
  for (const family of families) {
    for (const [file, tasks] of family.tasks) merged.set(file, [...(merged.get(file) ?? []), ...tasks.map((task) => ({ task, family }))]);
  }
  return merged;
}

/** By file, the files that change together with it: those of its families, and of families that share a file with them. */
function tiedFiles(families: readonly FamilyAssessment[]): Map<string, string[]> {
  const tied = new Map<string, string[]>();
  for (const { tasks } of families) {
    const all = [...new Set([...tasks.keys()].flatMap((file) => tied.get(file) ?? [file]))];
    for (const file of all) tied.set(file, all);
  }
  return tied;
}

interface OneRewrite {
  readonly change: Change | null;
  readonly comments: readonly { readonly file: string; readonly comment: string }[];
}

/** Each family's part was tried before; together they touch different places of the file. */
function rewriteOne(file: string, owned: readonly OwnedTask[], files: Files): OneRewrite {
  const text = files.text(file)?.text ?? '';
  const owners = new Map(
    owned.flatMap(({ task, family }) => ('use' in task ? task.use.uses.map(({ variant }) => [variant, family] as const) : [])),
  );
  const result = rewriteFile(
    text,
    owned.map(({ task }) => task),
    (variant, state) => {
      const family = owners.get(variant);
      if (family === undefined) throw new Error(`no family owns a variant of ${file}`);
      return family.optionsFor(variant, state);
    },
  );
  if (!result.ok) throw new Error(`the rewrite of ${file} was refused after it had been tried: ${result.refusals[0]?.refusal.code ?? ''}`);
  const comments = result.droppedComments.map((comment) => ({ file, comment }));
  return { change: changeOf(file, text, result.regions, new FileSecrets(files).of(file)), comments };
}
