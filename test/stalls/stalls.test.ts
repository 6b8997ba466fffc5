import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { operations } from '@holdfast/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';

import { familiesFor } from '../families.ts';
import { countRuns } from '../run-count.ts';
import { createSend } from './heavy-request.ts';
import type { Send } from './heavy-request.ts';
import { measurePage, measureRequests, pages } from './measure-requests.ts';
import { startMeasuredServer } from './measured-server.ts';
import type { MeasuredServer } from './measured-server.ts';
import { worstBodies } from './worst-bodies.ts';

const families = await familiesFor('stalls');

/**
 * How long the event loop may work without a turn, in units of the reference, which takes 5 ms on the machine on which
 * 50 ms were promised. Only the processor time of its thread counts, so that the load of the machine doesn't.
 */
const mostUnits = 12;

const atOnce = countRuns('STALLS_AT_ONCE', { few: 4, many: 4 });

const mongodbUri = inject('mongodbUri');

/** On MongoDB, where it takes minutes, only if somebody asks for it. */
const isMongodbTried = mongodbUri !== undefined && process.env['STALLS_AT_ONCE'] !== undefined;
const stores = [{ store: 'sqlite' }, ...(isMongodbTried ? [{ store: 'mongodb' }] : [])];

describe.each(stores)('on $store nobody keeps the event loop', ({ store }) => {
  let server: MeasuredServer;
  let send: Send;
  let unitMs: number;
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-stalls-'));

  beforeAll(async () => {
    const database = `stalls-${crypto.randomUUID().slice(0, 13)}`;
    const mongodb = { MONGODB_URI: (mongodbUri ?? '').replace('/?', `/${database}?`) };
    const env = store === 'mongodb' ? mongodb : { HOLDFAST_STORE: 'sqlite', HOLDFAST_DATA_DIR: folder };
    // The machine may be as slow as it likes.
    server = await startMeasuredServer({
      ...env,
      HOLDFAST_REQUEST_TIMEOUT_MS: '250000',
      // Nobody is there that webhooks could be sent to.
      HOLDFAST_WEBHOOK_ALLOW: '127.0.0.0/8',
    });
    send = createSend(server.url);
  });

  beforeEach(async () => {
    unitMs = await server.compare();
  });

  afterAll(async () => {
    await server.end();
    rmSync(folder, { recursive: true });
  });

  /** A collection of garbage may come at a bad moment: what was too long must be so most of the time. */
  async function expectShortTurns(measure: () => Promise<{ readonly processorMs: number }>): Promise<void> {
    const units: number[] = [];
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const { processorMs } = await measure();
      units.push(processorMs / unitMs);
      if ((units[0] ?? 0) <= mostUnits) break;
    }
    const median = units.sort((left, right) => left - right)[Math.floor(units.length / 2)];
    expect(median, `turns of ${units.map((each) => each.toFixed(1)).join(', ')} units`).toBeLessThanOrEqual(mostUnits);
  }

  describe.each(families)('with what is largest in $name', ({ prepare, requests }) => {
    beforeAll(() => prepare(send));

    test.each(requests)('$operationId: $what', (request) => {
      return expectShortTurns(() => measureRequests(server, send, request, atOnce));
    });
  });

  // What reaches no store is the same on all of them.
  const nonsense =
    store === 'sqlite' ? Object.entries(Object.groupBy(worstBodies, ({ operationId }) => operationId)) : [];
  test.each(nonsense)('with 1 MiB of nonsense for %s', async (_operationId, requests) => {
    for (const request of requests) await expectShortTurns(() => measureRequests(server, send, request, 1));
  });

  test.each(store === 'sqlite' ? pages : [])('with many requests for %s', (page) => {
    return expectShortTurns(() => measurePage(server, page, 64));
  });
});

test('every operation is tried', () => {
  const tried = new Set(families.flatMap(({ requests }) => requests.map(({ operationId }) => operationId)));
  expect(Object.keys(operations).filter((operationId) => !tried.has(operationId as never))).toEqual([]);
});
