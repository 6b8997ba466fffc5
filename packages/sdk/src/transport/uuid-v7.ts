/** What the latest UUID began with: 48 bits of milliseconds since 1970, and 12 of a count. */
let latest = 0n;

/**
 * A UUID of version 7 (RFC 9562): greater as text than every one before it in this program, also within a millisecond
 * and when the clock is set back. Keys that begin with the time lie side by side in the server's tables, where random
 * ones would be spread over all of them. What keeps those of different programs apart, and can't be guessed, are the 62
 * random bits at its end, and in each millisecond a random beginning of the count.
 *
 * `crypto.randomUUID` would be of version 4, and is missing on pages that aren't served over HTTPS.
 */
export function uuidV7(): string {
  const [start, variant, ...others] = crypto.getRandomValues(new Uint16Array(5));
  // The count begins in its lower half, so that there is room above it. When that is used up, it carries into the time.
  const now = (BigInt(Date.now()) << 12n) | BigInt(start! & 0x7_ff);
  latest = now >> 12n > latest >> 12n ? now : latest + 1n;
  const beginning = latest.toString(16).padStart(15, '0');
  const [first, ...rest] = [0x80_00 | (variant! & 0x3f_ff), ...others].map((word) =>
    word.toString(16).padStart(4, '0'),
  );
  return `${beginning.slice(0, 8)}-${beginning.slice(8, 12)}-7${beginning.slice(12)}-${first}-${rest.join('')}`;
}
