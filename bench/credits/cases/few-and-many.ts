import type { BenchCase } from '../../comparison/bench-case.ts';
import { compareFewAndMany } from '../../comparison/few-and-many.ts';
import { measureStalls } from '../../comparison/measure-stalls.ts';
import { apiKeyOf } from '../../holdfast/api-key.ts';
import { startHoldfastServer } from '../../holdfast/holdfast-server.ts';
import type { HoldfastStore } from '../../holdfast/holdfast-server.ts';
import { startOnSqlite } from '../../holdfast/servers.ts';
import { creditContender } from '../credit-contender.ts';
import { seedCustomers } from '../seed-customers.ts';
import { seedEntries } from '../seed-entries.ts';
import { seedHolds } from '../seed-holds.ts';

/** Whether what the hot customer holds already, or has in its ledger, costs its next holds anything. */
export const fewAndMany: readonly BenchCase[] = [
  {
    name: 'live-holds',
    title: 'Few and many live holds of one customer on sqlite, 64 connections',
    run: (run) =>
      compareFewAndMany(run, {
        what: 'live holds',
        create: async (name, count) => {
          const servers = await startOnSqlite(run, { prepare: (store) => prepareHolds(store, count) });
          return measureStalls(run, creditContender(run, name, servers, {}), servers[0].url);
        },
      }),
  },
  {
    name: 'ledger-entries',
    title: 'Few and many ledger entries of one customer on sqlite, 64 connections',
    run: (run) =>
      compareFewAndMany(run, {
        what: 'ledger entries',
        create: async (name, count) => {
          const servers = await startOnSqlite(run);
          const [{ url }] = servers;
          await seedCustomers(url, 1);
          await seedEntries(url, count);
          return measureStalls(run, creditContender(run, name, servers, {}), url);
        },
      }),
  },
];

/** A server makes the customer, and lets go of the store again. */
async function prepareHolds(store: HoldfastStore, count: number): Promise<void> {
  {
    await using server = await startHoldfastServer({ store, apiKey: apiKeyOf(0) });
    await seedCustomers(server.url, 1);
  }
  await seedHolds(store, count);
}
