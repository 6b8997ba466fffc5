import type { Reservation, ReserveResult } from '@holdfast/contract';

import type { WireRequest } from '../faults/wire-client.ts';
import { namedResources as history } from '../histories/named-resources.ts';
import type { Answer, Command, Result } from '../histories/named-resources/commands.ts';
import { definitionsOf, keyOfName, namesOfKey, objectsOf } from '../histories/named-resources/objects.ts';
import { blockedBy, namesInTheWay } from '../histories/named-resources/related-names.ts';
import type { ReceivedAnswer } from './clients/network.ts';
import { apiKeys, get, write } from './family.ts';
import type { Ask, SimulatedFamily } from './family.ts';

const { first: apiKey } = apiKeys;

/** Locks, a pool, a tree, blockers, and transactions over two names. */
export const namedResources: SimulatedFamily = {
  name: 'namedResources',
  history,
  prepare: (scope) => [write(apiKey, { operationId: 'registerResources', body: definitionsOf(scope) })],
  toRequest(command) {
    const request = toRequest(command as Command);
    return { apiKey, request, isWrite: request.operationId !== 'getReservation' };
  },
  toAnswer: (command, answer) => toAnswer(command as Command, answer),
  checkLapsed,
  /** What becomes of claims is told by the outbox. */
  checkSwept: async () => [],
};

function toRequest(command: Command): WireRequest {
  const { type, items } = command;
  switch (type) {
    case 'get':
      return { operationId: 'getReservation', path: items[0] };
    case 'transaction': {
      const { requester, method } = command;
      return { operationId: 'reserveTransaction', body: { requester, method, items } };
    }
    default:
      return { operationId: type, body: items };
  }
}

/** A wrong token makes the whole answer a 403, but it says what became of each item. */
function toAnswer({ type }: Command, { status, body }: ReceivedAnswer): Answer {
  if (status !== 200 && status !== 403) throw new Error(`${type} got ${status}: ${body}`);
  const json = JSON.parse(body) as unknown;
  if (type === 'transaction') return json as Answer;
  if (type === 'get') return { results: [json as Result] };
  return status === 403 ? (json as Answer) : { results: json as readonly Result[] };
}

/** Whatever has lapsed can be had at once. */
async function checkLapsed(ask: Ask, scope: string): Promise<readonly string[]> {
  const lasting = new Set(
    (await listReservations(ask)).flatMap(({ resource, expiresAt }) => (expiresAt === null ? [resource] : [])),
  );
  const free = namesIn(scope).filter((name) => !namesInTheWay(name).some((each) => lasting.has(each)));
  if (free.length === 0) return [];
  const body = free.map((resource) => ({ resource, requester: takerOf(resource), ttlSeconds: 1 }));
  const results = await ask<readonly ReserveResult[]>(write(apiKey, { operationId: 'reserve', body }));
  const stuck = results.filter(({ status }) => status !== 'ACQUIRED');
  return stuck.map((result) => `${result.resource} has lapsed and isn't free: ${JSON.stringify(result)}`);
}

/** Names that get into each other's way, but for the slots of a pool, are taken by one. */
function takerOf(name: string): string {
  return `taker of ${namesInTheWay(name).length > 1 || blockedBy(name).length > 0 ? keyOfName(name) : name}`;
}

/** Blockers before what they are taken along with. */
function namesIn(scope: string): readonly string[] {
  const { locks, pool, pair, tree, kit } = objectsOf(scope);
  return [...locks, ...namesOfKey(pool), ...pair, ...tree, ...kit];
}

async function listReservations(ask: Ask): Promise<readonly Reservation[]> {
  const request = get(apiKey, { operationId: 'listReservations', query: { limit: '1000' } });
  return (await ask<{ readonly reservations: readonly Reservation[] }>(request)).reservations;
}
