import type { Marker } from '../manifests/source.ts';
import { NEW, OLD } from '../operator/fields.ts';
import { GROUP_MARKERS, OLD_NAME_MARKERS } from '../references/old-names.ts';
import { SECRET_MARKERS } from '../secrets/index.ts';

/** Old names, for files of which nothing is asked but these. */
export const OLD_NAMES = OLD_NAME_MARKERS.map((text) => ({ name: 'reference', bytes: Buffer.from(text) }) as const);

/** What files are searched for. */
export const MARKERS: readonly { readonly name: Marker; readonly bytes: Buffer }[] = [
  { name: 'installation', bytes: Buffer.from(OLD.kind) },
  { name: 'mattermost', bytes: Buffer.from(NEW.group) },
  ...SECRET_MARKERS.map((text) => ({ name: 'secret', bytes: Buffer.from(text) }) as const),
  // Flux has it in an API group, Argo CD in the key below which it stands.
  { name: 'engine', bytes: Buffer.from('kustomize') },
  { name: 'engine', bytes: Buffer.from('argoproj.io/') },
  { name: 'operator', bytes: Buffer.from('mattermost-operator') },
  ...OLD_NAMES,
  ...GROUP_MARKERS.map((text) => ({ name: 'reference', bytes: Buffer.from(text) }) as const),
];

/** Larger files are refused, so that a run stays within 300 MB: the text takes up to twice, its edges as much again. */
export const MAX_FILE = 16 * 1024 * 1024;

/** Files of such names hold no text, and are not opened to find that out. */
export const BINARY =
  /\.(?:png|jpe?g|gif|webp|avif|ico|bmp|tiff?|pdf|woff2?|ttf|otf|eot|zip|t?gz|bz2|xz|zst|7z|jar|war|class|so|dll|dylib|exe|o|a|pyc|wasm|mp[34]|mov|webm|ogg)$/i;

/** Why a file of such a size is not read, for a finding. */
export const tooLarge = (bytes: number): string =>
  `the file has ${Math.ceil(bytes / 1024 / 1024)} MB, more than the ${MAX_FILE / 1024 / 1024} MB that are read; split it`;

/** Why a file of another encoding can't be read, for a finding. */
export const notUtf8 = (encoding: string): string =>
  `the file is ${encoding.toUpperCase()}, which Kubernetes does not read; store it as UTF-8`;

/** Why runs leave a file alone, for a finding. */
export const LEFT_OUT = 'ignore in the configuration leaves it out';

/** The folder of the chart that a file would be a template of; null for any other file. */
export const chartAround = (file: string): string | null => /^(.*?)(?:^|\/)templates\//.exec(file)?.[1] ?? null;
