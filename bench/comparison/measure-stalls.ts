import { setTimeout as delay } from 'node:timers/promises';

import { longestEventLoopLagMs } from '../holdfast/event-loop-lag.ts';
import { LoadProcess } from '../load/load-process.ts';
import { probeDriver } from '../load/probe-driver.ts';
import type { ProbeOptions } from '../load/probe-driver.ts';
import type { BenchRun } from './bench-run.ts';
import type { Contender } from './compare.ts';

/** The longest that a request waited which needs next to no work, as its client saw it. */
const probeMaximum = 'probe max ms';
/** The longest that the server's event loop was busy at a stretch. */
export const loopMaximum = 'event loop stall ms';

/** Adds to a contender's samples how long its server, which must be a Holdfast server, stalled at most. */
export function measureStalls(run: BenchRun, contender: Contender, url: string): Contender {
  const load = run.use(new LoadProcess());
  const options: ProbeOptions = { url, path: '/healthz', pauseMs: 2 };
  return {
    name: contender.name,
    sample: async (plan) => {
      // Asking starts a new stretch, so that what the warm-up did isn't counted.
      const startStretch = delay(plan.warmUpMs).then(() => longestEventLoopLagMs(url));
      const [sample, probe] = await Promise.all([
        contender.sample(plan),
        load.sample(probeDriver, options, plan),
        startStretch,
      ]);
      const extra = { [probeMaximum]: probe.latencyMs.max, [loopMaximum]: await longestEventLoopLagMs(url) };
      return { ...sample, extra: { ...sample.extra, ...extra } };
    },
  };
}
