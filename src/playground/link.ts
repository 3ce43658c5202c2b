import { readManifest } from '../manifests/read.ts';
import { credentialIn } from '../model/credentials.ts';
import { isSecretBearing } from '../secrets/index.ts';
import type { PageChoices } from './judge.ts';

/** What a link carries behind `#`, which browsers send to nobody. */
export interface Carried {
  readonly text: string;
  readonly choices: PageChoices;
}

/** More is better sent as a file. Also bounds what a few bytes of somebody else's link may become. */
export const MAX_CARRIED = 32 * 1024;

/** Why a text is not put into a link; null where nothing speaks against it. */
export function notCarried(text: string): string | null {
  const bytes = Buffer.from(text);
  if (text.trim() === '') return 'There is nothing to link to.';
  if (bytes.length > MAX_CARRIED) return `A link carries up to ${MAX_CARRIED / 1024} KB.`;
  const { resources, problems } = readManifest('manifests.yaml', bytes, { keep: isSecretBearing });
  if (problems.length > 0) return 'What can’t be read to its end may hold secrets, and links are passed on: mend it first.';
  if (resources.length > 0 || credentialIn(text) !== -1)
    return 'The text holds a Secret or credentials, and links are passed on: take them out first.';
  return null;
}

/** The fragment that carries a text and what was chosen. */
export async function fragmentOf({ text, choices }: Carried): Promise<string> {
  const packed = await through(Buffer.from(text), new CompressionStream('deflate-raw'), Number.POSITIVE_INFINITY);
  const chosen = Object.entries(choices).filter(([, value]) => value !== undefined);
  return String(
    new URLSearchParams([['m', (packed ?? Buffer.alloc(0)).toString('base64').replaceAll('+', '-').replaceAll('/', '_')], ...chosen]),
  );
}

/** What a fragment carries: `none` where it is no such fragment, `broken` where it can't be read. */
export async function carriedBy(fragment: string): Promise<Carried | 'none' | 'broken'> {
  const parameters = new URLSearchParams(fragment.replace(/^#/, ''));
  const packed = parameters.get('m');
  if (packed === null) return 'none';
  const bytes = Buffer.from(packed.replaceAll('-', '+').replaceAll('_', '/'), 'base64');
  const text = await through(bytes, new DecompressionStream('deflate-raw'), MAX_CARRIED).catch(() => null);
  return text === null ? 'broken' : { text: text.toString('utf8'), choices: choicesIn(parameters) };
}

/** Values that the page does not offer are left out. */
function choicesIn(parameters: URLSearchParams): PageChoices {
  const target = parameters.get('target');
  const ingress = parameters.get('ingress');
  const assumed = parameters.get('assumeDatabase');
  return {
    ...(target !== null && /^\d{1,2}\.\d{1,3}$/.test(target) && { target }),
    ...(ingress === 'modern' && { ingress }),
    ...((assumed === 'external' || assumed === 'operator-managed') && { assumeDatabase: assumed }),
  };
}

/** Null where more than a number of bytes would come out. */
async function through(bytes: Buffer, stream: CompressionStream | DecompressionStream, most: number): Promise<Buffer | null> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  const reader = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(stream).getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    size += piece.value.length;
    if (size > most) {
      await reader.cancel();
      return null;
    }
    pieces.push(piece.value);
  }
  return Buffer.concat(pieces);
}
