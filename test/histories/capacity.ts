import type { CapacityNotAvailableProblem } from '@holdfast/contract';

import { CapacityClient } from './capacity/capacity-client.ts';
import { capacitySpec } from './capacity/capacity-spec.ts';
import type { Answer, Command } from './capacity/commands.ts';
import { describeCall } from './capacity/describe-call.ts';
import { daysBefore, usualLimits } from './capacity/objects.ts';
import type { State } from './capacity/spec-state.ts';
import { toRequest } from './capacity/to-request.ts';
import type { Family } from './family.ts';
import { asFamily } from './family.ts';
import { prepareWith } from './prepare-with.ts';

/** Histories are over that many seeds later: few are recorded at the same time. */
const seedsUntilOver = 100;

const family: Family<Command, Answer, State> = {
  name: 'capacity',
  usualHistoryCount: { few: 8, many: 50 },
  async prepare(server, scope, options) {
    const { platformGb, orgGb } = usualLimits;
    const nothing = { platform_capacity_gb: null, org_cap_gb: null };
    const bodies = [
      { platform_capacity_gb: platformGb, org_cap_gb: orgGb },
      // The server keeps only so many ranges.
      { ...nothing, ...daysBefore(scope, 2 * seedsUntilOver, seedsUntilOver) },
    ];
    for (const body of bodies) {
      await prepareWith(server, { operationId: 'updateCapacityLimits', body }, options);
    }
  },
  createClient: (options) => new CapacityClient(options),
  async send({ wire, otherOrgsWire }, command, options) {
    const client = command.type !== 'limit' && command.org === 'second' ? otherOrgsWire : wire;
    const { status, body } = await client.send(toRequest(command), options);
    if (status !== 200 && status !== 409) throw new Error(`${command.type} got ${status}: ${body}`);
    return { status, body: JSON.parse(body) as unknown };
  },
  split: (operation, answer) => {
    const isRead = operation.type === 'quote' || operation.type === 'calendar';
    return isRead && answer === undefined ? [] : [{ key: operation.group, operation, answer }];
  },
  placeUnanswered: (calls) => calls,
  specOf: capacitySpec,
  describe: describeCall,
  expectedCoverage: [
    'reserve 200',
    'reserve insufficient_capacity',
    'reserve concurrent_write',
    'reserve refused in part',
    'quote 200',
    'quote insufficient_capacity',
    'calendar 200',
    'limit 200',
  ],
  coverageOf: (command, { status, body }) => {
    const { type } = command;
    if (status === 200) return [`${type} 200`];
    const { intervals } = body as CapacityNotAvailableProblem;
    const isPart = 'demands' in command && intervals.length < command.demands.length;
    return [...intervals.map(({ reason }) => `${type} ${reason}`), ...(isPart ? [`${type} refused in part`] : [])];
  },
};

/**
 * Reservations of two orgs and reads what they leave, with limits that change. Each group of intervals is an object
 * of its own, in which every interval counts for both orgs.
 */
export const capacity = asFamily(family);
