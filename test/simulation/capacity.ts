import type { CapacityCalendar, CapacityReservationPage } from '@holdfast/contract';

import { capacity as history } from '../histories/capacity.ts';
import type { Answer, Command } from '../histories/capacity/commands.ts';
import { groupsOf, orgs, startOf, usualLimits } from '../histories/capacity/objects.ts';
import { toRequest } from '../histories/capacity/to-request.ts';
import type { ReceivedAnswer } from './clients/network.ts';
import { apiKeys, get, write } from './family.ts';
import type { Ask, Org, SimulatedFamily } from './family.ts';
import { worldBeginsMs } from './world/simulated-clock.ts';

const dayMs = 86_400_000;

/** Some worlds begin a day after the others, and last beyond midnight. */
const daysOfWorlds = 3;

/** Two orgs that book from one platform, with limits that change. */
export const capacity: SimulatedFamily = {
  name: 'capacity',
  history,
  prepare() {
    const body = { platform_capacity_gb: usualLimits.platformGb, org_cap_gb: usualLimits.orgGb };
    return [write(apiKeys.first, { operationId: 'updateCapacityLimits', body })];
  },
  toRequest(command) {
    const asked = command as Command;
    const org = asked.type === 'limit' ? 'first' : asked.org;
    const isWrite = asked.type === 'limit' || asked.type === 'reserve';
    return { apiKey: apiKeys[org], request: toRequest(asked), isWrite };
  },
  toAnswer: (command, answer) => toAnswer(command as Command, answer),
  /** Nothing lapses. */
  checkLapsed: async () => [],
  checkSwept,
};

function toAnswer({ type }: Command, { status, body }: ReceivedAnswer): Answer {
  if (status !== 200 && status !== 409) throw new Error(`${type} got ${status}: ${body}`);
  return { status, body: JSON.parse(body) as unknown };
}

/** The bookings of an org add up to what the calendar says is reserved. */
async function checkSwept(ask: Ask, scope: string): Promise<readonly string[]> {
  const broken: string[] = [];
  for (const org of orgs) {
    const listed = await readBookedGb(ask, org);
    for (const { name } of groupsOf(scope)) {
      for (const { startsAt, reservedGb } of await readCalendar(ask, org, name)) {
        const bookedGb = listed.get(startsAt) ?? 0;
        if (bookedGb === reservedGb) continue;
        broken.push(`The ${org} org has booked ${bookedGb} GB at ${startsAt}, and ${reservedGb} GB count.`);
      }
    }
  }
  return broken;
}

async function readBookedGb(ask: Ask, org: Org): Promise<ReadonlyMap<string, number>> {
  const query = { from: toTime(worldBeginsMs), to: toTime(worldBeginsMs + daysOfWorlds * dayMs), limit: '100' };
  const request = get(apiKeys[org], { operationId: 'listCapacityReservations', query });
  const booked = new Map<string, number>();
  for (const { intervals } of (await ask<CapacityReservationPage>(request)).reservations) {
    for (const { startsAt, capacityGb } of intervals) booked.set(startsAt, (booked.get(startsAt) ?? 0) + capacityGb);
  }
  return booked;
}

async function readCalendar(ask: Ask, org: Org, group: string): Promise<CapacityCalendar['intervals']> {
  const query = { from: startOf(group, 0), to: startOf(group) };
  return (await ask<CapacityCalendar>(get(apiKeys[org], { operationId: 'getCapacityCalendar', query }))).intervals;
}

function toTime(ms: number): string {
  return new Date(ms).toISOString();
}
