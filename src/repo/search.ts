/** Bytes to look for, and the name under which a find is reported; several markers may share it. The bytes are UTF-8 text of at least one character. */
export interface SearchMarker {
  readonly name: string;
  readonly bytes: Buffer;
}

/**
 * Adds the names of the markers that lie within the first `end` bytes. What the buffer holds beyond `end` is left over from other files
 * and never counts; searching it is cheaper than a view of the buffer for every small file.
 */
export type Search = (buffer: Buffer, end: number, found: Set<string>) => void;

/** How a file that is not UTF-8 stores its characters. Kubernetes reads UTF-8 only. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'utf-32le' | 'utf-32be';

/** Up to this many markers, one native search for each is faster than one pass of our own. */
const FEW = 16;

/** A search for all markers in one encoding. */
export function searchFor(markers: readonly SearchMarker[]): Search {
  return markers.length <= FEW ? oneByOne(markers) : allAtOnce(markers);
}

function oneByOne(markers: readonly SearchMarker[]): Search {
  return (buffer, end, found) => {
    for (const { name, bytes } of markers) {
      const at = buffer.indexOf(bytes);
      if (at !== -1 && at + bytes.length <= end) found.add(name);
    }
  };
}

const BASE = 0x01_00_01_93;
const FILTER_BITS = 18;

/**
 * Rabin and Karp's search: a hash rolls over the text in steps of one byte, over as many bytes as the shortest marker has; a table of
 * the hashes of the markers' ends rules out nearly every position at once. Ends, since names that come in numbers differ there.
 */
function allAtOnce(markers: readonly SearchMarker[]): Search {
  const width = markers.reduce((shortest, { bytes }) => Math.min(shortest, bytes.length), Number.POSITIVE_INFINITY);
  const leaving = Array.from({ length: width }).reduce<number>((power) => Math.imul(power, BASE), 1);
  const filter = new Uint8Array(1 << FILTER_BITS);
  const byHash = new Map<number, SearchMarker[]>();
  for (const marker of markers) {
    const hash = hashOf(marker.bytes.subarray(-width));
    filter[hash >>> (32 - FILTER_BITS)] = 1;
    const alike = byHash.get(hash);
    if (alike === undefined) byHash.set(hash, [marker]);
    else alike.push(marker);
  }
  return (buffer, end, found) => {
    let hash = 0;
    for (let next = 0; next < end; next++) {
      const gone = next < width ? 0 : Math.imul(buffer[next - width] as number, leaving);
      hash = (Math.imul(hash, BASE) + (buffer[next] as number) - gone) | 0;
      if (filter[hash >>> (32 - FILTER_BITS)] === 1) addMatches(byHash.get(hash), buffer, next + 1, found);
    }
  };
}

function hashOf(bytes: Buffer): number {
  let hash = 0;
  for (const byte of bytes) hash = (Math.imul(hash, BASE) + byte) | 0;
  return hash;
}

/** Adds those of the candidates that the buffer holds right before a position. */
function addMatches(candidates: readonly SearchMarker[] | undefined, buffer: Buffer, end: number, found: Set<string>): void {
  for (const { name, bytes } of candidates ?? []) {
    if (bytes.length <= end && buffer.compare(bytes, 0, bytes.length, end - bytes.length, end) === 0) found.add(name);
  }
}

/** How many bytes git looks at to tell binary files from text. */
const TELLING = 8000;

/** The text of a file; null for one that is binary. Bytes that are no characters of its encoding become replacement characters. */
export function textOf(bytes: Buffer): string | null {
  const encoding = encodingOf(bytes, bytes.length);
  if (encoding !== 'utf-8') return decode(bytes, encoding);
  return bytes.subarray(0, TELLING).includes(0) ? null : bytes.toString('utf8');
}

/** The encoding that the first bytes of a file announce by a byte order mark, or betray by the zeros of an ASCII character. */
export function encodingOf(buffer: Buffer, length: number): Encoding {
  const first = buffer[0] ?? 0;
  // Nearly every file begins with an ASCII character or a UTF-8 byte order mark.
  if (length < 2 || (first > 0 && first < 0xfe && buffer[1] !== 0)) return 'utf-8';
  const pair = buffer.readUInt16BE(0);
  if (pair === 0) return 'utf-32be';
  if (pair === 0xfeff || first === 0) return 'utf-16be';
  if (pair !== 0xfffe && buffer[1] !== 0) return 'utf-8';
  return length >= 4 && buffer.readUInt16BE(2) === 0 ? 'utf-32le' : 'utf-16le';
}

/**
 * The same markers as a file of another encoding holds them. Zeros in front are left out: a native search looks for the first byte of
 * a marker, and would find it everywhere in a file of zeros.
 */
export const encodeMarkers = (markers: readonly SearchMarker[], encoding: Encoding): SearchMarker[] =>
  markers.map(({ name, bytes }) => ({ name, bytes: withoutZeros(encode(bytes.toString(), encoding)) }));

const withoutZeros = (bytes: Buffer): Buffer => bytes.subarray(bytes.findIndex((byte) => byte !== 0));

const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Text in an encoding, without a byte order mark. */
export function encode(text: string, encoding: Encoding): Buffer {
  if (encoding === 'utf-8') return Buffer.from(text);
  if (encoding === 'utf-16le') return Buffer.from(text, 'utf16le');
  if (encoding === 'utf-16be') return Buffer.from(text, 'utf16le').swap16();
  const units = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  const bytes = Buffer.from(Uint32Array.from(units).buffer);
  return (encoding === 'utf-32le') === LITTLE_ENDIAN ? bytes : bytes.swap32();
}

/** Whole characters only: what is left over at the end is dropped. */
function decode(bytes: Buffer, encoding: Encoding): string {
  if (encoding === 'utf-8') return bytes.toString('utf8');
  if (encoding === 'utf-16le') return bytes.toString('utf16le');
  if (encoding === 'utf-16be')
    return Buffer.from(bytes.subarray(0, bytes.length & ~1))
      .swap16()
      .toString('utf16le');
  const whole = bytes.subarray(0, bytes.length & ~3);
  let text = '';
  for (let at = 0; at < whole.length; at += 4)
    text += characterOf(encoding === 'utf-32le' ? whole.readUInt32LE(at) : whole.readUInt32BE(at));
  return text;
}

const characterOf = (code: number): string => (code > 0x10_ff_ff ? '\u{FFFD}' : String.fromCodePoint(code));
