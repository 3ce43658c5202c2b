import { isList, isMap, isScalar, stringAt } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';
import { parseRelease } from '../operator/releases.ts';
import type { Release } from '../operator/releases.ts';

const OPERATOR = 'mattermost-operator';

/** A place in data that says which operator is deployed. */
export interface OperatorSighting {
  readonly path: Path;
  /** As it is written: `mattermost/mattermost-operator:v1.21.0`. */
  readonly text: string;
  /** Numbers of its version; null where none is written, or none that can be read. */
  readonly version: OperatorVersion | null;
  /** `image`: as a manifest has it. `override`: in place of that, by kustomize or the values of a chart. `source`: the release that manifests are fetched from. */
  readonly from: 'image' | 'override' | 'source';
}

interface OperatorVersion {
  readonly major: number;
  readonly minor: number;
  /** As it is written, without a `v`. */
  readonly text: string;
}

/** Where data says which operator it deploys: images, what kustomize or Helm puts in their place, remote bases, subscriptions of OLM. */
export function operatorSightings(value: Value, path: Path = []): OperatorSighting[] {
  if (isList(value)) return value.flatMap((item, index) => operatorSightings(item, [...path, index]));
  if (!isMap(value)) return isScalar(value) ? inText(value.text, path) : [];
  const own = overrideIn(value, path);
  const below = [...value].filter(([key]) => own === null || !OVERRIDING.has(key));
  return [...(own === null ? [] : [own]), ...below.flatMap(([key, child]) => operatorSightings(child, [...path, key]))];
}

const OVERRIDING: ReadonlySet<string> = new Set(['name', 'newName', 'newTag', 'digest', 'repository', 'tag']);

/** `images` of kustomize, or an image in the values of a chart. */
function overrideIn(value: ValueMap, path: Path): OperatorSighting | null {
  const name = stringAt(value, ['newName']) ?? stringAt(value, ['name']) ?? stringAt(value, ['repository']) ?? '';
  const tag = textAt(value, 'newTag') ?? textAt(value, 'tag');
  const isImage = ['newTag', 'digest', 'tag', 'newName'].some((key) => value.has(key));
  if (!isImage || lastSegment(name) !== OPERATOR) return null;
  const digest = textAt(value, 'digest');
  const text = `${name}${tag === null ? '' : `:${tag}`}${digest === null ? '' : `@${digest}`}`;
  return { path, text, version: versionOf(tag), from: 'override' };
}

function inText(text: string, path: Path): OperatorSighting[] {
  const image = /^(?:[\w.:-]+\/)*mattermost-operator(?::([\w.-]+))?(?:@sha256:[\da-f]+)?$/.exec(text);
  // Without a tag it may be the name of a repository, or of something else.
  const isContainer = path.at(-1) === 'image' && /[cC]ontainers$/.test(String(path.at(-3)));
  if (image !== null && (isContainer || image[1] !== undefined || text.includes('@')))
    return [{ path, text, version: versionOf(image[1] ?? null), from: 'image' }];
  const source =
    /mattermost-operator(?:\/\S*\?(?:\S*&)?ref=|\/)(v\d[\w.]*)/.exec(text)?.[1] ?? /^mattermost-operator\.(v\d[\w.]*)$/.exec(text)?.[1];
  return source === undefined ? [] : [{ path, text, version: versionOf(source), from: 'source' }];
}

const lastSegment = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

function textAt(value: ValueMap, key: string): string | null {
  const found = value.get(key);
  return isScalar(found) && found.value !== null ? found.text : null;
}

function versionOf(text: string | null): OperatorVersion | null {
  const match = text === null ? null : /^v?(\d+)\.(\d+)(?:\.\d+)?(?=$|[-+])/.exec(text);
  return match === null ? null : { major: Number(match[1]), minor: Number(match[2]), text: (text ?? '').replace(/^v/, '') };
}

/** The release of a sighting, where it is one that can be a target. */
export const releaseOf = ({ version }: OperatorSighting): Release | null =>
  version === null ? null : parseRelease(version.text.replace(/[-+].*/, ''));

/** What decides where several are seen: what stands in place of an image, else images, else what is fetched. */
export function decidingSightings<Sighting extends OperatorSighting>(sightings: readonly Sighting[]): readonly Sighting[] {
  for (const from of ['override', 'image', 'source'] as const) {
    const own = sightings.filter((sighting) => sighting.from === from);
    if (own.length > 0) return own;
  }
  return [];
}
