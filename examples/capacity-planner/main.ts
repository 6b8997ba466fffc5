/**
 * A planner of jobs that need memory for some hours. A job gets all of its intervals or none. When it doesn't fit, the
 * refusal names every interval that is in the way, and what could be had there: so the planner knows what to propose.
 *
 *   HOLDFAST_API_KEY=hf_live_… npm run example -- examples/capacity-planner/main.ts
 */
import { CapacityNotAvailableError, Holdfast, intervals } from '@holdfast/sdk';

const { HOLDFAST_URL = 'http://127.0.0.1:4000', HOLDFAST_API_KEY = '' } = process.env;
const { capacity } = new Holdfast({ baseUrl: HOLDFAST_URL, apiKey: HOLDFAST_API_KEY });

const run = `run-${Date.now()}`;
const quarterHourMs = 15 * 60_000;
const hourMs = 4 * quarterHourMs;

interface Job {
  readonly name: string;
  readonly startsAtMs: number;
  readonly hours: number;
  readonly gb: number;
}

function intervalsOf({ startsAtMs, hours, gb }: Job) {
  return intervals(new Date(startsAtMs), new Date(startsAtMs + hours * hourMs), gb);
}

/** As people write it: hours and minutes of the day, UTC. */
function timeOf(ms: number): string {
  return new Date(ms).toISOString().slice(11, 16);
}

/** The first six hours of the next week in which nobody has reserved anything yet. */
async function findFreeEvening() {
  // What starts in less than 30 minutes can't be had. An hour leaves time to decide.
  const from = new Date(Math.ceil((Date.now() + hourMs) / quarterHourMs) * quarterHourMs);
  const to = new Date(from.getTime() + 7 * 24 * hourMs);
  const [now] = await capacity.calendar({ from, to });
  const limitGb = now?.reservationLimitGb ?? 0;
  const { windows } = await capacity.windows({ durationMinutes: 360, capacityGb: limitGb, from, to });
  const [evening] = windows;
  if (evening === undefined) throw new Error('There are no six free hours in the next seven days.');
  return { from: evening.startsAt, to: evening.endsAt, limitGb };
}

/** What it would cost. Nothing is reserved, so somebody may still be faster. */
async function quote(job: Job): Promise<number> {
  const { reservedGbHours, reservedCostMicros } = await capacity.quote({ intervals: intervalsOf(job) });
  const price = (reservedCostMicros / 1_000_000).toFixed(2);
  console.log(`${job.name}: ${job.gb} GB from ${timeOf(job.startsAtMs)} for ${job.hours} hours are $${price}`);
  return reservedGbHours;
}

/** The earliest time at which none of those intervals is in the way any more. */
function afterObstacles(job: Job, obstacles: CapacityNotAvailableError['intervals']): Job {
  const lastMs = Math.max(...obstacles.map(({ startsAt }) => Date.parse(startsAt)));
  const mostGb = Math.min(...obstacles.map(({ reservableGb }) => reservableGb));
  const later = { ...job, startsAtMs: lastMs + quarterHourMs };
  console.log(`${job.name}: only ${mostGb} GB until ${timeOf(later.startsAtMs)}, so what about then?`);
  return later;
}

/** Reserves all of a job: when it is wanted, or else as soon as the refusals say that it may fit. */
async function book(job: Job): Promise<string> {
  const idempotencyKey = `${run}/${job.name}/${job.startsAtMs}`;
  try {
    const { reservationId } = await capacity.reserve({ intervals: intervalsOf(job) }, { idempotencyKey });
    console.log(`${job.name}: reserved from ${timeOf(job.startsAtMs)}`);
    return reservationId;
  } catch (error) {
    if (!(error instanceof CapacityNotAvailableError)) throw error;
    return book(afterObstacles(job, error.intervals));
  }
}

const evening = await findFreeEvening();
const startsAtMs = Date.parse(evening.from);
const share = (part: number) => Math.floor((evening.limitGb * part) / 4) * 4;

// Together they are too much for the hour in which both want to run.
const training = { name: 'training', startsAtMs, hours: 2, gb: share(3 / 4) };
const report = { name: 'report', startsAtMs: startsAtMs + hourMs, hours: 2, gb: share(1 / 2) };
const gbHoursWanted = (await quote(training)) + (await quote(report));
const booked = await Promise.all([book(training), book(report)]);

// The planner starts again, and doesn't know how far it has come.
const bookedAgain = await Promise.all([book(training), book(report)]);
const isSame = booked.join() === bookedAgain.join();

const rows = await capacity.calendar({ from: evening.from, to: evening.to });
const gbHours = rows.reduce((sum, { reservedGb }) => sum + reservedGb / 4, 0);
const overbooked = rows.filter(({ reservedGb, reservationLimitGb }) => reservedGb > reservationLimitGb).length;
console.log(
  `${gbHours} of ${gbHoursWanted} GB-hours are reserved, ${isSame ? 'once' : 'twice'}, ${overbooked} intervals overbooked.`,
);
