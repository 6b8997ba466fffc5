import type { Environment } from '@holdfast/engine';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** A deterministic environment. It needs no timers, so tests may fake them. */
export function createMockEnvironment(now: () => number, newToken: () => string): Environment {
  return {
    now,
    // No real time passes here, so no deadline ever does.
    elapsedMs: () => 0,
    newToken,
    sha256: (text) => bytesToHex(sha256(utf8ToBytes(text))),
    schedule: (task) => void Promise.resolve().then(task),
    delay: () => Promise.resolve(),
    random: () => 0.5,
  };
}
