const quarterMs = 15 * 60 * 1_000;
const dayMs = 24 * 60 * 60 * 1_000;

const date = '\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\\d|2[0-8])';
const timeOfDay = '(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?';

/**
 * The form of a time, in the syntax that JavaScript and Python share. Days that not every month has are left out: what
 * isn't of this form stays as it was made up, and only a time may pass for one.
 */
export const timeForm = `${date}T${timeOfDay}(?:Z|\\+00:00)`;

/** Intervals of 15 minutes from tomorrow on: far enough ahead to be booked as long as a run may take. */
export function intervalsAhead(count: number): readonly { readonly startsAt: string; readonly endsAt: string }[] {
  const firstMs = Math.ceil((Date.now() + dayMs) / dayMs) * dayMs;
  return Array.from({ length: count }, (_, index) => {
    const startMs = firstMs + index * quarterMs;
    return { startsAt: toTime(startMs), endsAt: toTime(startMs + quarterMs) };
  });
}

/** Times on the grid with up to 35 days between them. */
export function rangesAhead(): readonly { readonly from: string; readonly to: string }[] {
  const [{ startsAt: from } = { startsAt: '' }] = intervalsAhead(1);
  const lengthsMs = [quarterMs, 3 * quarterMs, dayMs, 7 * dayMs, 35 * dayMs];
  return lengthsMs.map((lengthMs) => ({ from, to: toTime(Date.parse(from) + lengthMs) }));
}

/** Times of the last minutes, one a minute. */
export function recentTimes(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => new Date(Date.now() - index * 60_000).toISOString());
}

function toTime(atMs: number): string {
  return new Date(atMs).toISOString().replace('.000Z', 'Z');
}
