import type { Caller } from '../load/driver.ts';
import { timed } from '../load/timed.ts';

/** How many names each caller goes round: as for Holdfast. */
const namesPerCaller = 1_000;

/** For how long locks are taken: as for Holdfast. */
export const ttlMs = 60_000;

/** Takes a lock; resolves to what gives it back. Both reject if they haven't done so. */
export type Acquire = (name: string) => Promise<() => Promise<unknown>>;

/** One caller that takes and gives back one lock after the other with something else than Holdfast. */
export function createLockCaller(index: number, acquire: Acquire): Caller {
  let count = 0;
  return async (tally) => {
    const name = `bench/${index}/${count % namesPerCaller}`;
    count += 1;
    try {
      const release = await timed(tally, () => acquire(name));
      await timed(tally, release);
      tally.unitsDone(1);
    } catch (error) {
      tally.wrongAnswer(String(error));
    }
    return true;
  };
}
