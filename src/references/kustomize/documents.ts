import { isMap, isScalar, valueAt } from '../../model/value.ts';
import type { Path, Value } from '../../model/value.ts';
import { readStructures } from '../../kustomize/files.ts';
import type { TextDocument } from '../../kustomize/files.ts';
import type { Graph, GraphNode, Input } from '../../kustomize/graph.ts';
import type { Kustomization } from '../../kustomize/kustomization.ts';
import type { TextPlace } from '../../kustomize/model.ts';
import { reachableFrom } from '../../kustomize/graph-walk.ts';
import type { BuiltResource } from '../../kustomize/resource.ts';
import type { ReferenceRole } from './kustomize-referrer.ts';
import type { Text } from '../../kustomize/located.ts';

/** A document that may refer to installations, with what it is to the kustomization that uses it. */
export interface ReferenceDocument {
  readonly at: TextPlace;
  readonly role: ReferenceRole;
  readonly value: Value;
  /** The kustomization that reads it, by its key in the graph. */
  readonly kustomization: string;
  /** Where the value stands in the document. */
  readonly base: Path;
}

/** Every document of a graph in which a reference may stand. One that several kustomizations read comes once for each. */
export const referenceDocuments = (graph: Graph): ReferenceDocument[] =>
  [...graph.nodes.values()].flatMap((node) => documentsOf(node, graph));

/** By kustomization file, the resources of the new kind that it works on. */
export type MattermostsOf = ReadonlyMap<string, readonly BuiltResource[]>;

/** The resources of the new kind that a document may reach: what it tells of kinds reaches the kustomizations above as well. */
export function mattermostsBeside({ kustomization, role }: ReferenceDocument, graph: Graph, mattermosts: MattermostsOf): BuiltResource[] {
  if (mattermosts.size === 0) return [];
  const isOwn = role === 'kustomization' || role === 'replacements' || role === 'plugin';
  return [...mattermosts].flatMap(([file, found]) =>
    file === kustomization || (!isOwn && reachableFrom(graph, file).has(kustomization)) ? found : [],
  );
}

function documentsOf(node: GraphNode, graph: Graph): ReferenceDocument[] {
  const { kustomization } = node;
  const reader = new Reader(kustomization.file, kustomization.directory, graph);
  if (kustomization.base.length > 0) return [ownDocument(kustomization)];
  return [
    ownDocument(kustomization),
    ...kustomization.configurations.flatMap((entry) => reader.fromFile(entry, 'configuration')),
    ...kustomization.crds.flatMap((entry) => reader.fromFile(entry, 'crds')),
    ...(kustomization.openapi === null ? [] : reader.fromFile(kustomization.openapi, 'openapi')),
    ...kustomization.replacements.flatMap(({ file }) => (file === null ? [] : reader.fromFile(file, 'replacements'))),
    ...[...node.transformers, ...node.generators].flatMap((input) => reader.fromPlugin(input)),
    ...kustomization.validators.flatMap((entry) => (entry.inline ? reader.fromString(entry.path) : reader.fromFile(entry, 'plugin'))),
  ];
}

/** The part of an engine refers as a kustomization does. */
const ownDocument = ({ file, document, value, id, base }: Kustomization): ReferenceDocument => ({
  at: { file, document, inline: null },
  role: 'kustomization',
  value,
  kustomization: id,
  base,
});

class Reader {
  readonly #file: string;
  readonly #directory: string;
  readonly #graph: Graph;

  constructor(file: string, directory: string, graph: Graph) {
    this.#file = file;
    this.#directory = directory;
    this.#graph = graph;
  }

  fromFile(entry: Text, role: ReferenceRole): ReferenceDocument[] {
    const file = this.#graph.files.resolve(this.#directory, entry.text);
    return file === null ? [] : this.#documents(file, role);
  }

  fromPlugin(input: Input): ReferenceDocument[] {
    if (input.leadsTo === 'inline') return this.fromString(input.path);
    return input.leadsTo === 'file' ? this.#documents(input.file, 'plugin') : [];
  }

  /** Configurations written out in a string of the kustomization itself. */
  fromString(path: Path): ReferenceDocument[] {
    const kustomization = this.#graph.nodes.get(this.#file)?.kustomization;
    const string = kustomization === undefined ? undefined : valueAt(kustomization.value, path);
    if (!isScalar(string) || kustomization === undefined) return [];
    return readStructures(string.text).flatMap((document) =>
      this.#reference(
        { file: this.#file, document: kustomization.document, inline: { path, document: document.index } },
        'plugin',
        document,
      ),
    );
  }

  #documents(file: string, role: ReferenceRole): ReferenceDocument[] {
    const { files } = this.#graph;
    const documents = role === 'openapi' || role === 'crds' ? files.documents(file) : files.structures(file);
    return documents.flatMap((document) => this.#reference({ file, document: document.index, inline: null }, role, document));
  }

  #reference(at: TextPlace, role: ReferenceRole, { value }: TextDocument): ReferenceDocument[] {
    return value === null || (!isMap(value) && role !== 'replacements') ? [] : [{ at, role, value, kustomization: this.#file, base: [] }];
  }
}
