import type { BenchCase, LeftOut } from '../../comparison/bench-case.ts';
import type { BenchRun } from '../../comparison/bench-run.ts';
import { compare } from '../../comparison/compare.ts';
import type { Contender, WantedRatio } from '../../comparison/compare.ts';
import { storeNames, stores } from '../../holdfast/servers.ts';
import type { StoreName } from '../../holdfast/servers.ts';
import { isMissing } from '../../peers/missing.ts';
import { reserveContender } from '../capacity-contenders.ts';
import { seedBookings } from '../seed-bookings.ts';
import { intervalsOf } from '../spreads.ts';
import type { Spread } from '../spreads.ts';

/** Two hours, and a week. */
const [small, large] = [8, 672];
const spreads = ['busy', 'empty', 'year'] as const;

/** What a request costs by the intervals that it asks for, by where they lie, and by what is booked there already. */
export const requests: readonly BenchCase[] = [1, 16].map((connections) => ({
  name: `requests-${connections}`,
  title: `Requests of ${small} and of ${large} intervals, by where these lie, ${connections} at a time`,
  async run(run: BenchRun) {
    const contenders = await Promise.all(storeNames.map((store) => contendersOn(run, store, connections)));
    return compare(run, { contenders: contenders.flat(), units: 'intervals', ratios: storeNames.flatMap(ratiosOn) });
  },
}));

/** All on one server, whose busy days have thousands of bookings in every interval that is asked for. */
async function contendersOn(
  run: BenchRun,
  store: StoreName,
  connections: number,
): Promise<readonly (Contender | LeftOut)[]> {
  const bookings = { count: run.isQuick ? 50 : 3_000, intervalsOf: () => intervalsOf('busy', large, 0) };
  const servers = await stores[store](run, { prepare: (options) => seedBookings(options, bookings) });
  if (isMissing(servers)) return [{ contender: store, reason: servers.missing }];
  return [small, large].flatMap((size) =>
    spreads.map((spread) => {
      const options = { connections, spread, size, answer: 'reserved' } as const;
      return reserveContender(run, nameOf(store, size, spread), servers, options);
    }),
  );
}

/** Of requests for many intervals: over a year beside a week. */
const leastOverYear = { sqlite: 0.6, mongodb: 0.5 };

function ratiosOn(store: StoreName): readonly WantedRatio[] {
  const name = (size: number, spread: Spread) => nameOf(store, size, spread);
  const measure = 'requests/s';
  const bySpread = [small, large].flatMap((size) => [
    { of: name(size, 'busy'), to: name(size, 'empty'), measure, atLeast: 0.9 },
    {
      of: name(size, 'year'),
      to: name(size, 'busy'),
      measure,
      atLeast: size === large ? leastOverYear[store] : undefined,
    },
  ]);
  const timesAsLong = spreads.map((spread) => ({ of: name(small, spread), to: name(large, spread), measure }));
  // That many intervals would take 84 times as long one by one; twice as many a second is 42 times.
  const [of, to] = [name(large, 'busy'), name(small, 'busy')];
  return [...bySpread, ...timesAsLong, { of, to, measure: 'intervals/s', atLeast: 2 }];
}

function nameOf(store: StoreName, size: number, spread: Spread): string {
  return `${store}, ${size} ${spread === 'year' ? 'over a year' : spread}`;
}
