import { setImmediate } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { Metrics } from './metrics.ts';

test('are written down once a turn of the event loop, however many ask for them', async () => {
  const metrics = new Metrics();
  const [first, second] = [await metrics.text(), await metrics.text()];
  expect(second).toBe(first);
  expect(first.toString()).toContain('holdfast_sweeps_total');
  metrics.sweeper.succeeded();
  await setImmediate();
  expect((await metrics.text()).toString()).toContain('holdfast_sweeps_total{result="succeeded"} 1');
});
