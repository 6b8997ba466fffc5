import { CapacityNotAvailableError, Holdfast, intervals } from '@holdfast/sdk';

const apiKey = 'hf_test_and-at-least-32-letters-of-your-own';
const holdfast = new Holdfast({ baseUrl: 'http://127.0.0.1:4000', apiKey });
const { capacity } = holdfast;

// Tomorrow from 22:00 to 24:00 UTC: eight intervals.
const from = new Date();
from.setUTCDate(from.getUTCDate() + 1);
from.setUTCHours(22, 0, 0, 0);
const to = new Date(from.getTime() + 2 * 3_600_000);

const rows = await capacity.calendar({ from, to });
console.log(`${Math.min(...rows.map((row) => row.reservableGb))} GB can be had`); // 1024 GB can be had

// All of it or nothing, and once, even if this program is run again.
const idempotencyKey = `nightly-report ${from.toISOString()}`;
const report = await capacity.reserve({ intervals: intervals(from, to, 512) }, { idempotencyKey });
console.log(`${report.intervals.length} intervals for the report`); // 8 intervals for the report

// As much of it as there is.
const { shortfalls } = await capacity.reserveUpTo({ intervals: intervals(from, to, 768) });
const [least] = shortfalls;
if (least) console.log(`${least.reservedGb} of ${least.requestedGb} GB for the rest`); // 512 of 768 GB for the rest

await capacity.reserve({ intervals: intervals(from, to, 4) }).catch((error: unknown) => {
  if (!(error instanceof CapacityNotAvailableError)) throw error;
  console.log(`${error.intervals.length} intervals are full`); // 8 intervals are full
});
