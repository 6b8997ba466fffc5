import type { ApiKeyPage, Limits } from '@holdfast/contract';

import { AccessClient } from './administration/access-client.ts';
import { checkLimitsAtRest } from './administration/check-rest.ts';
import { toAnswer, toRequest } from './administration/commands.ts';
import type { Answer, Command } from './administration/commands.ts';
import { drawCrowd } from './administration/crowd.ts';
import { findUnexplained } from './administration/find-unexplained.ts';
import { countedLocks, fixedKeys, limitsOf, platformKey, seededKeys, tiers } from './administration/objects.ts';
import { spreadChanges } from './administration/spread-changes.ts';
import { get, write } from './family.ts';
import type { Ask, RestingWorld, Seen, SimulatedFamily } from './family.ts';

const nothing = { ops_per_minute: null, ops_per_day: null, concurrent_locks: null, api_keys: null };

/** Keys that are created, rotated and revoked, tenants that are suspended, and limits that are used up meanwhile. */
export const administration: SimulatedFamily = {
  name: 'administration',
  history: {
    name: 'administration',
    createClient: (options) => new AccessClient(options),
    describe: ({ operation, answer }) => describe(operation as Command, answer as Answer | undefined),
    expectedCoverage: [
      'create 201',
      'rotate 200',
      'rotate 409',
      'narrow 200',
      'narrow 409',
      'revoke 200',
      'suspend 200',
      'reserve 200',
      'reserve 401',
      'reserve 403',
      'reserve 429',
      'hold 200',
      'hold 429',
      'release 200',
      'look 200',
      'look 401',
      'look 403',
    ],
    coverageOf: (command, answer) => [`${(command as Command).type} ${(answer as Answer).status}`],
  },
  access: { keys: seededKeys, drawCrowd, checkAtRest },
  prepare(scope) {
    const { perMinute, perDay } = limitsOf(scope);
    const byMinute = { ...nothing, event_history_hours: null, ops_per_minute: perMinute };
    const byDay = { ...nothing, event_history_hours: null, ops_per_day: perDay };
    const byLocks = { ...nothing, event_history_hours: null, concurrent_locks: countedLocks.mostLocks };
    return [
      write(platformKey, { operationId: 'putTier', path: { name: tiers.byMinute }, body: byMinute }),
      write(platformKey, { operationId: 'putTier', path: { name: tiers.byDay }, body: byDay }),
      write(platformKey, { operationId: 'putTier', path: { name: tiers.byLocks }, body: byLocks }),
    ];
  },
  toRequest: (command) => toRequest(command as Command),
  toAnswer: (command, answer) => toAnswer(command as Command, answer),
  /** Names that nobody else asks for. */
  checkLapsed: async () => [],
  checkSwept: async () => [],
  expectedCoverage: ['stale', 'value lost', 'minute full', 'day full', 'locks full'],
};

async function checkAtRest(world: RestingWorld, scope: string, { calls }: Seen): Promise<readonly string[]> {
  const unexplained = findUnexplained(calls, world.watch.truth.deeds, scope);
  const broken = await checkLimitsAtRest(world, scope);
  await spreadChanges(world);
  return [...unexplained, ...broken, ...(await checkLists(world)), ...(await checkLocks(world))];
}

/** Each tenant lists its keys and no others, and everything that is known of a value still holds. */
async function checkLists({ ask, watch: { truth } }: RestingWorld): Promise<readonly string[]> {
  const broken: string[] = [];
  for (const tenant of truth.tenants.keys()) {
    const listed = (await listKeys(ask, tenant)).toSorted();
    const ids = [...truth.keys].flatMap(([id, [first]]) => (first!.state.tenantId === tenant ? [id] : [])).toSorted();
    if (listed.join() !== ids.join()) broken.push(`${tenant} lists ${listed.join()}, and has ${ids.join()}.`);
  }
  return broken;
}

async function checkLocks({ ask, watch }: RestingWorld): Promise<readonly string[]> {
  const { used } = await ask<Limits>(get(fixedKeys.byLocks, { operationId: 'getLimits' }));
  const { concurrent_locks: counted } = used;
  return counted === watch.locks.count ? [] : [`${counted} locks count, and there are ${watch.locks.count}.`];
}

async function listKeys(ask: Ask, tenant: string): Promise<readonly string[]> {
  const query = { tenant_id: tenant, environment: 'live', limit: '100' };
  const page = await ask<ApiKeyPage>(get(platformKey, { operationId: 'listApiKeys', query }));
  return page.data.map(({ id }) => id);
}

function describe(command: Command, answer: Answer | undefined): string {
  return `${JSON.stringify(command)} → ${answer === undefined ? '?' : `${answer.status} ${JSON.stringify(answer.body)}`}`;
}
