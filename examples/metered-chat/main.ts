/**
 * A chat that is metered by the token. Nobody knows how long an answer will be, so a few tokens are held at first, more
 * while it streams, and what was streamed is debited at the end. When the credits run out, the answer ends there.
 *
 *   HOLDFAST_API_KEY=hf_live_… npm run example -- examples/metered-chat/main.ts
 */
import { setTimeout as sleep } from 'node:timers/promises';

import { Holdfast, InsufficientCreditsError } from '@holdfast/sdk';
import type { HeldCredits } from '@holdfast/sdk';

const { HOLDFAST_URL = 'http://127.0.0.1:4000', HOLDFAST_API_KEY = '' } = process.env;
const holdfast = new Holdfast({ baseUrl: HOLDFAST_URL, apiKey: HOLDFAST_API_KEY });

/** A run of its own, so that the example can be run again with a new customer and a new price. */
const run = `run-${Date.now()}`;
const [customer, metric] = [`${run}/reader`, `token-${run}`];

await holdfast.credits.metrics.create({ key: metric });
await holdfast.credits.rules.create({
  billable_metric_key: metric,
  cost_type: 'tiered',
  mode: 'graduated',
  tiers: [
    { up_to: 100, unit_cost: 20 },
    { up_to: null, unit_cost: 10 },
  ],
});
await holdfast.credits.topUp({ customer, credits: 4_800 });

const tokensAtATime = 40;

/** A language model, for all that this example knows. */
async function* answerTo(length: number, signal: AbortSignal): AsyncGenerator<string> {
  for (let token = 1; token <= length; token += 1) {
    await sleep(1, undefined, { signal });
    yield `token-${token}`;
  }
}

/** Whether there are credits for the next tokens. */
async function holdMore(hold: HeldCredits): Promise<boolean> {
  try {
    await hold.extend(tokensAtATime);
    return true;
  } catch (error) {
    if (error instanceof InsufficientCreditsError) return false;
    throw error;
  }
}

async function ask(question: string, length: number): Promise<void> {
  const { commit } = await holdfast.withHold(
    { customer, metric, estimate: tokensAtATime, ttlSeconds: 30, idempotencyKey: `${run}/${question}` },
    async (hold) => {
      let streamed = 0;
      for await (const _token of answerTo(length, hold.signal)) {
        if (streamed === hold.estimatedUnits && !(await holdMore(hold))) break;
        streamed += 1;
      }
      return streamed;
    },
  );
  console.log(`${question}: ${commit.actual_units} of ${length} tokens for ${commit.actual_cost} millicredits`);
}

await ask('What is a lock?', 90);
await ask('Tell me a long story.', 1_000);

const { effective_balance: left } = await holdfast.credits.account(customer);
console.log(`${left} millicredits are left.`);
