import { constants } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** What to undo when the process is told to end. */
const pending = new Set<() => void>();
/** Work that must not stop halfway, with what tells it that it should come to an end. */
const working = new Set<AbortController>();
/** The signal that such work keeps waiting. */
let waiting: NodeJS.Signals | null = null;
let listening = false;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Has something undone should the process be interrupted or exit. What is undone must not wait. Returns a function that calls it off.
 */
export function undoWhenInterrupted(undo: () => void): () => void {
  pending.add(undo);
  listenAsNeeded();
  return () => {
    pending.delete(undo);
    listenAsNeeded();
  };
}

/**
 * Does something that must not stop halfway: a signal that would end the process ends it afterwards. `told` is aborted when one has come,
 * so that the work may give up where that leaves nothing half done.
 */
export async function uninterrupted<Result>(work: (told: AbortSignal) => Promise<Result>): Promise<Result> {
  const own = new AbortController();
  working.add(own);
  listenAsNeeded();
  try {
    return await work(own.signal);
  } finally {
    await caughtUp();
    working.delete(own);
    if (waiting !== null && working.size === 0) end(waiting);
    listenAsNeeded();
  }
}

/** A signal that came while nothing waited is told within the next turn but one: the first may be in the middle of its events. */
async function caughtUp(): Promise<void> {
  await nextTurn();
  await nextTurn();
}

function listenAsNeeded(): void {
  const needed = pending.size > 0 || working.size > 0;
  if (needed === listening) return;
  listening = needed;
  const change = needed ? 'on' : 'off';
  process[change]('exit', undoAll);
  for (const signal of SIGNALS) process[change](signal, interrupted);
}

function interrupted(signal: NodeJS.Signals): void {
  if (working.size === 0) return end(signal);
  waiting ??= signal;
  for (const own of working) own.abort();
}

/** Ends the process by the very signal, as if nobody had listened, unless somebody else listens too. */
function end(signal: NodeJS.Signals): void {
  waiting = null;
  undoAll();
  listenAsNeeded();
  if (process.listenerCount(signal) > 0) return;
  process.kill(process.pid, signal);
  // The first process of a container outlives its own signal. Shells tell of the others in the same number.
  process.exit(128 + constants.signals[signal]);
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
