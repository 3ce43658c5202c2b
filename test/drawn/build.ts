import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { dirname, join, relative } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { readValues } from '../../src/manifests/values.ts';
import { isMap, plainOf } from '../../src/model/value.ts';
import type { ValueMap } from '../../src/model/value.ts';
import { quickest } from '../kustomize/binary.ts';

/** What a root builds, in its order; or why it builds nothing. */
export type BuiltRoot = readonly ValueMap[] | { readonly error: string };

type Part = Readonly<Record<string, unknown>>;

/** A root: a directory, and what an engine adds to its kustomization. */
interface Root {
  readonly name: string;
  readonly directory: string;
  readonly part: Part | null;
}

/** Builds each kustomization and what each object of an engine makes of its directory, by a program that ci2mm did not choose. */
export async function buildAll(root: string): Promise<Map<string, BuiltRoot>> {
  const kustomizations = kustomizationsIn(root).filter((file) => !/^kind: Component$/m.test(readFileSync(file, 'utf8')));
  const plain = kustomizations.map((file): Root => ({ name: relative(root, dirname(file)) || '.', directory: dirname(file), part: null }));
  const built = new Map<string, BuiltRoot>();
  await Promise.all(plain.map(async ({ name, directory }) => built.set(name, await buildOne(directory))));
  // Engines edit the kustomization of a directory, so one after the other.
  const made = [...built].flatMap(([from, objects]) => ('error' in objects ? [] : rootsMade(from, objects, root)));
  for (const { name, directory, part } of [...engineRoots(root), ...made])
    if (existsSync(join(root, directory))) built.set(name, await buildWith(join(root, directory), part ?? {}));
  return built;
}

function kustomizationsIn(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return entry.name === '.git' ? [] : kustomizationsIn(path);
    return NAMES.includes(entry.name) && entry.isFile() ? [path] : [];
  });
}

const NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

function buildOne(directory: string): Promise<BuiltRoot> {
  const [program = '', ...args] = quickest.command;
  const child = spawn(program, [...args, directory], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, errors]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (code) => {
      resolve(code === 0 ? readValues(Buffer.concat(out)).filter(isMap) : { error: Buffer.concat(errors).toString() });
    });
  });
}

/** Builds a directory with an engine's part in its kustomization, and puts that back. */
async function buildWith(directory: string, part: Part): Promise<BuiltRoot> {
  const name = namesIn(directory).find((each) => NAMES.includes(each));
  const file = join(directory, name ?? 'kustomization.yaml');
  const before = name === undefined ? null : readFileSync(file);
  const value = before === null ? { resources: resourcesBelow(directory, '') } : ((parse(before.toString()) ?? {}) as Part);
  try {
    writeFileSync(file, JSON.stringify(withPart(value, part)));
    return await buildOne(directory);
  } finally {
    if (before === null) rmSync(file);
    else writeFileSync(file, before);
  }
}

/** What Flux lists where there is no kustomization: manifests, and folders that have one. */
function resourcesBelow(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (!entry.isDirectory()) return /\.ya?ml$/.test(entry.name) ? [path] : [];
    return namesIn(join(root, path)).some((each) => NAMES.includes(each)) ? [path] : resourcesBelow(root, path);
  });
}

const listed = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** What the engines' documentation says that they do to a kustomization; written here anew, and not as ci2mm reads it. */
function withPart(value: Part, part: Part): Part {
  const text = (merge: unknown): string => (typeof merge === 'string' ? merge : JSON.stringify(merge));
  const merges = listed(part['patchesStrategicMerge']).map(text);
  const operations = listed(part['patchesJson6902']).map((each) => ({ ...(each as Part), patch: text((each as Part)['patch']) }));
  const metadata = (part['commonMetadata'] ?? {}) as { annotations?: Part };
  return {
    ...value,
    ...set('namespace', part['targetNamespace'] ?? part['namespace']),
    ...set('namePrefix', part['namePrefix']),
    ...set('nameSuffix', part['nameSuffix']),
    ...append(value, 'patches', listed(part['patches'])),
    ...append(value, 'patchesStrategicMerge', merges),
    ...append(value, 'patchesJson6902', operations),
    ...append(value, 'components', listed(part['components'])),
    ...extend(value, 'commonLabels', part['commonLabels']),
    ...extend(value, 'commonAnnotations', part['commonAnnotations'] ?? metadata.annotations),
  };
}

const set = (key: string, text: unknown): Part => (typeof text === 'string' && text !== '' ? { [key]: text } : {});
const append = (value: Part, key: string, items: readonly unknown[]): Part =>
  items.length === 0 ? {} : { [key]: [...listed(value[key]), ...items] };
const extend = (value: Part, key: string, pairs: unknown): Part =>
  pairs === undefined ? {} : { [key]: { ...(value[key] as Part | undefined), ...(pairs as Part) } };

interface EngineObject {
  readonly kind?: string;
  readonly metadata: { readonly name: string };
  readonly spec: Part;
}

/** The directories that engines build, and what they add. A set over all directories gets those of components too, which build nothing. */
function engineRoots(root: string): Root[] {
  const objects = FOLDERS.flatMap((folder) =>
    namesIn(join(root, folder))
      .filter((name) => name.endsWith('.yaml') && !NAMES.includes(name))
      .flatMap((name) =>
        parseAllDocuments(readFileSync(join(root, folder, name), 'utf8')).map((document) => document.toJS() as EngineObject),
      ),
  );
  return rootsOf(objects, root, '');
}

/** The same, of objects as a kustomization builds them. */
const rootsMade = (from: string, objects: readonly ValueMap[], root: string): Root[] =>
  rootsOf(
    objects.map((object) => plainOf(object) as EngineObject),
    root,
    `${from}: `,
  );

function rootsOf(objects: readonly EngineObject[], root: string, from: string): Root[] {
  const directories = kustomizationsIn(root).map((file) => relative(root, dirname(file)));
  return objects.flatMap((object) =>
    partsOf(object, directories).map(([path, part], index): Root => ({
      name: `${from}${object.kind} ${object.metadata.name} ${index}`,
      directory: path
        .split('/')
        .filter((step) => step !== '' && step !== '.')
        .join('/'),
      part,
    })),
  );
}

/** Where tests keep the objects of engines. */
const FOLDERS = ['apps', 'clusters', 'a', 'b'];

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

type Source = { readonly path?: string; readonly kustomize?: Part };

function partsOf({ kind, spec }: EngineObject, directories: readonly string[]): (readonly [string, Part])[] {
  if (kind === 'Kustomization') return [[String(spec['path']), spec]];
  if (kind === 'Application') return sourcesOf(spec);
  if (kind !== 'ApplicationSet') return [];
  const template = JSON.stringify((spec['template'] as { spec: Part }).spec);
  return elementsOf(spec['generators'], directories).flatMap((element) => sourcesOf(JSON.parse(filledIn(template, element)) as Part));
}

const sourcesOf = (spec: Part): (readonly [string, Part])[] =>
  [spec['source'] as Source | undefined, ...(listed(spec['sources']) as Source[])].flatMap((source) =>
    source?.path === undefined ? [] : [[source.path, source.kustomize ?? {}] as const],
  );

/** The elements of list and git generators, alone or in a matrix. */
function elementsOf(generators: unknown, directories: readonly string[]): Part[] {
  return listed(generators).flatMap((each): Part[] => {
    const { list, git, matrix } = each as Generator;
    if (list !== undefined) return [...list.elements];
    if (git !== undefined) return directories.filter((directory) => isListed(directory, git.directories)).map((path) => ({ path }));
    const factors = listed(matrix?.generators).map((factor) => elementsOf([factor], directories));
    return factors.reduce<Part[]>((all, next) => all.flatMap((one) => next.map((other) => ({ ...one, ...other }))), [{}]);
  });
}

interface Generator {
  readonly list?: { readonly elements: readonly Part[] };
  readonly git?: { readonly directories: readonly Listed[] };
  readonly matrix?: { readonly generators: unknown };
}

interface Listed {
  readonly path: string;
  readonly exclude?: boolean;
}

function isListed(directory: string, globs: readonly Listed[]): boolean {
  const matching = globs.filter(({ path }) => patternOf(path).test(directory));
  return matching.length > 0 && !matching.some(({ exclude }) => exclude === true);
}

const patternOf = (glob: string): RegExp =>
  new RegExp(`^${glob.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '[^/]*')}$`);

const filledIn = (template: string, element: Part): string =>
  template.replaceAll(/\{\{\s*\.?(\w+)(?:\.path)?\s*\}\}/g, (_, key: string) => JSON.stringify(String(element[key])).slice(1, -1));
