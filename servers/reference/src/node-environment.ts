import { hash, randomFillSync, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import type { Environment } from '@holdfast/engine';

const tokenBytes = 24;

/** The engine's environment in Node. `now` is the clock, in epoch milliseconds. */
export function createNodeEnvironment(now: () => number): Environment {
  return {
    now,
    elapsedMs: () => performance.now(),
    newToken: createTokenSource(),
    newUuid: randomUUID,
    sha256: (text) => hash('sha256', text),
    schedule: setImmediate,
    delay: (milliseconds) => delay(milliseconds),
    random: Math.random,
  };
}

/** Tokens of 192 random bits. Every request needs one, so random bytes are drawn in bulk. */
function createTokenSource(): () => string {
  const pool = Buffer.alloc(tokenBytes * 128);
  let used = pool.length;
  return () => {
    if (used === pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    used += tokenBytes;
    return pool.toString('base64url', used - tokenBytes, used);
  };
}
