import type { BenchFamily } from './comparison/bench-case.ts';
import { cost } from './events/cases/cost.ts';
import { deadReceiver } from './events/cases/dead-receiver.ts';
import { deliveries } from './events/cases/deliveries.ts';
import { lag } from './events/cases/lag.ts';
import { streams } from './events/cases/streams.ts';

/** Events: what they cost whoever causes them, and how late they come to streams and webhooks. */
export const webhooks: BenchFamily = {
  name: 'events',
  cases: [...cost, ...lag, ...streams, ...deliveries, ...deadReceiver],
};
