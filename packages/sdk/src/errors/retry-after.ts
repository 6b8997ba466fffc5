/** Reads `Retry-After`, which is a number of seconds or an HTTP date, as seconds from now; null when there is none. */
export function readRetryAfterSeconds(headers: Headers): number | null {
  const value = headers.get('retry-after');
  if (value === null) return null;
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value);

  // The server's own clock, if it shows it: the two machines' clocks may be far apart.
  const sentAtMs = Date.parse(headers.get('date') ?? '') || Date.now();
  const seconds = (Date.parse(value) - sentAtMs) / 1_000;
  return Number.isNaN(seconds) ? null : Math.max(seconds, 0);
}
