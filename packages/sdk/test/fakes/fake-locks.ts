import { Holdfast } from '../../src/index.ts';
import type { HoldfastOptions } from '../../src/index.ts';
import { scriptedFetch } from './fake-fetch.ts';
import type { Answer, RequestItem, SentRequest } from './fake-fetch.ts';

type Operation = 'reserve' | 'renew' | 'unreserve';

/** Overrides of one item's result. */
type Changes = Record<string, unknown>;

/** Answers a request with one result for each item, which echoes the item. */
function result(defaults: (item: RequestItem) => Changes, changes: Changes): Answer {
  const resultOf = (item: RequestItem) => {
    const echo = { resource: item.resource, requester: item.requester, explanation: 'A sentence.' };
    return { ...echo, ...defaults(item), ...changes };
  };
  return ({ body }) => new Response(JSON.stringify(body.map(resultOf)));
}

function inSeconds(ttlSeconds: number): string {
  return new Date(Date.now() + ttlSeconds * 1_000).toISOString();
}

export function grants(changes: Changes = {}): Answer {
  const defaults = ({ ttlSeconds }: RequestItem) => ({
    status: 'ACQUIRED',
    releaseToken: 'token-1',
    fencingToken: 7,
    expiresAt: inSeconds(ttlSeconds),
    acquiredSlots: null,
    heldBy: null,
    retryAfterSeconds: null,
  });
  return result(defaults, changes);
}

export function isHeld(changes: Changes = {}): Answer {
  const heldBy = { requester: 'somebody', metadata: null, since: inSeconds(-1), expiresAt: inSeconds(20) };
  const none = { releaseToken: null, fencingToken: null, expiresAt: null };
  return grants({ status: 'ALREADY_HELD', ...none, heldBy, ...changes });
}

export function renews(changes: Changes = {}): Answer {
  return result(({ ttlSeconds }) => ({ status: 'RENEWED', expiresAt: inSeconds(ttlSeconds) }), changes);
}

export function releases(changes: Changes = {}): Answer {
  return result(({ resource }) => ({ status: 'RELINQUISHED', released: [resource] }), changes);
}

/** A client of a server that grants, renews and releases, unless a script says otherwise. */
export function lockClient(scripts: Partial<Record<Operation, Answer[]>> = {}, options: Partial<HoldfastOptions> = {}) {
  const servers = {
    reserve: scriptedFetch(...(scripts.reserve ?? [grants()])),
    renew: scriptedFetch(...(scripts.renew ?? [renews()])),
    unreserve: scriptedFetch(...(scripts.unreserve ?? [releases()])),
  };
  const operationOf = (path: string) => path.split('/').at(-1) as Operation;
  const order: Operation[] = [];
  const fetch: typeof globalThis.fetch = (url, init) => {
    const operation = operationOf(String(url));
    order.push(operation);
    return servers[operation].fetch(url, init);
  };
  const sent: Record<Operation, SentRequest[]> = {
    reserve: servers.reserve.sent,
    renew: servers.renew.sent,
    unreserve: servers.unreserve.sent,
  };
  const holdfast = new Holdfast({ baseUrl: 'https://holdfast.test', apiKey: 'key', fetch, ...options });
  return { holdfast, sent, order };
}
