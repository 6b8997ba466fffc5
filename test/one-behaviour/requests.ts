import { pickLatest } from './choices.ts';
import { corrupt } from './corrupt.ts';
import type { CallerName, Exchange, Family, Journal, PlainRequest, SentRequest } from './family.ts';
import { textsIn } from './json-members.ts';
import type { Action } from './program.ts';
import type { Tenant } from './world.ts';

export interface Asked {
  readonly caller: CallerName;
  readonly request: SentRequest;
  /** Whether nobody else acts meanwhile. */
  readonly isAlone: boolean;
}

/** What one target has answered, which decides what an action comes to. */
interface Memory {
  readonly exchanges: readonly Exchange[];
  journalOf(caller: CallerName): Journal;
}

/** Where a tenant stands with one target. */
export interface Situation {
  readonly memory: Memory;
  readonly tenant: Tenant;
  readonly family: Family;
  readonly isAlone: boolean;
}

/** What an action comes to; nothing if there is nothing yet to repeat or to go on with. */
export function toAsked(action: Action, situation: Situation): readonly Asked[] {
  const { memory, tenant, isAlone } = situation;
  switch (action.type) {
    case 'request': {
      const { caller, draft, idempotencyKey, corruption } = action;
      const request = toSent(draft.toRequest(memory.journalOf(caller)), tenant[caller].apiKey, idempotencyKey);
      return [{ caller, request: corruption === undefined ? request : corrupt(request, corruption), isAlone }];
    }
    case 'again':
      return repeat(action, situation);
    case 'nextPage':
      return turnPage(action, situation);
  }
}

/** A request of the overview, or any other that is sent as it stands. */
export function toSent({ method, path, body }: PlainRequest, apiKey: string, idempotencyKey?: string): SentRequest {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const isWrite = method !== 'GET';
  const headers = {
    'X-API-Key': apiKey,
    ...(text !== undefined && { 'Content-Type': 'application/json' }),
    ...(isWrite && idempotencyKey !== undefined && { 'Idempotency-Key': idempotencyKey }),
  };
  return { method, path, text, headers };
}

type Again = Extract<Action, { type: 'again' }>;
type NextPage = Extract<Action, { type: 'nextPage' }>;

function repeat({ pick, caller }: Again, { memory, tenant, isAlone }: Situation): readonly Asked[] {
  // What was to be made by somebody who is alone isn't made again among others.
  const exchanges = memory.exchanges.filter((exchange) => isAlone || !exchange.isAlone);
  const keyed = exchanges.filter(({ request }) => request.headers['Idempotency-Key'] !== undefined);
  const earlier = pickLatest(keyed.length > 0 ? keyed : exchanges, pick);
  if (earlier === undefined) return [];
  if (caller === undefined) return [{ caller: earlier.caller, request: earlier.request, isAlone }];
  const headers = { ...earlier.request.headers, 'X-API-Key': tenant[caller].apiKey };
  return [{ caller, request: { ...earlier.request, headers }, isAlone }];
}

function turnPage({ pick, caller, alteration }: NextPage, situation: Situation): readonly Asked[] {
  const { memory, tenant, family, isAlone } = situation;
  const cursorOf = (json: unknown) => textsIn(json, [family.cursorMember])[0];
  const page = pickLatest(
    memory.exchanges.filter(({ json }) => cursorOf(json) !== undefined),
    pick,
  );
  if (page === undefined) return [];
  const { pathname, searchParams } = new URL(page.request.path, 'http://list.test');
  searchParams.set('cursor', alter(cursorOf(page.json) ?? '', alteration));
  if (alteration === 'otherFilter') searchParams.set(...family.otherFilter);
  const asking = caller ?? page.caller;
  const request = { method: 'GET', path: `${pathname}?${searchParams}` };
  return [{ caller: asking, request: toSent(request, tenant[asking].apiKey), isAlone }];
}

function alter(cursor: string, alteration: NextPage['alteration']): string {
  if (alteration === 'cutShort') return cursor.slice(0, -2);
  return alteration === 'changed' ? cursor.replace(/^../u, '00') : cursor;
}
