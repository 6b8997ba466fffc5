import type { WireRequest } from '../../faults/wire-client.ts';
import type { Command, Demand } from './commands.ts';
import { startOf } from './objects.ts';

export function toRequest(command: Command): WireRequest {
  const { group } = command;
  const [from, to] = [startOf(group, 0), startOf(group)];
  switch (command.type) {
    case 'reserve':
      return { operationId: 'reserveCapacity', body: { intervals: toIntervals(group, command.demands) } };
    case 'quote':
      return { operationId: 'quoteCapacity', body: { intervals: toIntervals(group, command.demands) } };
    case 'calendar':
      return { operationId: 'getCapacityCalendar', query: { from, to } };
    case 'limit': {
      const { platformGb, orgGb } = command.limits;
      const body = { platform_capacity_gb: platformGb, org_cap_gb: orgGb, from, to };
      return { operationId: 'updateCapacityLimits', body };
    }
  }
}

/** In the order of the demands. */
export function toIntervals(group: string, demands: readonly Demand[]) {
  return demands.map(({ interval, capacityGb }) => {
    return { startsAt: startOf(group, interval), endsAt: startOf(group, interval + 1), capacityGb };
  });
}
