const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const sha256Pattern = /^[0-9a-f]{64}$/u;

/** Digits that are kept of a digest, each three of which become two characters. */
const keptDigits = 33;

/** What three digits become, by their value. */
const pairs = Array.from({ length: 4_096 }, (_, bits) => `${alphabet[bits >> 6]}${alphabet[bits & 63]}`);

/**
 * The first 132 bits of a SHA-256, given in hexadecimal digits, as 22 characters of base64url: enough to tell one
 * caller's requests apart. Any other text is returned as it is.
 */
export function shortenDigest(digest: string): string {
  if (!sha256Pattern.test(digest)) return digest;
  let text = '';
  for (let index = 0; index < keptDigits; index += 3) {
    text += pairs[(digitAt(digest, index) << 8) | (digitAt(digest, index + 1) << 4) | digitAt(digest, index + 2)];
  }
  return text;
}

function digitAt(digest: string, index: number): number {
  const code = digest.charCodeAt(index);
  return code < 0x3a ? code - 0x30 : code - 0x57;
}
