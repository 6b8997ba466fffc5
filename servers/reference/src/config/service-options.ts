import type { ServiceOptions } from '@holdfast/engine';

import type { ServerConfig } from './config.ts';

const millisecondsPerDay = 86_400_000;

/** What the engine is run with. */
export function toServiceOptions(config: ServerConfig, mostSettledAtOnce?: number): ServiceOptions {
  return {
    requestTimeoutMs: config.requestTimeoutMs,
    requireRegistration: config.requireRegistration,
    eventHistoryMs: config.eventHistoryDays * millisecondsPerDay,
    platformCapacityGb: config.platformCapacityGb,
    orgCapGb: config.orgCapGb,
    reservedMicrosPerGbHour: config.reservedMicrosPerGbHour,
    onDemandMicrosPerGbHour: config.onDemandMicrosPerGbHour,
    ...(mostSettledAtOnce === undefined ? {} : { mostSettledAtOnce }),
  };
}
