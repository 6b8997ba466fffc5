/**
 * A worker that makes images for prepaid credits. What an order will cost isn't known before it is done: the estimate is
 * held, and only the images that came out well are debited. Two orders at once can't spend the same credits.
 *
 *   HOLDFAST_API_KEY=hf_live_… npm run example -- examples/image-worker/main.ts
 */
import { setTimeout as sleep } from 'node:timers/promises';

import { Holdfast, InsufficientCreditsError } from '@holdfast/sdk';

const { HOLDFAST_URL = 'http://127.0.0.1:4000', HOLDFAST_API_KEY = '' } = process.env;
const holdfast = new Holdfast({ baseUrl: HOLDFAST_URL, apiKey: HOLDFAST_API_KEY });

/** A run of its own, so that the example can be run again with a new customer and a new price. */
const run = `run-${Date.now()}`;
const [customer, metric] = [`${run}/studio`, `image-${run}`];

await holdfast.credits.metrics.create({ key: metric });
await holdfast.credits.rules.create({ billable_metric_key: metric, cost_type: 'per_unit', unit_cost: 1_000 });
await holdfast.credits.topUp({ customer, credits: 20_000 });

/** Every fourth image is blurred; nobody pays for those. */
async function paint(images: number): Promise<number> {
  await sleep(20);
  return images - Math.floor(images / 4);
}

async function workOff(order: string, images: number): Promise<'done' | 'refused'> {
  try {
    const { commit } = await holdfast.withHold(
      { customer, metric, estimate: images, idempotencyKey: `${run}/${order}` },
      () => paint(images),
    );
    console.log(`${order}: held ${commit.estimated_cost}, debited ${commit.actual_cost}, gave back ${commit.released}`);
    return 'done';
  } catch (error) {
    if (!(error instanceof InsufficientCreditsError)) throw error;
    console.log(`${order}: not enough credits`);
    return 'refused';
  }
}

// Together, the first two need more than there is: one of them is refused, and its credits are left for the others.
const atOnce = await Promise.all([workOff('order-1', 12), workOff('order-2', 12)]);
const later = await workOff('order-3', 8);
const again = await workOff('order-3', 8); // The same order again, after a crash perhaps: it isn't paid twice.

const { consistent, balance } = await holdfast.credits.audit(customer);
const refused = [...atOnce, later, again].filter((outcome) => outcome === 'refused').length;
console.log(
  `${refused} order was refused, ${balance} millicredits are left, and the ledger ${consistent ? 'adds up' : 'is wrong'}.`,
);
