import type { ReadOperation } from '../../operation.ts';
import { platformPartition, usagePartition } from '../../partitions.ts';
import { accepted, isRefused } from '../../shared/outcomes.ts';
import type { CapacityContext } from '../context.ts';
import { parseGridWindow } from '../interval-input.ts';
import { ratesAt, readSettings, settingsKeyOf } from '../platform-settings.ts';
import { readReserved } from '../state.ts';
import { toGridTime, toWireRange } from '../wire.ts';
import { addUp, settleInterval } from './charges.ts';
import { readUsageIntervals } from './usage-intervals.ts';

export const getCapacityUsage: ReadOperation<'getCapacityUsage', CapacityContext> = (
  caller,
  { query },
  { settings },
) => {
  const range = parseGridWindow(query);
  if (isRefused(range)) return range;
  const [platform, org] = [platformPartition(caller.environment), usagePartition(caller)];
  return {
    partitions: [platform, org],
    reads: [settingsKeyOf(platform)],
    run(records, nowMs) {
      const stored = readSettings(records, platform, settings);
      const reservedAt = readReserved(records, platform, caller.tenantId, range);
      const untilSecond = Math.ceil(nowMs / 1_000);
      const settled = readUsageIntervals(records, org, range).map((usage, index) => {
        const interval = range.fromInterval + index;
        const reservedGb = reservedAt(interval);
        const rates = ratesAt(stored, interval);
        return { interval, reservedGb, ...settleInterval(interval, usage, reservedGb, untilSecond, rates) };
      });
      const intervals = settled.map(({ interval, ...amounts }) => {
        return { startsAt: toGridTime(interval), endsAt: toGridTime(interval + 1), ...amounts };
      });
      return accepted({ ...toWireRange(range), intervals, totals: addUp(settled) });
    },
  };
};
