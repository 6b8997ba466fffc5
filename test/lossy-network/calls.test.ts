import { randomUUID } from 'node:crypto';

import { ConnectionError } from '@holdfast/sdk';
import type { Holdfast } from '@holdfast/sdk';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { familiesFor } from '../families.ts';
import { SeededRandom } from '../faults/seeded-random.ts';
import { mostRequestsForEachNeeded, writesOutOfOrder } from './checks.ts';
import type { MakeCall } from './family.ts';
import type { LossyProxy } from './lossy-proxy.ts';
import { seed, LossyServer, stores } from './lossy-server.ts';

const families = await familiesFor('lossyNetwork');

const useCounts = { sqlite: 100, mongodb: 60 };

/** So many use things at the same time, each with a client of its own. */
const clientCount = 40;

describe.each(stores)(`a client's calls on a lossy network, with %s (SEED=${seed})`, (store) => {
  let server: LossyServer;

  beforeAll(async () => void (server = await LossyServer.start(store)));

  afterAll(() => server?.stop());

  describe.each(families)('$name', (family) => {
    const names = Array.from({ length: useCounts[store] }, (_, number) => `thing ${number}`);
    const failures: ConnectionError[] = [];
    const surprises: unknown[] = [];
    let neededCount = 0;
    let proxy: LossyProxy;

    beforeAll(async () => {
      await family.prepare?.(server.direct);
      proxy = await server.openProxy();
      const random = new SeededRandom(seed);
      vi.spyOn(Math, 'random').mockImplementation(() => random.fraction() / 10); // Short pauses between attempts.
      const queue = names.values();
      const useThings = async (client: Holdfast) => {
        for (const name of queue) await family.useOnce(client, name, make).catch((error) => surprises.push(error));
      };
      await Promise.all(Array.from({ length: clientCount }, () => useThings(server.clientOn(proxy))));
      await proxy.untilQuiet(100);
    });

    afterAll(() => void vi.restoreAllMocks());

    const make: MakeCall = async (call, { requests } = { requests: 1 }) => {
      neededCount += requests;
      const idempotencyKey = randomUUID();
      for (;;) {
        try {
          return await call({ idempotencyKey });
        } catch (error) {
          if (!(error instanceof ConnectionError)) throw error;
          failures.push(error);
        }
      }
    };

    test('are answered as on a reliable network', () => {
      for (const surprise of surprises) throw surprise;
    });

    test('take effect once each, however often they are sent', async () => {
      expect(writesOutOfOrder(proxy)).toEqual([]);
      for (const name of names) expect(await family.effectsOn(server.direct, name)).toEqual(family.effectsOfUse);
    });

    // Those that are answered are 16 of 25, in each 25: an SDK that wastes nothing comes to 1.5625, chance has no say.
    test('cost at most 1.6 requests for each that a reliable network would need', () => {
      expect(proxy.exchanges.length / neededCount).toBeLessThan(mostRequestsForEachNeeded);
    });

    // Four attempts in a row are lost to 0.36 ** 4 of the calls, which is one in 60.
    test('fail for good in less than one of 25 cases, and say that a write may have taken effect', () => {
      expect(failures.length).toBeLessThan(neededCount / 25);
      for (const failure of failures) {
        const isRead = failure.message.startsWith('GET');
        expect(failure).toMatchObject({ retryable: true, outcomeUnknown: !isRead });
      }
    });
  });
});
