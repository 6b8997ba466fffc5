import type { Environment } from '@holdfast/engine';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** A deterministic environment. It needs no timers, so tests may fake them. */
export function createMockEnvironment(now: () => number, newToken: () => string): Environment {
  const digest = (text: string) => bytesToHex(sha256(utf8ToBytes(text)));
  return {
    now,
    // No real time passes here, so no deadline ever does.
    elapsedMs: () => 0,
    newToken,
    newUuid: () => toUuid(digest(newToken())),
    sha256: digest,
    schedule: (task) => void Promise.resolve().then(task),
    delay: () => Promise.resolve(),
    random: () => 0.5,
  };
}

/** A UUID (RFC 9562, version 4) that looks as random as the hexadecimal digits that it is made of. */
function toUuid(digits: string): string {
  const variant = ((Number.parseInt(digits.charAt(16), 16) & 0b11) | 0b1000).toString(16);
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    `${variant}${digits.slice(17, 20)}`,
    digits.slice(20, 32),
  ].join('-');
}
