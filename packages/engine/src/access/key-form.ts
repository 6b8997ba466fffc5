/**
 * The form of API keys: `hf_live_` or `hf_test_`, 43 base62 characters (256 random bits) and 6 of the CRC32 of all
 * before; of tokens as well. A key with a typing error, or a guess, is known by its checksum, without asking the store.
 */

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const secretLength = 43;
const checksumLength = 6;

const checkedForm = new RegExp(
  `^hf_(?:live|test|token|session|start)_[0-9A-Za-z]{${secretLength + checksumLength}}$`,
  'u',
);

export type KeyPrefix = 'hf_live_' | 'hf_test_' | 'hf_token_' | 'hf_session_' | 'hf_start_';

/** @param seed - 64 hexadecimal digits: 256 random bits. */
export function toKeyText(prefix: KeyPrefix, seed: string): string {
  let secret = '';
  for (let rest = BigInt(`0x${seed}`); secret.length < secretLength; rest /= 62n) {
    secret = digits.charAt(Number(rest % 62n)) + secret;
  }
  return prefix + secret + checksumOf(prefix + secret);
}

/**
 * Whether a key has this form: `wrong` if so, but for its checksum; `other` for a key from before this form, one that
 * its operator chose, and anything else.
 */
export function checkKeyForm(key: string): 'right' | 'wrong' | 'other' {
  if (!checkedForm.test(key)) return 'other';
  return key.endsWith(checksumOf(key.slice(0, -checksumLength))) ? 'right' : 'wrong';
}

/** What is shown of a key, enough to recognise it: `hf_live_x310…VsBWd`. */
export function displayOf(key: string): string {
  return `${key.slice(0, 12)}…${key.slice(-5)}`;
}

function checksumOf(text: string): string {
  let checksum = '';
  for (let rest = crc32(text); checksum.length < checksumLength; rest = Math.floor(rest / 62)) {
    checksum = digits.charAt(rest % 62) + checksum;
  }
  return checksum;
}

/** CRC-32 as in ISO 3309 and zlib, of an ASCII text. */
function crc32(text: string): number {
  let crc = 0xff_ff_ff_ff;
  for (let index = 0; index < text.length; index++) {
    crc = (crc >>> 8) ^ (crcTable[(crc ^ text.charCodeAt(index)) & 0xff] ?? 0);
  }
  return (crc ^ 0xff_ff_ff_ff) >>> 0;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xed_b8_83_20 : crc >>> 1;
  return crc;
});
