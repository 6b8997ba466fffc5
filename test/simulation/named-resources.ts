import type { Reservation, ReservationEvent, ReserveResult } from '@holdfast/contract';

import type { WireRequest } from '../faults/wire-client.ts';
import { namedResources as history } from '../histories/named-resources.ts';
import type { Answer, Command, Result } from '../histories/named-resources/commands.ts';
import { namesOfKey, objectsOf, poolCapacity } from '../histories/named-resources/objects.ts';
import type { ReceivedAnswer } from './clients/network.ts';
import { apiKeys, get, write } from './family.ts';
import type { Ask, SimulatedFamily } from './family.ts';

const { first: apiKey } = apiKeys;

/** Locks, a pool, and transactions over two names. */
export const namedResources: SimulatedFamily = {
  name: 'namedResources',
  history,
  prepare: (scope) => {
    const body = [{ name: objectsOf(scope).pool, capacity: poolCapacity }];
    return [write(apiKey, { operationId: 'registerResources', body })];
  },
  toRequest(command) {
    const request = toRequest(command as Command);
    return { apiKey, request, isWrite: request.operationId !== 'getReservation' };
  },
  toAnswer: (command, answer) => toAnswer(command as Command, answer),
  checkLapsed,
  checkSwept,
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
  const free = namesIn(scope).filter((name) => !lasting.has(name));
  if (free.length === 0) return [];
  const body = free.map((resource) => ({ resource, requester: `taker of ${resource}`, ttlSeconds: 1 }));
  const results = await ask<readonly ReserveResult[]>(write(apiKey, { operationId: 'reserve', body }));
  const stuck = results.filter(({ status }) => status !== 'ACQUIRED');
  return stuck.map((result) => `${result.resource} has lapsed and isn't free: ${JSON.stringify(result)}`);
}

/** The history makes sense: nobody got what another had, tokens rose, and each claim ended once. */
async function checkSwept(ask: Ask, scope: string): Promise<readonly string[]> {
  const broken: string[] = [];
  const holders = new Map<string, ReservationEvent>();
  const highest = new Map<string, number>();
  for (const event of await listEvents(ask)) {
    const { resource, type, fencingToken } = event;
    const holder = holders.get(resource);
    const tell = (what: string) => broken.push(`${what}: ${JSON.stringify(event)} after ${JSON.stringify(holder)}`);
    if (type === 'RESERVED') {
      if (holder !== undefined) tell('A name was granted while somebody held it');
      if (fencingToken <= (highest.get(resource) ?? 0)) tell('The fencing tokens of a name did not rise');
      highest.set(resource, fencingToken);
      holders.set(resource, event);
    } else {
      if (holder?.fencingToken !== fencingToken) tell('What was renewed or ended is not what was reserved last');
      if (type !== 'RENEWED') holders.delete(resource);
    }
  }
  const listed = new Set((await listReservations(ask)).map(({ resource }) => resource));
  const unannounced = [...holders.keys()].filter((name) => !listed.has(name));
  if (unannounced.length > 0) broken.push(`Nobody was told that these lapsed: ${unannounced.join(', ')}`);
  const unheard = namesIn(scope).filter((name) => listed.has(name) && !holders.has(name));
  if (unheard.length > 0) broken.push(`These are held, and no event says so: ${unheard.join(', ')}`);
  return broken;
}

function namesIn(scope: string): readonly string[] {
  const { locks, pool, pair } = objectsOf(scope);
  return [...locks, ...namesOfKey(pool), ...pair];
}

async function listReservations(ask: Ask): Promise<readonly Reservation[]> {
  const request = get(apiKey, { operationId: 'listReservations', query: { limit: '1000' } });
  return (await ask<{ readonly reservations: readonly Reservation[] }>(request)).reservations;
}

/** From the first to the last. */
async function listEvents(ask: Ask): Promise<readonly ReservationEvent[]> {
  const request = get(apiKey, { operationId: 'listEventHistory', query: { limit: '1000' } });
  return (await ask<{ readonly events: readonly ReservationEvent[] }>(request)).events.toReversed();
}
