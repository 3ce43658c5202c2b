import type { ByteRange, Change, Region } from '../model/change.ts';
import type { Refusal } from '../model/edit.ts';
import type { Finding } from '../model/finding.ts';
import { installationId } from '../model/installation.ts';
import type { Resource } from '../model/installation.ts';
import type { Manifest, Places } from '../manifests/read.ts';
import { rewriteDocument } from '../rewrite/document.ts';
import { editReason, unsafeEdit } from '../rules/unsafe-edit.ts';
import type { ParsedDocument } from '../yaml/document.ts';
import { unitRange } from '../yaml/unit.ts';
import type { Assessment } from './assess.ts';

/** A manifest rewritten: the bytes to write, and what became of each installation. */
export interface ManifestRewrite {
  readonly change: Change | null;
  readonly converted: readonly Assessment[];
  readonly findings: readonly Finding[];
  readonly droppedComments: readonly string[];
}

/** Rewrites the installations of one manifest that nothing blocks. Every document without one stays byte for byte. */
export function rewriteManifest(manifest: Manifest, places: Places, assessments: readonly Assessment[], secrets: readonly Resource[]): ManifestRewrite {
  const outcomes = groupByDocument(assessments).map(([index, group]) => rewriteOne(manifest, places, index, group));
  const replaced = outcomes.filter((outcome) => outcome.text !== outcome.before);
  const converted = outcomes.flatMap((outcome) => outcome.converted);
  const change = replaced.length === 0 ? null : changeOf(manifest, replaced, secretRanges(manifest, places, secrets));
  return { change, converted, findings: outcomes.flatMap((outcome) => outcome.findings), droppedComments: outcomes.flatMap((outcome) => outcome.droppedComments) };
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
  const result = rewriteDocument(document, free.map(({ installation, options }) => ({ path: installation.path, options })), free.length < group.length);
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

function changeOf(manifest: Manifest, replaced: readonly Outcome[], secret: readonly ByteRange[]): Change {
  const before = Buffer.from(manifest.text, 'utf8');
  const bytes = byteOffsets(manifest.text, [...replaced.flatMap(({ start, before }) => [start, start + before.length]), ...secret.flatMap(({ start, end }) => [start, end])]);
  const at = (offset: number): number => bytes.get(offset) ?? 0;
  const regions = replaced.map((outcome): Region => ({ start: at(outcome.start), end: at(outcome.start + outcome.before.length), newLength: Buffer.byteLength(outcome.text) }));
  const pieces = replaced.flatMap((outcome, index) => [before.subarray(regions[index - 1]?.end ?? 0, regions[index]?.start), Buffer.from(outcome.text, 'utf8')]);
  const after = Buffer.concat([...pieces, before.subarray(regions.at(-1)?.end ?? 0)]);
  return { file: manifest.file, before, after, regions, secret: secret.map(({ start, end }) => ({ start: at(start), end: at(end) })) };
}

/** UTF-8 offsets of UTF-16 offsets, in one pass over the text. */
function byteOffsets(text: string, offsets: readonly number[]): Map<number, number> {
  const result = new Map<number, number>();
  let at = 0;
  let bytes = 0;
  for (const offset of [...new Set(offsets)].sort((a, b) => a - b)) {
    bytes += Buffer.byteLength(text.slice(at, offset), 'utf8');
    at = offset;
    result.set(offset, bytes);
  }
  return result;
}

/** The text ranges of resources that hold secrets, without the `---` line that starts their document. */
function secretRanges(manifest: Manifest, places: Places, secrets: readonly Resource[]): ByteRange[] {
  return secrets.map((resource) => {
    const start = manifest.documents[resource.document]?.start ?? 0;
    const document = places.document(resource.document);
    const range = resource.path.length === 0 ? contentRange(document) : unitRange(document, resource.path);
    return { start: start + range.start, end: start + range.end };
  });
}

function contentRange({ text }: ParsedDocument): ByteRange {
  const marker = /^---[ \t]*(?:#.*)?\r?\n/.exec(text);
  return { start: marker?.[0].length ?? 0, end: text.length };
}
