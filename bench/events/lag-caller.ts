import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { apiKeyOf } from '../holdfast/api-key.ts';
import type { Caller } from '../load/driver.ts';
import type { HttpConnection } from '../load/http-connection.ts';
import { toRequestText } from '../load/http-request.ts';
import type { HttpRequest } from '../load/http-request.ts';
import type { Tally } from '../load/tally.ts';
import { releaseTokensIn, reserveRequest, unreserveRequest } from '../named-resources/lock-api.ts';
import type { Arrivals } from './arrivals.ts';

const ttlSeconds = 60;
const pauseMs = 10;
const names = /"type":"([A-Z]+)".*"resource":"([^"]+)"/u;

/** What an event is expected under, by its JSON. */
export function keyIn(event: string): string {
  const [, type, resource] = names.exec(event) ?? [];
  return `${type} ${resource}`;
}

/**
 * Takes and gives back one lock at a time, and counts each arrival of their events as a request, whose latency is the
 * time from the answer until then: 0 if it comes ahead of the answer.
 *
 * @param faults - What else was found wrong with what arrived.
 */
export function createLagCaller(connection: HttpConnection, arrivals: Arrivals, faults: string[]): Caller {
  const requester = randomUUID().slice(0, 8);
  let count = 0;
  const ask = async (tally: Tally, key: string, request: HttpRequest): Promise<string> => {
    const event = arrivals.expect(key);
    const { status, body } = await connection.exchange(toRequestText(request));
    const answeredAtMs = performance.now();
    if (status !== 200) throw new Error(`status ${status}: ${body}`);
    for (const atMs of await event.all()) tally.request(Math.max(0, atMs - answeredAtMs));
    tally.unitsDone(1);
    return body;
  };
  return async (tally) => {
    const resource = `lag/${requester}/${count}`;
    count += 1;
    const items = [{ requester, resource }];
    const keys = { apiKey: apiKeyOf(0) };
    const reserved = await ask(tally, `RESERVED ${resource}`, reserveRequest(items, ttlSeconds, keys));
    const tokens = releaseTokensIn(reserved, 1) ?? [];
    await ask(tally, `UNRESERVED ${resource}`, unreserveRequest(items, tokens, keys));
    for (const fault of faults.splice(0)) tally.wrongAnswer(fault);
    await delay(pauseMs);
    return true;
  };
}
