/** 64 bits of FNV-1a, as two halves with different beginnings. No defence against anybody, only an identity. */
export const fingerprint = (text: string): string =>
  [0x811c9dc5, 0x9747b28c].map((seed) => fnv1a(text, seed).toString(16).padStart(8, '0')).join('');

function fnv1a(text: string, seed: number): number {
  let state = seed;
  for (let at = 0; at < text.length; at++) state = Math.imul(state ^ text.charCodeAt(at), 0x01000193);
  return state >>> 0;
}
