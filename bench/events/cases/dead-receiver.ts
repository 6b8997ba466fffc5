import { setTimeout as delay } from 'node:timers/promises';

import { nothingBut } from '../../comparison/bench-case.ts';
import type { BenchCase } from '../../comparison/bench-case.ts';
import { compare } from '../../comparison/compare.ts';
import { processorTime } from '../../comparison/measure-processor-time.ts';
import { customerOf, usageBatchRequest } from '../../credits/credits-api.ts';
import { seedCustomers, succeed } from '../../credits/seed-customers.ts';
import { storeNames, stores } from '../../holdfast/servers.ts';
import type { StoreName } from '../../holdfast/servers.ts';
import { inParallel } from '../../load/in-parallel.ts';
import { lockContender } from '../../named-resources/lock-contender.ts';
import { freePort } from '../../peers/free-port.ts';
import { isMissing } from '../../peers/missing.ts';
import { createEndpoint, isLastPending } from '../webhooks-api.ts';

/** What lies there costs a request 5 % at most. */
const leastRatio = 0.95;
const eventsPerCustomer = 100;
/** What the endpoints get. */
const wanted = 'credits.consumed';
const fanOutTimeoutMs = 120_000;
const pauseMs = 500;

/** Whether requests are slower while events wait for a receiver that is down, and what an endpoint costs at all. */
export const deadReceiver: readonly BenchCase[] = storeNames.map(createCase);

function createCase(store: StoreName): BenchCase {
  return {
    name: `dead-receiver-${store}`,
    title: `Locks beside undelivered events of a receiver that is down, on ${store}, 64 connections`,
    async run(run) {
      const customers = run.isQuick ? 5 : 1_000;
      const backlog = `${(customers * eventsPerCustomer).toLocaleString('en')} undelivered`;
      const [none, empty, full] = [await stores[store](run), await stores[store](run), await stores[store](run)];
      if (isMissing(none) || isMissing(empty) || isMissing(full)) {
        return nothingBut({ contender: store, reason: isMissing(none) ? none.missing : '' });
      }
      // Nothing of what is measured goes to the endpoints: their events are of another kind.
      await createEndpoint(empty[0].url, await deadUrl(), [wanted]);
      await seedBacklog(full[0].url, customers);
      const contenders = [
        lockContender(run, 'no endpoint', none, {}),
        lockContender(run, 'nothing undelivered', empty, {}),
        lockContender(run, backlog, full, {}),
      ];
      const ratios = [
        { of: 'nothing undelivered', to: backlog, measure: processorTime, atLeast: leastRatio },
        { of: backlog, to: 'nothing undelivered', measure: 'pairs/s' },
        { of: 'no endpoint', to: backlog, measure: processorTime },
      ];
      return compare(run, { contenders, units: 'pairs', ratios });
    },
  };
}

/** Makes events of many customers for a receiver that is down, and waits until each waits for its delivery. */
async function seedBacklog(url: string, customers: number): Promise<void> {
  await seedCustomers(url, customers);
  const endpointId = await createEndpoint(url, await deadUrl(), [wanted]);
  await inParallel({ url, connections: 4, count: customers }, async (connection, { first }) => {
    await succeed(connection, usageBatchRequest(customerOf(first), eventsPerCustomer));
  });
  const deadlineMs = Date.now() + fanOutTimeoutMs;
  while (!(await isLastPending(url, endpointId, wanted))) {
    if (Date.now() > deadlineMs) throw new Error(`Not all events are pending after ${fanOutTimeoutMs / 1_000} s.`);
    await delay(pauseMs);
  }
}

/** Where nobody listens: a connection is refused at once. */
async function deadUrl(): Promise<string> {
  return `http://127.0.0.1:${await freePort()}/`;
}
