import type { Environment } from '@holdfast/engine';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** An environment in which nothing is left to chance. It needs no timers, so tests may fake them. */
export function createMockEnvironment(now: () => number, newToken: () => string): Environment {
  return {
    now,
    // Deadlines are for busy stores; here no real time passes.
    elapsedMs: () => 0,
    newToken,
    sha256: (text) => bytesToHex(sha256(utf8ToBytes(text))),
    schedule: (task) => void Promise.resolve().then(task),
    delay: () => Promise.resolve(),
    random: () => 0.5,
  };
}
