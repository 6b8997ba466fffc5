import { setTimeout as delay } from 'node:timers/promises';

/** An election takes a second or two; what hasn't recovered by then, even on a very busy machine, needs help. */
const timeoutMs = 240_000;

/** Rejects, saying what was waited for, if it takes so long that it won't come any more. */
export async function inTime(work: Promise<unknown>, what: string): Promise<void> {
  const timer = new AbortController();
  const tooLate = delay(timeoutMs, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`Waited ${timeoutMs} ms in vain for ${what}.`);
  });
  try {
    await Promise.race([work, tooLate]);
  } finally {
    timer.abort();
    tooLate.catch(() => undefined);
  }
}
