import type { Slot } from './records.ts';
import type { ResourceState, ResourceView } from './state.ts';

/**
 * A pool's slots in chunks, with a summary that says when each chunk's earliest slot is free. The lowest free slot of
 * 10,000 is found by reading two lists of at most a hundred times, whether the pool is empty or full; a lapsed slot is
 * free without a sweep.
 */
const slotsPerChunk = 100;

/** The time of what never lapses. */
export const neverMs = Number.MAX_SAFE_INTEGER;

/** The most slots that a pool can have. */
export const largestCapacity = 10_000;

/** Numbers of the pool's free slots below `capacity`, lowest first. */
export function* freeSlots(view: ResourceView, pool: string, capacity: number, nowMs: number): Generator<number> {
  const summary = view.slotSummary(pool)?.freeAtMs ?? [];
  for (let first = 0; first < capacity; first += slotsPerChunk) {
    const chunk = first / slotsPerChunk;
    if ((summary[chunk] ?? 0) > nowMs) continue;
    const freeAtMs = view.slotChunk(pool, chunk)?.freeAtMs ?? [];
    const end = Math.min(capacity - first, slotsPerChunk);
    for (let index = 0; index < end; index++) {
      if ((freeAtMs[index] ?? 0) <= nowMs) yield first + index;
    }
  }
}

/** When the first slot below `capacity` will be free; undefined if none of them lapses. */
export function nextFreeAtMs(view: ResourceView, pool: string, capacity: number): number | undefined {
  const wholeChunks = Math.floor(capacity / slotsPerChunk);
  const summary = view.slotSummary(pool)?.freeAtMs ?? [];
  const rest = view.slotChunk(pool, wholeChunks)?.freeAtMs ?? [];
  const earliest = Math.min(...summary.slice(0, wholeChunks), ...rest.slice(0, capacity % slotsPerChunk));
  return earliest < neverMs ? earliest : undefined;
}

/** All slots whose lock has claims, lapsed ones included, with the time at which each is free. */
export function occupiedSlots(view: ResourceView, pool: string): readonly { number: number; freeAtMs: number }[] {
  const summary = view.slotSummary(pool)?.freeAtMs ?? [];
  const chunks: (readonly number[])[] = [];
  view.forEach([...summary.keys()], (chunk) => {
    chunks[chunk] = view.slotChunk(pool, chunk)?.freeAtMs ?? [];
  });
  return chunks.flatMap((times, chunk) =>
    times.flatMap((freeAtMs, index) => (freeAtMs > 0 ? [{ number: chunk * slotsPerChunk + index, freeAtMs }] : [])),
  );
}

/** Records when a slot will be free; 0: now. */
export function setSlotFreeAt(state: ResourceState, { pool, number }: Slot, freeAtMs: number): void {
  const chunk = Math.floor(number / slotsPerChunk);
  if (freeAtMs === 0 && state.slotChunk(pool, chunk) === undefined) return; // The pool was deleted.
  const times = [...(state.slotChunk(pool, chunk)?.freeAtMs ?? Array.from({ length: slotsPerChunk }, () => 0))];
  times[number % slotsPerChunk] = freeAtMs;
  state.putSlotChunk(pool, chunk, { freeAtMs: times });

  const summary = [...(state.slotSummary(pool)?.freeAtMs ?? [])];
  while (summary.length <= chunk) summary.push(0);
  const earliest = Math.min(...times);
  if (summary[chunk] === earliest && state.slotSummary(pool) !== undefined) return;
  summary[chunk] = earliest;
  state.putSlotSummary(pool, { freeAtMs: summary });
}

/** Deletes the slots of a deleted pool. */
export function forgetSlots(state: ResourceState, pool: string): void {
  state.deleteSlots(pool, state.slotSummary(pool)?.freeAtMs.length ?? 0);
}
