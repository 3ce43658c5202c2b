import { asStructure, writtenPath } from '../model/structure.ts';
import { isList, isMap, stringAt, valueAt } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';
import type { Range } from '../model/range.ts';
import { isKustomizationFile } from '../manifests/read.ts';
import { isSecretBearing } from '../secrets/index.ts';
import { parseDocument, splitDocuments } from '../yaml/document.ts';
import { contentRange } from '../yaml/locate.ts';
import { resourceRange } from '../yaml/resource-text.ts';
import type { Manifest } from '../manifests/read.ts';

/** What stands in the files of a run. */
export interface FileContents {
  text(file: string): string;
  /** With every resource that bears secrets; null where there is no such file. */
  manifest(file: string): Manifest | null;
}

/** Which parts of a file hold Secrets, so that no diff shows a line of them. */
export class FileSecrets {
  readonly #files: FileContents;

  constructor(files: FileContents) {
    this.#files = files;
  }

  of(file: string): Range[] {
    return isKustomizationFile(file) ? this.#kustomization(file) : this.#resources(file);
  }

  #resources(file: string): Range[] {
    const manifest = this.#files.manifest(file);
    if (manifest === null) return [];
    return manifest.resources
      .filter((resource) => isSecretBearing(resource) && resource.kind !== 'ClusterInstallation')
      .map((resource) => {
        const { start, end } = manifest.documents[resource.document] ?? { start: 0, end: 0 };
        const text = manifest.text.slice(start, end);
        const marker = /^---[ \t]*(?:#.*)?\r?\n/.exec(text)?.[0].length ?? 0;
        const range = resource.path.length === 0 ? { start: marker, end: text.length } : resourceRange(parseDocument(text), resource.path);
        return { start: start + range.start, end: start + range.end };
      });
  }

  /** Of a kustomization, the generators of Secrets and the patches of Secrets. */
  #kustomization(file: string): Range[] {
    const text = this.#files.text(file);
    return splitDocuments(text).flatMap(({ start, end }) => {
      const document = parseDocument(text.slice(start, end));
      const paths = document.shape === null ? [] : secretPaths(asStructure(document.shape));
      return paths.flatMap((path) => {
        const range = contentRange(document, path);
        return range === null ? [] : [{ start: start + range.start, end: start + range.end }];
      });
    });
  }
}

/** The shortest path to each text that may hold a Secret: what stands around it is needed as the context of changes. */
function secretPaths(kustomization: Value): Path[] {
  const generators = valueAt(kustomization, ['secretGenerator']) === undefined ? [] : [['secretGenerator']];
  const lists = ['patches', 'patchesStrategicMerge', 'patchesJson6902', 'transformers', 'generators'];
  return [...generators, ...lists.flatMap((list) => secretEntries(kustomization, list))].map((path) => writtenPath(kustomization, path));
}

function secretEntries(kustomization: Value, list: string): Path[] {
  const entries = valueAt(kustomization, [list]);
  if (!isList(entries)) return [];
  return entries.flatMap((entry, index) => {
    if (!isMap(entry)) return SECRET_KIND.test(stringAt(entry, []) ?? '') ? [[list, index]] : [];
    return concernsSecret(entry) ? [[list, index, 'patch']] : [];
  });
}

const SECRET_KIND = /\bkind["']?\s*:\s*["']?Secret\b|stringData|ENC\[/i;

function concernsSecret(entry: ValueMap): boolean {
  const patch = stringAt(entry, ['patch']);
  return patch !== null && ((stringAt(entry, ['target', 'kind']) ?? '').includes('Secret') || SECRET_KIND.test(patch));
}
