import type { CapacityCalendar, CapacityNotAvailableProblem } from '@holdfast/contract';

import type { Call } from '../checker/sequential-spec.ts';
import type { Answer, Command } from './commands.ts';
import { startOf } from './objects.ts';
import { intervals } from './spec-state.ts';

/** Such as `second org: reserve 1: 8, 0: 4 → 409, 1: 4 left (concurrent_write)`; intervals are counted from 0. */
export function describeCall({ operation, answer }: Call<Command, Answer>): string {
  const request = describeCommand(operation);
  if (answer === undefined) return `${request} → ?`;
  return `${request} → ${[answer.status, ...describeAnswer(operation, answer)].join(', ')}`;
}

function describeCommand(command: Command): string {
  if (command.type === 'limit') {
    return `limit platform to ${command.limits.platformGb}, orgs to ${command.limits.orgGb}`;
  }
  const demands = 'demands' in command ? command.demands : [];
  const wanted = demands.map(({ interval, capacityGb }) => `${interval}: ${capacityGb}`).join(', ');
  return `${command.org} org: ${command.type} ${wanted}`.trimEnd();
}

function describeAnswer(operation: Command, { status, body }: Answer): readonly string[] {
  const placeOf = (startsAt: string) => intervals.find((interval) => startOf(operation.group, interval) === startsAt);
  if (status === 409) {
    const { intervals: shortfalls } = body as CapacityNotAvailableProblem;
    return shortfalls.map((each) => `${placeOf(each.startsAt)}: ${each.reservableGb} left (${each.reason})`);
  }
  if (operation.type !== 'calendar') return [];
  return (body as CapacityCalendar).intervals.map((row) => {
    return `${placeOf(row.startsAt)}: ${row.reservedGb} of ${row.reservationLimitGb}, ${row.reservableGb} left`;
  });
}
