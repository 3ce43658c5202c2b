/** 64 bits of FNV-1a, as two halves with different beginnings. No defence against anybody, only an identity. */
export const fingerprint = (text: string): string =>
  [0x811c9dc5, 0x9747b28c].map((seed) => fnv1a(text, seed).toString(16).padStart(8, '0')).join('');

/** Counts how often each identity was asked about, from 1: what can't be told apart is told by its number. */
export function howManieth(): (identity: string) => number {
  const seen = new Map<string, number>();
  return (identity) => {
    const number = (seen.get(identity) ?? 0) + 1;
    seen.set(identity, number);
    return number;
  };
}

function fnv1a(text: string, seed: number): number {
  let state = seed;
  for (let at = 0; at < text.length; at++) state = Math.imul(state ^ text.charCodeAt(at), 0x01000193);
  return state >>> 0;
}
