import { nothingBut } from '../../comparison/bench-case.ts';
import type { BenchCase } from '../../comparison/bench-case.ts';
import type { BenchRun } from '../../comparison/bench-run.ts';
import { compare } from '../../comparison/compare.ts';
import { processorTime } from '../../comparison/measure-processor-time.ts';
import { storeNames, stores } from '../../holdfast/servers.ts';
import { keyForms } from '../../load/idempotency-keys.ts';
import { isMissing } from '../../peers/missing.ts';
import { creditContender } from '../credit-contender.ts';
import { seedCustomers } from '../seed-customers.ts';
import { nameOf } from '../sides.ts';

/** What idempotency keys in order bring, of one customer and of many. */
export const keys: readonly BenchCase[] = storeNames.map((store) => ({
  name: `keys-${store}`,
  title: `Random idempotency keys and UUIDv7 on ${store}, 64 connections`,
  async run(run: BenchRun) {
    const servers = await stores[store](run);
    if (isMissing(servers)) return nothingBut({ contender: store, reason: servers.missing });
    const spreads = [1, run.isQuick ? 100 : 10_000];
    await seedCustomers(servers[0].url, Math.max(...spreads));
    const contenders = spreads.flatMap((customers) =>
      keyForms.map((form) => creditContender(run, nameOf(form, customers), servers, { customers, keys: form })),
    );
    const ratios = spreads.flatMap((customers) =>
      ['pairs/s', processorTime].map((measure) => {
        return { of: nameOf('uuidv7', customers), to: nameOf('random', customers), measure };
      }),
    );
    return compare(run, { contenders, units: 'pairs', ratios });
  },
}));
