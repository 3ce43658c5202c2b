import type { Refusal } from '../../src/model/edit.ts';
import type { Path, ValueMap } from '../../src/model/value.ts';
import { valueAt } from '../../src/model/value.ts';
import type { ConversionOptions } from '../../src/operator/convert.ts';
import type { Variant } from '../../src/kustomize/model.ts';
import { rewriteFile } from '../../src/edit/file.ts';
import type { Task } from '../../src/edit/file.ts';
import type { ParsedDocument } from '../../src/yaml/document.ts';
import { applyEdits } from '../../src/yaml/text.ts';

/** One installation of a document, and how it is to be converted. */
export interface Request {
  readonly path: Path;
  readonly options: ConversionOptions;
}

/** An installation that stands alone in a file: what its task is, and the variant that options are asked for. */
function loneTask(path: Path, value: ValueMap): { task: Task; variant: Variant } {
  const at = { file: 'mattermost.yaml', document: 0, inline: null };
  const fragment = { form: 'resource', at, path, value } as const;
  const variant: Variant = {
    kustomization: at.file,
    root: true,
    layers: [{ fragment, kustomization: at.file, entry: [] }],
    inputs: [value],
    states: [value],
    built: value,
    deleted: null,
    unknownFields: [],
    name: 'chat',
    namespace: null,
    opaque: [],
    opaqueIfModern: [],
  };
  return { task: { at, use: { fragment, uses: [{ variant, index: 0 }] } }, variant };
}

export interface Rewritten {
  readonly text: string;
  readonly droppedComments: readonly string[];
  /** By their index in the request. */
  readonly refused: ReadonlyMap<number, Refusal>;
}

/** Rewrites installations of a document through the writer of files. */
export function rewriteRequests(document: ParsedDocument, requests: readonly Request[]): Rewritten {
  const tasks = requests.map(({ path }) => loneTask(path, (valueAt(document.shape ?? undefined, path) ?? new Map()) as ValueMap));
  const optionsFor = (variant: Variant): ConversionOptions =>
    (requests[tasks.findIndex((each) => each.variant === variant)] as Request).options;
  const { regions, droppedComments, refused } = rewriteFile(
    document.text,
    tasks.map(({ task }) => task),
    optionsFor,
    () => ({ document, start: 0 }),
  );
  const byIndex = tasks.flatMap(({ task }, index) => {
    const refusal = refused.get(task)?.refusal;
    return refusal === undefined ? [] : [[index, refusal] as const];
  });
  return { text: applyEdits(document.text, regions), droppedComments, refused: new Map(byIndex) };
}
