/** Below this, a run is over before its memory matters, and the setting takes as long as a small manifest. */
const MUCH = 256 * 1024;

let isLimited = false;

/**
 * Keeps a run over many bytes of manifests within 300 MB: by default V8 lets the heap grow to four times what is in use before it frees
 * anything. Takes no longer.
 */
export async function limitHeap(bytes: number): Promise<void> {
  if (bytes < MUCH || isLimited) return;
  isLimited = true;
  const { setFlagsFromString } = await import('node:v8');
  setFlagsFromString('--heap-growing-percent=50');
  // V8 refuses code that was compiled under other flags, and a program that keeps compiled code does so at the end.
  process.prependOnceListener('exit', () => setFlagsFromString('--heap-growing-percent=0'));
}
