import type { BenchCase, LeftOut } from '../../comparison/bench-case.ts';
import type { BenchRun } from '../../comparison/bench-run.ts';
import { compare } from '../../comparison/compare.ts';
import type { Contender } from '../../comparison/compare.ts';
import { storeNames, stores } from '../../holdfast/servers.ts';
import type { StoreName } from '../../holdfast/servers.ts';
import { isMissing } from '../../peers/missing.ts';
import { bookingSize, bookingsOverCalendar, firstReservedGb, readCalendar } from '../calendar-days.ts';
import { setLimits } from '../capacity-api.ts';
import { pageContender, reserveContender } from '../capacity-contenders.ts';
import { gridTime } from '../grid.ts';
import { seedBookings } from '../seed-bookings.ts';
import { busyFrom } from '../spreads.ts';

const measure = 'requests/s';

/** Whether the calendar of 35 days, or a refusal, costs more the more is booked there. */
export const calendar: readonly BenchCase[] = [
  {
    name: 'calendar',
    title: 'The calendar of 35 days, and requests that are refused, with few and many reservations; 16 at a time',
    async run(run: BenchRun) {
      const [few, some, many] = run.isQuick ? ([1, 100, 2_000] as const) : ([1, 1_000, 100_000] as const);
      const sides = storeNames.flatMap((store) => [few, some, many].map((count) => contendersOn(run, store, count)));
      const contenders = (await Promise.all(sides)).flat();
      const ratios = storeNames.flatMap((store) => [
        { of: nameOf(store, many), to: nameOf(store, few), measure, atLeast: 0.9 },
        { of: refusalOf(store, many), to: refusalOf(store, few), measure },
      ]);
      return compare(run, { contenders, units: 'intervals', ratios });
    },
  },
];

async function contendersOn(run: BenchRun, store: StoreName, count: number): Promise<readonly (Contender | LeftOut)[]> {
  const bookings = bookingsOverCalendar(count);
  const servers = await stores[store](run, { prepare: (options) => seedBookings(options, bookings) });
  if (isMissing(servers)) return [{ contender: nameOf(store, count), reason: servers.missing }];
  const [{ url }] = servers;
  await fillFirst(url, count);
  return [
    pageContender(run, nameOf(store, count), servers, await readCalendar(url, count)),
    reserveContender(run, refusalOf(store, count), servers, { spread: 'busy', size: bookingSize, answer: 'refused' }),
  ];
}

/** Lowers the limit of the first intervals to what is booked there: nothing more fits. */
function fillFirst(url: string, count: number): Promise<void> {
  const [from, to] = [gridTime(busyFrom), gridTime(busyFrom + bookingSize)];
  return setLimits(url, { org_cap_gb: firstReservedGb(count), from, to });
}

function nameOf(store: StoreName, count: number): string {
  return `${store}, ${count.toLocaleString('en')} reserved`;
}

function refusalOf(store: StoreName, count: number): string {
  return `${nameOf(store, count)}, 409`;
}
