import { describe, expect, test } from 'vitest';

import type { PlainRequest } from './family.ts';
import type { Received } from './http-client.ts';
import { namedResources } from './named-resources.ts';
import type { Action, Round, Program } from './program.ts';
import { runProgram } from './run-program.ts';
import { createWorldMocks } from './world-mocks.ts';
import { createTenant, startMs } from './world.ts';
import type { WorldTarget } from './world.ts';

// Were the machinery blind, every sequence would be green. So here it is shown faults that it must see.

const token = /(?<="releaseToken":)"[^"]*"/gu;
const resourceAndRequester = /("resource":"\w+"),("requester":"\w+")/u;

let tokensGiven = 0;
const newToken = () => `"token-${(tokensGiven += 1)}"`;

describe('runProgram', () => {
  test('tells what was asked and answered where all are alike', async () => {
    const exchanges = await runWith((target) => target);
    expect(exchanges.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
  });

  test.each<readonly [string, (text: string) => string, string]>([
    ['another value', (text) => text.replace('"fencingToken":1,', '"fencingToken":3,'), '/body/0/fencingToken'],
    ['another order of members', (text) => text.replace(resourceAndRequester, '$2,$1'), 'another order'],
    ['one token for two holds', (text) => text.replaceAll(token, '"the-only-token"'), '/body/1/releaseToken'],
    ['two tokens for one hold', (text) => text.replaceAll(token, newToken), '/body/0/releaseToken'],
    ['what the contract forbids', (text) => text.replace('"resource":"desk",', ''), 'breaks the contract'],
  ])('sees %s', async (_fault, alter, place) => {
    const run = runWith((each) => altering(each, ({ response, text }) => ({ response, text: alter(text) })));
    await expect(run).rejects.toThrow(place);
  });

  test('sees another header', async () => {
    const run = runWith((each) => {
      return altering(each, (received) => {
        received.response.headers.set('Idempotent-Replayed', 'true');
        return received;
      });
    });
    await expect(run).rejects.toThrow('/headers/idempotent-replayed');
  });

  test.each<readonly [string, (text: string) => string, string]>([
    ['another sentence', (text) => text.replace('multiple', 'part'), '/body'],
    ['what the contract forbids instead of a sentence', () => '', 'breaks the contract'],
  ])('sees %s', async (_fault, alter, place) => {
    const run = runWith((each) => altering(each, ({ response, text }) => ({ response, text: alter(text) })), wrongOne);
    await expect(run).rejects.toThrow(place);
  });

  test('sees a clock that stands still', async () => {
    const run = runWith((each) => ({ ...each, arrive: async () => {} }));
    await expect(run).rejects.toThrow('/body/0/status');
  });
});

const program: Program = {
  active: [true],
  rounds: [reserve('desk', 'house'), reserve('desk'), { type: 'meetDeadline', pick: 0, offsetMs: 0 }, reserve('desk')],
};

function reserve(...resources: readonly string[]): Round {
  const body = resources.map((resource) => ({ requester: 'ada', resource, ttlSeconds: 60 }));
  return { type: 'actions', actions: [actionOf({ method: 'POST', path: '/api/v1/Reservation/reserve', body })] };
}

function actionOf(request: PlainRequest): Action {
  const usual = { caller: 'live', idempotencyKey: undefined, corruption: undefined } as const;
  return { type: 'request', draft: { toRequest: () => request }, ...usual };
}

const interval = { startsAt: '2100-01-02T00:00:00Z', endsAt: '2100-01-02T00:15:00Z', capacityGb: 5 };
const wrongRequest = { method: 'POST', path: '/api/capacity/reservations', body: { intervals: [interval] } };
/** Made by one tenant alone, and answered in plain text. */
const wrongOne: Program = {
  active: [true],
  rounds: [{ type: 'oneByOne', actions: [{ tenant: 0, action: actionOf(wrongRequest) }] }],
};

/** Runs on two mocks, the second of which has a fault. */
function runWith(faulty: (target: WorldTarget) => WorldTarget, run = program) {
  const tenant = createTenant(1);
  const [sound, other] = [1, 2].map(() => createWorldMocks(Object.values(tenant), startMs)) as [
    WorldTarget,
    WorldTarget,
  ];
  let nowMs = startMs;
  const setClock = (toMs: number) => {
    nowMs = toMs;
  };
  const world = { tenants: [tenant], targets: [sound, faulty(other)], now: () => nowMs, setClock };
  return runProgram(run, { world, family: namedResources, sweeping: 'atEveryDeadline' });
}

function altering(target: WorldTarget, alter: (received: Received) => Received): WorldTarget {
  return { ...target, send: async (path, options) => alter(await target.send(path, options)) };
}
