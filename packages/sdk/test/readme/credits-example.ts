import { Holdfast, InsufficientCreditsError } from '@holdfast/sdk';

const apiKey = 'hf_test_and-at-least-32-letters-of-your-own';
const holdfast = new Holdfast({ baseUrl: 'http://127.0.0.1:4000', apiKey });
const { credits } = holdfast;

// Once: what is counted, what a unit costs in millicredits, and who has how much.
await credits.metrics.create({ key: 'image' });
await credits.rules.create({ billable_metric_key: 'image', cost_type: 'per_unit', unit_cost: 1_000 });
await credits.topUp({ customer: 'acme', credits: 20_000, price_paid: 1_900, currency: 'EUR' });

// For each job: hold what it may cost, work, and pay for what it did.
async function renderImages(jobId: string, count: number): Promise<void> {
  const options = { customer: 'acme', metric: 'image', estimate: count, idempotencyKey: jobId };
  const { commit } = await holdfast.withHold(options, async (hold) => {
    let rendered = 0;
    while (rendered < count && !hold.signal.aborted && (await renderOne())) rendered += 1;
    return rendered;
  });
  console.log(`${jobId}: ${commit.actual_units} images, ${commit.actual_cost} debited, ${commit.released} released`);
}

let left = 7;
const renderOne = async () => left-- > 0; // Stands for the real work, which fails at the eighth image.

await renderImages('job-1', 10); // job-1: 7 images, 7000 debited, 3000 released
await renderImages('job-1', 10); // The same again: it was done and paid already.
await renderImages('job-2', 100).catch((error: unknown) => {
  if (!(error instanceof InsufficientCreditsError)) throw error;
  console.log('job-2: not enough credits'); // 100,000 would be needed; nothing was held.
});

const { balance, reserved_balance } = await credits.account('acme');
console.log(`${balance} left, ${reserved_balance} held`); // 13000 left, 0 held
