const prefix = 'whsec_';

/** How many bytes a secret has: Standard Webhooks wants so many. */
const length = { least: 24, most: 64 };
const newLength = 32;

/** A secret of 32 bytes, from as many random ones as hexadecimal digits. */
export function toSecret(randomHex: string): string {
  const digits = randomHex.slice(0, 2 * newLength).padEnd(2 * newLength, '0');
  const bytes = Array.from(digits.match(/../gu) ?? [], (pair) => Number.parseInt(pair, 16));
  return `${prefix}${btoa(String.fromCharCode(...bytes))}`;
}

/** The bytes of a secret; undefined for a text that isn't one. */
export function parseSecret(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!text.startsWith(prefix)) return undefined;
  const encoded = text.slice(prefix.length);
  // As others would read it, and nobody in another way: whole groups, and no bits beyond the last byte.
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/u.test(encoded)) return undefined;
  const decoded = atob(encoded);
  if (btoa(decoded) !== encoded || decoded.length < length.least || decoded.length > length.most) return undefined;
  return Uint8Array.from(decoded, (character) => character.charCodeAt(0));
}

/** The bytes of a secret that was checked when it came. */
export function bytesOfSecret(text: string): Uint8Array<ArrayBuffer> {
  const bytes = parseSecret(text);
  if (bytes === undefined) throw new Error('A webhook secret is malformed.');
  return bytes;
}
