import { randomUUID } from 'node:crypto';

import { ConnectionError } from '@holdfast/sdk';
import type { Holdfast } from '@holdfast/sdk';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { mostRequestsForEachNeeded, writesOutOfOrder } from './bad-line-checks.ts';
import { families } from './bad-line-families.ts';
import type { MakeCall } from './bad-line-families.ts';
import { seed, ServerBehindBadLines, stores } from './bad-line-server.ts';
import type { BadLine } from './bad-line.ts';
import { SeededRandom } from './seeded-random.ts';

const useCounts = { sqlite: 200, mongodb: 60 };

/** So many use things at the same time, each with a client of its own. */
const clientCount = 40;

describe.each(stores)(`a client's calls on a bad line, with %s (SEED=${seed})`, (store) => {
  describe.each(families)('$name', (family) => {
    const names = Array.from({ length: useCounts[store] }, (_, number) => `thing ${number}`);
    const failures: ConnectionError[] = [];
    const surprises: unknown[] = [];
    let neededCount = 0;
    let server: ServerBehindBadLines;
    let line: BadLine;

    beforeAll(async () => {
      server = await ServerBehindBadLines.start(store);
      await family.prepare?.(server.direct);
      line = await server.openLine();
      const random = new SeededRandom(seed);
      vi.spyOn(Math, 'random').mockImplementation(() => random.fraction() / 10); // Short pauses between attempts.
      const queue = names.values();
      const useThings = async (client: Holdfast) => {
        for (const name of queue) await family.useOnce(client, name, make).catch((error) => surprises.push(error));
      };
      await Promise.all(Array.from({ length: clientCount }, () => useThings(server.clientOn(line))));
      await line.untilQuiet(100);
    });

    afterAll(async () => {
      vi.restoreAllMocks();
      await server?.stop();
    });

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

    test('are answered as on a good line', () => {
      for (const surprise of surprises) throw surprise;
    });

    test('take effect once each, however often they are sent', async () => {
      expect(writesOutOfOrder(line)).toEqual([]);
      for (const name of names) expect(await family.effectsOn(server.direct, name)).toEqual(family.effectsOfUse);
    });

    // Those that are answered are 16 of 25, in each 25: an SDK that wastes nothing comes to 1.5625, chance has no say.
    test('cost at most 1.6 requests for each that a good line would need', () => {
      expect(line.exchanges.length / neededCount).toBeLessThan(mostRequestsForEachNeeded);
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
