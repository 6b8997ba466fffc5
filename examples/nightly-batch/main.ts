/**
 * Two nightly batches that want the same two hours, and more memory than there is. Both look into the calendar, both ask
 * for all eight intervals at once; one loses the race, and takes what it left.
 *
 *   HOLDFAST_API_KEY=hf_live_… npm run example -- examples/nightly-batch/main.ts
 */
import { Holdfast, intervals } from '@holdfast/sdk';

const { HOLDFAST_URL = 'http://127.0.0.1:4000', HOLDFAST_API_KEY = '' } = process.env;
const holdfast = new Holdfast({ baseUrl: HOLDFAST_URL, apiKey: HOLDFAST_API_KEY });

const quarterHourMs = 15 * 60_000;
const intervalsNeeded = 8;
const run = `run-${Date.now()}`;

/** The first two hours of the next week in which nobody has reserved anything yet. */
async function findFreeNight() {
  // What starts in less than 30 minutes can't be had; it may come to that while this program thinks.
  const from = new Date(Math.ceil(Date.now() / quarterHourMs) * quarterHourMs + 4 * quarterHourMs);
  const to = new Date(from.getTime() + 7 * 96 * quarterHourMs);
  const rows = await holdfast.capacity.calendar({ from, to });
  const first = rows.findIndex((_, index) => {
    const night = rows.slice(index, index + intervalsNeeded);
    return night.length === intervalsNeeded && night.every((row) => row.reservableGb > 0 && row.reservedGb === 0);
  });
  const [start, end] = [rows[first], rows[first + intervalsNeeded - 1]];
  if (start === undefined || end === undefined) throw new Error('There are no two free hours in the next seven days.');
  return { from: start.startsAt, to: end.endsAt, reservableGb: start.reservableGb };
}

const night = await findFreeNight();
console.log(`From ${night.from} to ${night.to}, ${night.reservableGb} GB can be had.`);

/** Two thirds of what there is, in whole multiples of 4 GB: too much for two. */
const wantedGb = Math.floor((night.reservableGb * 2) / 3 / 4) * 4;

async function book(batch: string): Promise<void> {
  const request = { intervals: intervals(night.from, night.to, wantedGb) };
  const booked = await holdfast.capacity.reserveUpTo(request, { idempotencyKey: `${run}/${batch}` });
  const [first] = booked.shortfalls;
  if (first === undefined) console.log(`${batch}: has ${wantedGb} GB in all ${booked.intervals.length} intervals`);
  else console.log(`${batch}: came second (${first.reason}), and has ${first.reservedGb} GB of the ${wantedGb}`);
}

await Promise.all([book('report'), book('index')]);

const rows = await holdfast.capacity.calendar({ from: night.from, to: night.to });
const overbooked = rows.filter((row) => row.reservedGb > row.reservationLimitGb).length;
console.log(
  `${rows[0]?.reservedGb} GB are reserved now, ${rows[0]?.reservableGb} GB are left, ${overbooked} intervals are overbooked.`,
);
