import { hash, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import type { Environment } from '@holdfast/engine';

/** What a process has around it, but for the time, which is virtual: the world says what it is. */
export function createWorldEnvironment(now: () => number): Environment {
  return {
    now,
    elapsedMs: () => performance.now(),
    newToken: randomUUID,
    newUuid: randomUUID,
    sha256: (text) => hash('sha256', text),
    schedule: setImmediate,
    delay: (milliseconds) => delay(milliseconds),
    random: Math.random,
  };
}
