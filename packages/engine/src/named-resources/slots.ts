import type { Slot } from './records.ts';
import type { ResourceState, ResourceView } from './state.ts';

/**
 * Slots of a pool in chunks, and a summary over the chunks: each says when its earliest slot is free. So the lowest
 * free slot of 10,000 is found by reading two lists of at most a hundred times, whether the pool is empty or full, and
 * a slot whose lock has lapsed is free without anybody having tidied it up.
 */
const slotsPerChunk = 100;

/** Stands for "doesn't lapse" among times. */
export const neverMs = Number.MAX_SAFE_INTEGER;

/** The most slots that a pool can have. */
export const largestCapacity = 10_000;

export function slotName({ pool, number }: Slot): string {
  return `${pool}_${number}`;
}

/** The slot that a name would be if its first part is a pool: `Printer_7` is slot 7 of `Printer`. */
export function parseSlotName(name: string): Slot | undefined {
  if (!name.includes('_')) return undefined;
  const match = /^(.+)_(0|[1-9][0-9]{0,8})$/su.exec(name);
  return match?.[1] === undefined ? undefined : { pool: match[1], number: Number(match[2]) };
}

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

/** When the first of the slots below `capacity` will be free; undefined if none of them lapses by itself. */
export function nextFreeAtMs(view: ResourceView, pool: string, capacity: number): number | undefined {
  const wholeChunks = Math.floor(capacity / slotsPerChunk);
  const summary = view.slotSummary(pool)?.freeAtMs ?? [];
  const rest = view.slotChunk(pool, wholeChunks)?.freeAtMs ?? [];
  const earliest = Math.min(...summary.slice(0, wholeChunks), ...rest.slice(0, capacity % slotsPerChunk));
  return earliest < neverMs ? earliest : undefined;
}

/** Numbers of all slots that have a lock with claims, lapsed ones too, with the time at which each is free. */
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

/** Notes when a slot will be free: 0 for now. */
export function setSlotFreeAt(state: ResourceState, { pool, number }: Slot, freeAtMs: number): void {
  const chunk = Math.floor(number / slotsPerChunk);
  if (freeAtMs === 0 && state.slotChunk(pool, chunk) === undefined) return; // The pool is no more.
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

/** Forgets the slots of a pool that is no more. */
export function forgetSlots(state: ResourceState, pool: string): void {
  state.deleteSlots(pool, state.slotSummary(pool)?.freeAtMs.length ?? 0);
}
