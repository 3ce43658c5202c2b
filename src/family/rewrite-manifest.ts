import type { Change } from '../model/change.ts';
import type { Refusal } from '../model/edit.ts';
import type { Finding } from '../model/finding.ts';
import { installationId } from '../model/installation.ts';
import type { Resource } from '../model/installation.ts';
import type { Manifest, Places } from '../manifests/read.ts';
import { rewriteDocument } from '../edit/document.ts';
import { editReason, unsafeEdit } from '../rules/unsafe-edit.ts';
import type { ParsedDocument } from '../yaml/document.ts';
import { unitRange } from '../yaml/resource-text.ts';
import type { Assessment } from './assess.ts';
import { changeOf } from '../edit/change.ts';
import type { Range } from '../model/range.ts';

/** A manifest rewritten: the bytes to write, and what became of each installation. */
export interface ManifestRewrite {
  readonly change: Change | null;
  readonly converted: readonly Assessment[];
  readonly findings: readonly Finding[];
  readonly droppedComments: readonly string[];
}

/** Rewrites the installations of one manifest that nothing blocks. Every document without one stays byte for byte. */
export function rewriteManifest(
  manifest: Manifest,
  places: Places,
  assessments: readonly Assessment[],
  secrets: readonly Resource[],
): ManifestRewrite {
  const outcomes = groupByDocument(assessments).map(([index, group]) => rewriteOne(manifest, places, index, group));
  const replaced = outcomes.filter((outcome) => outcome.text !== outcome.before);
  const converted = outcomes.flatMap((outcome) => outcome.converted);
  const change =
    replaced.length === 0
      ? null
      : changeOf(
          manifest.file,
          manifest.text,
          replaced.map(({ start, before, text }) => ({ start, end: start + before.length, text })),
          secretRanges(manifest, places, secrets),
        );
  return {
    change,
    converted,
    findings: outcomes.flatMap((outcome) => outcome.findings),
    droppedComments: outcomes.flatMap((outcome) => outcome.droppedComments),
  };
}

function groupByDocument(assessments: readonly Assessment[]): [number, Assessment[]][] {
  const groups = new Map<number, Assessment[]>();
  for (const each of assessments) {
    const group = groups.get(each.installation.document) ?? [];
    group.push(each);
    groups.set(each.installation.document, group);
  }
  return [...groups];
}

interface Outcome {
  readonly start: number;
  readonly before: string;
  readonly text: string;
  readonly converted: readonly Assessment[];
  readonly findings: readonly Finding[];
  readonly droppedComments: readonly string[];
}

function rewriteOne(manifest: Manifest, places: Places, index: number, group: readonly Assessment[]): Outcome {
  const start = manifest.documents[index]?.start ?? 0;
  const document = places.document(index);
  const free = group.filter((each) => !each.blocked);
  const result = rewriteDocument(
    document,
    free.map(({ installation, options }) => ({ path: installation.path, options })),
    free.length < group.length,
  );
  const findings = [...result.refused].flatMap(([at, refusal]) => {
    const assessment = free[at];
    return assessment === undefined ? [] : [refusalFinding(assessment, refusal, places, start)];
  });
  const converted = free.filter((_, at) => !result.refused.has(at));
  return { start, before: document.text, text: result.text, converted, findings, droppedComments: result.droppedComments };
}

function refusalFinding({ installation }: Assessment, refusal: Refusal, places: Places, documentStart: number): Finding {
  const offset = documentStart + refusal.offset;
  const place = refusal.offset > 0 ? places.between(offset, offset + 1) : installation.place;
  return {
    rule: unsafeEdit.id,
    level: unsafeEdit.level,
    message: `${refusal.message} (${refusal.code})`,
    ...place,
    field: null,
    installation: installationId(installation),
    remedy: editReason(refusal.code).remedy,
  };
}

/** The text ranges of resources that hold secrets, without the `---` line that starts their document. */
function secretRanges(manifest: Manifest, places: Places, secrets: readonly Resource[]): Range[] {
  return secrets.map((resource) => {
    const start = manifest.documents[resource.document]?.start ?? 0;
    const document = places.document(resource.document);
    const range = resource.path.length === 0 ? contentRange(document) : unitRange(document, resource.path);
    return { start: start + range.start, end: start + range.end };
  });
}

function contentRange({ text }: ParsedDocument): Range {
  const marker = /^---[ \t]*(?:#.*)?\r?\n/.exec(text);
  return { start: marker?.[0].length ?? 0, end: text.length };
}
