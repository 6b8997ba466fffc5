import { nothingBut } from '../../comparison/bench-case.ts';
import type { BenchCase } from '../../comparison/bench-case.ts';
import type { BenchRun } from '../../comparison/bench-run.ts';
import { compare } from '../../comparison/compare.ts';
import { processorTime } from '../../comparison/measure-processor-time.ts';
import { storeNames, stores } from '../../holdfast/servers.ts';
import { keyForms } from '../../load/idempotency-keys.ts';
import { isMissing } from '../../peers/missing.ts';
import { lockContender } from '../lock-contender.ts';

/** What idempotency keys in order bring, which are inserted where the last ones were. */
export const keys: readonly BenchCase[] = storeNames.map((store) => ({
  name: `keys-${store}`,
  title: `Random idempotency keys and UUIDv7 on ${store}, 64 connections`,
  async run(run: BenchRun) {
    const servers = await stores[store](run);
    if (isMissing(servers)) return nothingBut({ contender: store, reason: servers.missing });
    const contenders = keyForms.map((form) => lockContender(run, form, servers, { keys: form }));
    const ratios = ['pairs/s', processorTime].map((measure) => ({ of: 'uuidv7', to: 'random', measure }));
    return compare(run, { contenders, units: 'pairs', ratios });
  },
}));
