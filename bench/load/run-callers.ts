import { setTimeout as delay } from 'node:timers/promises';

import type { Driver, SamplePlan } from './driver.ts';
import { Tally } from './tally.ts';
import type { Sample } from './tally.ts';

/** Runs all callers side by side, each without a pause, and counts what they do after the warm-up. */
export async function runCallers({ callers }: Driver, { warmUpMs, measureMs }: SamplePlan): Promise<Sample> {
  const tally = new Tally();
  let isOver = false;
  const loops = callers.map(async (caller) => {
    while (!isOver && (await caller(tally)));
  });
  const allDone = Promise.all(loops);
  if (warmUpMs > 0) await Promise.race([allDone, delay(warmUpMs)]);
  tally.open();
  await Promise.race([allDone, ...(measureMs === undefined ? [] : [delay(measureMs)])]);
  tally.close();
  isOver = true;
  await allDone;
  return tally.toSample();
}
