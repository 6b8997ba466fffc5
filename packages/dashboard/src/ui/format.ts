const integers = new Intl.NumberFormat('en');
const times = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' });
const credits = new Intl.NumberFormat('en', { minimumFractionDigits: 0, maximumFractionDigits: 3 });

/** `12,345` */
export function formatNumber(value: number): string {
  return integers.format(value);
}

/** `1 event`, `12 events` */
export function countOf(count: number, noun: string): string {
  return `${formatNumber(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Credits, from the millicredits that the API counts in: `1,250.5`. */
export function formatCredits(millicredits: number): string {
  return credits.format(`${millicredits}e-3` as `${number}`); // As text: exact, however much it is.
}

/** A time in the reader's zone, from RFC 3339. */
export function formatTime(at: string): string {
  return times.format(new Date(at));
}

/** The largest units: `2 d 4 h`, `3 min 20 s`, `12 s`. */
export function formatDuration(durationMs: number, mostUnits = 2): string {
  const seconds = Math.max(0, Math.round(durationMs / 1_000));
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  if (first === -1) return '0 s';
  const shown = parts.slice(first, first + mostUnits).filter(([count]) => count > 0);
  return shown.map(([count, unit]) => `${count} ${unit}`).join(' ');
}
