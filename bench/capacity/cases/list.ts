import type { BenchCase, LeftOut } from '../../comparison/bench-case.ts';
import type { BenchRun } from '../../comparison/bench-run.ts';
import { compare } from '../../comparison/compare.ts';
import type { Contender } from '../../comparison/compare.ts';
import { storeNames, stores } from '../../holdfast/servers.ts';
import type { StoreName } from '../../holdfast/servers.ts';
import { isMissing } from '../../peers/missing.ts';
import { bookingsOverCalendar } from '../calendar-days.ts';
import { pageContender } from '../capacity-contenders.ts';
import { readListPages } from '../list-pages.ts';
import { seedBookings } from '../seed-bookings.ts';

/** Whether a page costs more the deeper in the list it is. */
export const list: readonly BenchCase[] = [
  {
    name: 'list',
    title: 'The first page of the reservations and one deep among them, 16 at a time',
    async run(run: BenchRun) {
      const contenders = (await Promise.all(storeNames.map((store) => contendersOn(run, store)))).flat();
      const measure = 'requests/s';
      const ratios = storeNames.map((store) => ({ of: `${store}, deep page`, to: `${store}, first page`, measure }));
      return compare(run, { contenders, units: 'reservations', ratios });
    },
  },
];

async function contendersOn(run: BenchRun, store: StoreName): Promise<readonly (Contender | LeftOut)[]> {
  const bookings = bookingsOverCalendar(run.isQuick ? 2_000 : 100_000);
  const servers = await stores[store](run, { prepare: (options) => seedBookings(options, bookings) });
  if (isMissing(servers)) return [{ contender: store, reason: servers.missing }];
  const { first, deep } = await readListPages(servers[0].url, bookings.count * 0.9);
  return [
    pageContender(run, `${store}, first page`, servers, first),
    pageContender(run, `${store}, deep page`, servers, deep),
  ];
}
