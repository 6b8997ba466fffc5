/**
 * Loaded into a server before its own code: measures how long its event loop works without a turn, for the parent.
 * While it measures, the loop goes round without ever waiting, so that each round is one turn.
 */

/** The longest that the loop's thread worked between two turns, in milliseconds. */
export interface Longest {
  readonly processorMs: number;
  /** Including all that it waited for: the disk, and other processes on the machine. */
  readonly elapsedMs: number;
}

let isMeasuring = false;
let longest = { processorMs: 0, elapsedMs: 0 };

process.on('message', (message) => {
  if (message === 'begin') {
    longest = { processorMs: 0, elapsedMs: 0 };
    isMeasuring = true;
    goRound(processorMs(), performance.now());
  } else if (message === 'end') {
    isMeasuring = false;
    setImmediate(() => process.send?.(longest));
  } else if (message === 'compare') {
    process.send?.(measureReference());
  }
});
process.channel?.unref();

function goRound(processorBeforeMs: number, beforeMs: number): void {
  setImmediate(() => {
    const [processorNowMs, nowMs] = [processorMs(), performance.now()];
    longest.processorMs = Math.max(longest.processorMs, processorNowMs - processorBeforeMs);
    longest.elapsedMs = Math.max(longest.elapsedMs, nowMs - beforeMs);
    if (isMeasuring) goRound(processorNowMs, nowMs);
  });
}

/** The processor time of this thread alone: other processes, and what other threads do, don't count. */
function processorMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/** How long this machine takes for a piece of work that is always the same, in milliseconds: the median of several. */
function measureReference(): number {
  const text = JSON.stringify(
    Array.from({ length: 4_000 }, (_, index) => ({ id: `id-${index}`, text: 'x'.repeat(40), index })),
  );
  const times = Array.from({ length: 15 }, () => {
    const startMs = processorMs();
    for (let repetition = 0; repetition < 4; repetition += 1) JSON.stringify(JSON.parse(text));
    return processorMs() - startMs;
  });
  return times.sort((left, right) => left - right)[7] ?? 0;
}
