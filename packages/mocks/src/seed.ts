import { operations } from '@holdfast/contract';
import type { Definition, DefinitionItem, OperationDescription, ReserveItem, ReserveResult } from '@holdfast/contract';
import type { WireAnswer, WireRequest } from '@holdfast/gateway';

import { assertKnownMembers } from './known-members.ts';

/** What there is before the first request. */
export interface Seed {
  /** Registered in this order, as by `POST /api/v1/Resource/register`. */
  readonly definitions?: readonly DefinitionItem[] | undefined;
  /** Reserved in this order, as by `POST /api/v1/Reservation/reserve`, after the definitions. */
  readonly reservations?: readonly ReserveItem[] | undefined;
}

/** What a seed has become, item by item: the reservations have the tokens to release them with. */
export interface SeedResult {
  readonly definitions: readonly Definition[];
  readonly reservations: readonly ReserveResult[];
}

type Send = (request: WireRequest) => Promise<WireAnswer>;

const itemsPerRequest = 100;

/**
 * Carries out a seed by ordinary requests, so that nothing can be seeded that couldn't have come about.
 *
 * @throws Error when a request is refused or a reservation isn't granted; what came before it stays.
 */
export async function plant(seed: Seed, send: Send): Promise<SeedResult> {
  assertKnownMembers('A seed', seed, ['definitions', 'reservations']);
  const { definitions = [], reservations = [] } = seed;
  const registered = await sendItems<Definition>(send, operations.registerResources, definitions);
  const reserved = await sendItems<ReserveResult>(send, operations.reserve, reservations);
  const refused = reserved.find(({ status }) => status !== 'ACQUIRED');
  if (refused === undefined) return { definitions: registered, reservations: reserved };
  throw new Error(
    `The seed can't be: ${refused.requester} doesn't get ${refused.resource} (${refused.status}). ${refused.explanation}`,
  );
}

async function sendItems<Result>(
  send: Send,
  operation: OperationDescription,
  items: readonly unknown[],
): Promise<Result[]> {
  const results: Result[] = [];
  for (let first = 0; first < items.length; first += itemsPerRequest) {
    const answer = await send(toRequest(operation, items.slice(first, first + itemsPerRequest)));
    if (answer.status !== 200) throw new Error(`The seed is refused by ${operation.operationId}: ${answer.body}`);
    results.push(...(JSON.parse(answer.body) as Result[]));
  }
  return results;
}

function toRequest({ method, path }: OperationDescription, items: readonly unknown[]): WireRequest {
  const headers: Readonly<Record<string, string>> = { 'x-api-key': 'seed', 'content-type': 'application/json' };
  return { method, path, query: '', body: JSON.stringify(items), header: (name) => headers[name.toLowerCase()] };
}
