import { lines } from '../seeded-bug.ts';
import type { SeededBug, Watcher } from '../seeded-bug.ts';

const source = 'packages/engine/src/capacity';
const rules: Watcher = { file: `${source}/bookings/rules.test.ts` };
const limits: Watcher = { file: `${source}/limits.test.ts` };
const usage: Watcher = { file: `${source}/usage/usage.test.ts` };
const programs: Watcher = { file: 'test/overbooking/memory.test.ts', env: { RUNS: '60', SEED: '1' } };
const crashes: Watcher = {
  file: 'test/faults/crash.test.ts',
  env: { CRASHES: '4', CRASH_SEED: '1', TARGETS: 'memory' },
};

/** A server in a process of its own, and 200 callers. */
const callers: Watcher = { file: 'test/processes/overbooking.test.ts', env: { TARGETS: 'memory' } };

const scenario = (name: string): Watcher => ({
  file: `test/scenarios/capacity/${name}.test.ts`,
  env: { TARGETS: 'memory' },
});

export const capacity: readonly SeededBug[] = [
  {
    id: 'platform-unchecked',
    mistake: 'A booking is held against its org’s cap, and not against what all orgs have booked.',
    edits: [
      {
        file: `${source}/bookings/rules.ts`,
        find: 'Math.max(0, Math.min(leftOfPlatform, room.reservationLimitGb - room.reservedGb))',
        replace: 'Math.max(0, room.reservationLimitGb - room.reservedGb)',
      },
    ],
    watchers: [rules, programs, callers, scenario('races')],
  },
  {
    id: 'last-gb-refused',
    mistake: 'A booking that takes exactly what is left is refused.',
    edits: [
      {
        file: `${source}/bookings/rules.ts`,
        find: 'return demand.capacityGb > reservableGb(room) ?',
        replace: 'return demand.capacityGb >= reservableGb(room) ?',
      },
    ],
    watchers: [rules, programs, scenario('reserveCapacity')],
  },
  {
    id: 'partly-booked',
    mistake: 'Intervals are booked as they are found to fit, also when a later one doesn’t.',
    edits: [
      {
        file: `${source}/bookings/rules.ts`,
        find: 'if (tooMuch.length > 0) return { shortfalls: explain(state, tooMuch, command.arrival) };',
        replace: lines(
          'const failing = new Set(tooMuch.map(({ demand }) => demand));',
          '  state.reserve(command.demands.filter((demand) => !failing.has(demand)));',
          '  if (tooMuch.length > 0) return { shortfalls: explain(state, tooMuch, command.arrival) };',
        ),
      },
      { file: `${source}/bookings/rules.ts`, find: '\n  state.reserve(command.demands);\n', replace: '\n' },
    ],
    watchers: [rules, programs, crashes, scenario('reserveCapacity')],
  },
  {
    id: 'day-after-midnight',
    mistake: 'The days of a range end with the one in which its last interval ends, which leaves one out.',
    edits: [
      {
        file: `${source}/intervals.ts`,
        find: 'length: dayOf(toInterval - 1) - first + 1 }',
        replace: 'length: dayOf(toInterval) - first }',
      },
    ],
    watchers: [scenario('getCapacityUsage')],
  },
  {
    id: 'lead-time-late',
    mistake: 'An interval can’t be booked any more in the very millisecond 30 minutes before it.',
    edits: [
      {
        file: `${source}/intervals.ts`,
        find: 'startOf(interval) >= nowMs + leadTimeMs',
        replace: 'startOf(interval) > nowMs + leadTimeMs',
      },
    ],
    watchers: [scenario('time')],
  },
  {
    id: 'interval-twice',
    mistake: 'An interval counts as named twice only if it is written in the same way.',
    edits: [
      {
        file: `${source}/interval-input.ts`,
        find: 'new Map<number, number>()',
        replace: 'new Map<string, number>()',
      },
      {
        file: `${source}/interval-input.ts`,
        find: 'indexes.get(demand.interval)',
        replace: 'indexes.get(interval.startsAt)',
      },
      {
        file: `${source}/interval-input.ts`,
        find: 'indexes.set(demand.interval, index)',
        replace: 'indexes.set(interval.startsAt, index)',
      },
    ],
    watchers: [scenario('reserveCapacity')],
  },
  {
    id: 'cap-for-all-first',
    mistake: 'A range that was set for all orgs goes before the cap of the org itself.',
    edits: [
      {
        file: `${source}/limits.ts`,
        find: 'inRange(org, interval) ?? org.gb ?? inRange(orgs, interval) ?? orgs.gb',
        replace: 'inRange(org, interval) ?? inRange(orgs, interval) ?? org.gb ?? orgs.gb',
      },
    ],
    watchers: [limits, programs],
  },
  {
    id: 'list-oldest-first',
    mistake: 'The list goes from the oldest reservation to the newest.',
    edits: [{ file: `${source}/bookings/read-operations.ts`, find: 'descending: true,\n', replace: '' }],
    watchers: [scenario('listCapacityReservations'), crashes],
  },
  {
    id: 'race-unseen',
    mistake: 'Whether somebody was faster is judged by what is left now, and not by what was when the request arrived.',
    edits: [
      {
        file: `${source}/bookings/rules.ts`,
        find: 'reservableGb(roomAtArrival.get(demand.interval) ?? room);',
        replace: 'reservableGb(room);',
      },
    ],
    watchers: [rules, callers, scenario('races')],
  },
  {
    id: 'race-by-clock',
    mistake: 'Whatever was booked in the millisecond in which a request arrived counts as a race that it lost.',
    edits: [
      { file: `${source}/bookings/rules.ts`, find: '    if (arrival.sawBefore(booking)) continue;\n', replace: '' },
    ],
    watchers: [rules, scenario('races')],
  },
  {
    id: 'late-sample',
    mistake: 'A sample that comes late leaves the next one as far above the one before it as it was.',
    edits: [
      {
        file: `${source}/usage/samples.ts`,
        find: '  changes.put(sampleKind, partition, next.id, { ...next.value, memoryGbBefore });\n',
        replace: '',
      },
    ],
    watchers: [usage, scenario('recordCapacityUsage')],
  },
  {
    id: 'cost-down',
    mistake: 'Costs are rounded down.',
    edits: [
      {
        file: `${source}/amounts.ts`,
        find: '* 2n + secondsPerHour) / (secondsPerHour * 2n)',
        replace: ') / secondsPerHour',
      },
    ],
    watchers: [usage, scenario('getCapacityUsage')],
  },
  {
    id: 'told-too-short',
    mistake: 'A booking is announced as if it ended where its last interval starts.',
    edits: [
      {
        file: `${source}/bookings/announce-booking.ts`,
        find: 'interval + count));',
        replace: 'interval + count - 1));',
      },
    ],
    watchers: [scenario('reserveCapacity')],
  },
];
