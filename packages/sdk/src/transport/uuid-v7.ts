const mostCount = 4_095;

/** What the latest UUID began with: milliseconds since 1970, and what tells apart those of one millisecond. */
let latestMs = 0;
let count = 0;

/**
 * A UUID of version 7 (RFC 9562): greater as text than every one before it in this program, also within a millisecond
 * and when the clock is set back. Keys that begin with the time lie side by side in the server's tables, where random
 * ones would be spread over all of them. What keeps those of different programs apart, and can't be guessed, are the 62
 * random bits at its end, and in each millisecond a random beginning of the count.
 *
 * `crypto.randomUUID` would be of version 4, and is missing on pages that aren't served over HTTPS.
 */
export function uuidV7(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const nowMs = Date.now();
  if (nowMs > latestMs) startMillisecond(nowMs, bytes);
  else if (count < mostCount) count += 1;
  else startMillisecond(latestMs + 1, bytes);

  bytes[6] = 0x70 | (count >> 8);
  bytes[7] = count & 0xff;
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  const [, , , , , , ...last] = bytes;
  const hex = latestMs.toString(16).padStart(12, '0') + last.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** The count begins in its lower half, so that there is room above it. When that is used up, the next millisecond is. */
function startMillisecond(timeMs: number, bytes: Uint8Array): void {
  latestMs = timeMs;
  count = ((bytes[6]! & 0x07) << 8) | bytes[7]!;
}
