/** What to undo when the process is told to end. */
const pending = new Set<() => void>();

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Has something undone should the process be interrupted or exit. What is undone must not wait. Returns a function that calls it off.
 */
export function undoWhenInterrupted(undo: () => void): () => void {
  if (pending.size === 0) listen();
  pending.add(undo);
  return () => {
    pending.delete(undo);
    if (pending.size === 0) stopListening();
  };
}

function listen(): void {
  process.on('exit', undoAll);
  for (const signal of SIGNALS) process.on(signal, interrupted);
}

function stopListening(): void {
  process.off('exit', undoAll);
  for (const signal of SIGNALS) process.off(signal, interrupted);
}

/** Ends the process by the very signal, as if nobody had listened, unless somebody else listens too. */
function interrupted(signal: NodeJS.Signals): void {
  undoAll();
  stopListening();
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
}

/** Last things first: processes are ended before their directories are removed. */
function undoAll(): void {
  for (const undo of [...pending].reverse()) {
    try {
      undo();
    } catch {
      // Nothing is left to tell it to, and the other things still have to be undone.
    }
  }
  pending.clear();
}
