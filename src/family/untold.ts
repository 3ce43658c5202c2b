import { readAppliers } from '../engines/applier.ts';
import { patchedTemplate, postRenderers, shownEngine } from '../kustomize/engine.ts';
import type { EngineRoot } from '../kustomize/engine.ts';
import { readDocuments } from '../kustomize/files.ts';
import type { Files } from '../kustomize/files.ts';
import { compileGoRegExp } from '../kustomize/go-regexp.ts';
import type { Text } from '../kustomize/located.ts';
import type { Variant } from '../kustomize/model.ts';
import { directoryOf, fileOfKey, holds } from '../kustomize/paths.ts';
import type { NodePath } from '../kustomize/problem.ts';
import { isKustomizationFile } from '../manifests/read.ts';
import type { Resource } from '../model/installation.ts';
import { isList, isMap, stringAt } from '../model/value.ts';
import type { Path, Value } from '../model/value.ts';
import { OLD } from '../operator/fields.ts';
import { builtRoots } from './built-engines.ts';
import { isHere, isOfAnother } from './connection.ts';
import type { Connection, Listing } from './connection.ts';
import { KIND_NAMES } from './followed-kind.ts';

/** A change of an engine of which nobody here can tell what it is made to. */
export interface UntoldChange {
  readonly entry: NodePath;
  /** For people. */
  readonly message: string;
  /** Whether it may be made to an installation. */
  readonly fits: (variant: Variant) => boolean;
}

/** Every change of an engine of which nobody here can tell what it is made to, or which nobody here follows. */
export function untoldChanges(connection: Connection, listing: Listing): UntoldChange[] {
  return [
    ...toldByObjects(connection),
    ...hiddenChanges(listing),
    ...brokenChanges(listing, connection.files),
    ...strayPatches(connection),
    ...builtChanges(connection),
  ];
}

function toldByObjects(connection: Connection): UntoldChange[] {
  const { roots, objects } = connection;
  const elsewhere = roots.filter(({ directory }) => directory === null || !isHere(directory, connection));
  return [
    ...elsewhere.flatMap((root) => untoldPatches(root, whereabouts(root, connection))),
    ...roots.flatMap((root) => filledInPatches(root)),
    ...elsewhere.flatMap((root) => untoldComponents(root, connection, whereabouts(root, connection))),
    ...objects.flatMap((object) => untoldTemplate(object, connection)),
    ...objects.flatMap(postRenderers).flatMap((root) => renderedPatches(root, connection)),
  ];
}

/** What nobody here can read may be built from anything. */
function hiddenChanges({ kustomizations, engines }: Listing): UntoldChange[] {
  const [first, ...others] = [...kustomizations, ...engines].filter(({ isHidden }) => isHidden === true);
  if (first === undefined) return [];
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  const message = `what this file builds may change, but ${first.leftOut}, and git has no copy of it here${more}; check out what builds from here`;
  return [{ entry: { file: first.file, document: 0, path: [] }, message, fits: () => true }];
}

/** For messages. */
interface Whereabouts {
  readonly from: string;
  readonly remedy: string;
}

/** Where an engine builds from that does not build from here, and what can be done. */
function whereabouts(root: EngineRoot, { others }: Connection): Whereabouts {
  if (root.revision !== null && !isOfAnother(root, others))
    return {
      from: `${root.shown} builds revision ${root.revision} and not what stands here`,
      remedy: 'let it follow a branch, or convert the two by hand',
    };
  if (!isOfAnother(root, others))
    return {
      from: `${root.shown} builds from where nobody here can tell`,
      remedy: 'convert the two by hand, or name a directory of this repository',
    };
  const repository = root.repository ?? '';
  return others.told
    ? { from: `${root.shown} builds from another repository, ${repository}`, remedy: 'convert the two by hand, at the same time' }
    : {
        from: `${root.shown} builds from ${repository}, and nobody here can tell whether that is this repository`,
        remedy: 'say it to git (git remote add NAME URL), or convert the two by hand',
      };
}

/** An object of an engine that can't be read, or is filled in by a template, may patch whatever it speaks of. */
const brokenChanges = ({ engines, kind }: Listing, files: Files): UntoldChange[] =>
  engines.flatMap(({ file, isHidden }) => {
    const problems = isHidden === true ? [] : (files.manifest(file)?.problems ?? []);
    const broken = problems.find(({ rule }) => UNREAD.has(rule));
    if (broken === undefined || !files.mentions(file, KIND_NAMES[kind]) || !ENGINE_OBJECT.test(files.text(file)?.text ?? '')) return [];
    return [{ entry: { file, document: 0, path: [] }, message: UNREAD.get(broken.rule) ?? '', fits: () => true }];
  });

/** Values of charts, and the like, may hold what engines build with: a list of patches in a document that is no object. */
const strayPatches = ({ files, mentioned, reach }: Connection): UntoldChange[] =>
  mentioned.flatMap((file) => {
    if (isKustomizationFile(file) || reach.readersOf([file]).length > 0) return [];
    return files.documents(file).flatMap(({ value, index }): UntoldChange[] => {
      const path = value === null || stringAt(value, ['kind']) !== null ? null : patchOfInstallation(value);
      const message = 'an engine may build with this patch, and nobody here can tell of what; convert the two by hand';
      return path === null ? [] : [{ entry: { file, document: index, path }, message, fits: () => true }];
    });
  });

/** Where a value holds the target of a patch that is an installation. */
function patchOfInstallation(value: Value): Path | null {
  const children = isMap(value) ? [...value] : isList(value) ? [...value.entries()] : [];
  for (const [step, child] of children) {
    if (step === 'patches' && isList(child)) {
      const index = child.findIndex((patch) => stringAt(patch, ['target', 'kind']) === OLD.kind);
      if (index !== -1) return [step, index];
    }
    const below = patchOfInstallation(child);
    if (below !== null) return [step, ...below];
  }
  return null;
}

const UNREAD: ReadonlyMap<string, string> = new Map([
  ['unparsable-manifest', 'what this file has an engine build may change the installation, and it can not be read; correct it first'],
  [
    'templated-manifest',
    'what this template has an engine build may change the installation, and nobody here can tell; convert the two by hand',
  ],
]);

const ENGINE_OBJECT = /\bkind["']?\s*:\s*["']?(?:Kustomization|Application(?:Set)?)\b/;

/** A target of which the kind is filled in later, by the elements of a set or by Flux, may be any. */
function filledInPatches({ shown, kustomization: { file, document, patches, patchesJson6902 } }: EngineRoot): UntoldChange[] {
  const isLater = (text: Text | null): boolean => text !== null && /\{\{|\$\{/.test(text.text);
  const later = [...patches, ...patchesJson6902].filter(({ target }) => isLater(target?.kind ?? null) || isLater(target?.group ?? null));
  return later.map(({ path }) => ({
    entry: { file, document, path },
    message: `${shown} has a patch whose target is filled in later, and may be the installation; write its kind out`,
    fits: () => true,
  }));
}

function untoldPatches(root: EngineRoot, { from, remedy }: Whereabouts): UntoldChange[] {
  const { file, document, patches, patchesStrategicMerge, patchesJson6902 } = root.kustomization;
  const message = `${from}, and this patch of it fits the installation; ${remedy}`;
  return [...patches, ...patchesStrategicMerge, ...patchesJson6902].flatMap(({ path, source, target }): UntoldChange[] => {
    const entry = { file, document, path };
    const matches = (pattern: Text | null, text: string): boolean =>
      pattern === null || compileGoRegExp(pattern.text)?.test(text) !== false;
    if (target !== null)
      return matches(target.group, OLD.group) && matches(target.kind, OLD.kind)
        ? [{ entry, message, fits: ({ name }) => matches(target.name, name) }]
        : [];
    const values = source?.value === undefined ? readDocuments(source?.text ?? '').flatMap(({ value }) => value ?? []) : [source.value];
    const own = values.filter((value) => stringAt(value, ['kind']) === OLD.kind);
    return own.map((value) => ({ entry, message, fits: ({ name }) => stringAt(value, ['metadata', 'name']) === name }));
  });
}

/** A component has to do with installations where something in it has; which one it is, its path tells from the end. */
function untoldComponents(root: EngineRoot, connection: Connection, { from, remedy }: Whereabouts): UntoldChange[] {
  const { file, document, components } = root.kustomization;
  return components.flatMap(({ text, path }) => {
    const end = text.replace(/^(?:\.{0,2}\/)+|\/+$/g, '');
    const isMeant = [...connection.reached].some((each) => `/${directoryOf(each)}`.endsWith(`/${end}`));
    const message = `${from}, and with this component, which has to do with installations; ${remedy}`;
    return isMeant ? [{ entry: { file, document, path }, message, fits: () => true }] : [];
  });
}

/** A text that changes the Applications of a set may patch whatever these build. */
function untoldTemplate(object: Resource, { directories }: Connection): UntoldChange[] {
  const path = patchedTemplate(object);
  if (path === null) return [];
  const applied = readAppliers(object);
  const isApplied = (directory: string): boolean => applied.length === 0 || applied.some(({ applies }) => applies(directory));
  const told = new Set(directories.filter(isApplied));
  const message = `${shownEngine(object)} changes by this text what kustomize builds, which is not followed; write it into the template, or convert by hand`;
  return [
    {
      entry: { file: object.file, document: object.document, path: [...object.path, ...path] },
      message,
      fits: (variant) => told.has(directoryBuilt(variant)),
    },
  ];
}

/** What comes to an object of an engine where it is built is seen in no file by itself, and nothing of it would be converted. */
const builtChanges = (connection: Connection): UntoldChange[] =>
  builtRoots(connection).flatMap(({ root, by }) => {
    const from = `${root.shown} is built with other patches, or over another directory, than where it is written`;
    const where = { from, remedy: 'write them into the object itself, or convert the two by hand' };
    const changes = [...untoldPatches(root, where), ...untoldComponents(root, connection, where)];
    return changes.map((change) => ({ ...inDirectory(change, root, connection), entry: by }));
  });

/** What Flux patches in what a chart renders. */
const renderedPatches = (root: EngineRoot, connection: Connection): UntoldChange[] =>
  untoldPatches(root, { from: `${root.shown} patches what its chart renders`, remedy: 'convert the two by hand, at the same time' }).map(
    (change) => inDirectory(change, root, connection),
  );

/** A change as one of what is built in a directory or below; in any, where nobody can tell which one it is. */
function inDirectory(change: UntoldChange, { directory }: EngineRoot, { files }: Connection): UntoldChange {
  const real = directory === null ? null : files.resolve('', directory);
  return { ...change, fits: (variant) => change.fits(variant) && (real === null || holds(real, directoryBuilt(variant))) };
}

/** The directory in which an installation is built. */
const directoryBuilt = ({ kustomization, layers }: Variant): string =>
  directoryOf(fileOfKey(kustomization) || (layers[0]?.fragment.at.file ?? ''));
