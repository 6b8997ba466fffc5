/**
 * A language model's answers, paid by the token. Nobody knows how long an answer will be, so a few tokens are held at
 * first, and more while it streams. However it ends (the model breaks off, the reader leaves, the credits run out): what
 * the reader has got is debited, and the rest of the hold is released.
 *
 *   HOLDFAST_API_KEY=hf_live_… npm run example -- examples/metered-stream/main.ts
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
await holdfast.credits.rules.create({ billable_metric_key: metric, cost_type: 'per_unit', unit_cost: 20 });
await holdfast.credits.topUp({ customer, credits: 5_000 });

const tokensAtATime = 40;
let tokensSent = 0;
let tokensDebited = 0;

interface Question {
  readonly text: string;
  /** How many tokens the answer has. */
  readonly length: number;
  readonly modelBreaksAfter?: number;
  readonly readerLeavesAfter?: number;
}

/** A language model, for all that this example knows. */
async function* answerTo({ length, modelBreaksAfter }: Question, signal: AbortSignal): AsyncGenerator<string> {
  for (let count = 0; count < length; count += 1) {
    await sleep(1);
    signal.throwIfAborted();
    if (count === modelBreaksAfter) throw new Error('the model broke off');
    yield `token-${count + 1}`;
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

/** Sends an answer to its reader. Whatever ends it, returns how many tokens he has got. */
async function stream(question: Question, hold: HeldCredits, reader: AbortController) {
  let units = 0;
  try {
    for await (const _token of answerTo(question, hold.signal)) {
      if (units === hold.estimatedUnits && !(await holdMore(hold))) return { units, value: 'the credits ran out' };
      units += 1;
      tokensSent += 1;
      if (units === question.readerLeavesAfter) reader.abort(new Error('the reader left'));
    }
    return { units, value: 'complete' };
  } catch (error) {
    return { units, value: error instanceof Error ? error.message : String(error) };
  }
}

async function ask(question: Question): Promise<void> {
  const reader = new AbortController();
  const idempotencyKey = `${run}/${question.text}`;
  const options = { customer, metric, estimate: tokensAtATime, ttlSeconds: 30, idempotencyKey, signal: reader.signal };
  const { commit, replayed, value } = await holdfast.withHold(options, (hold) => stream(question, hold, reader));
  console.log(`${question.text} ${commit.actual_units} tokens, ${replayed ? 'paid before' : value}`);
  if (!replayed) tokensDebited += commit.actual_units;
}

await ask({ text: 'What is a lock?', length: 60 });
await ask({ text: 'And a lease?', length: 200, modelBreaksAfter: 50 });
await ask({ text: 'And a lease?', length: 200 }); // The same request again, from a browser that has seen no end of it.
await ask({ text: 'What is a fencing token?', length: 200, readerLeavesAfter: 20 });
await ask({ text: 'Tell me a long story.', length: 1_000 });

const { balance, reserved_balance: held } = await holdfast.credits.account(customer);
console.log(
  `${tokensSent} tokens were sent, ${tokensDebited} debited; ${balance} millicredits are left, ${held} held.`,
);
