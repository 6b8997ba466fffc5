import { InsufficientCreditsError } from '@holdfast/sdk';

import { holdfast } from '../../../lib/holdfast';

interface Job {
  readonly id: string;
  readonly customer: string;
  readonly text: string;
}

/** Summarizes a text, for a credit a word; the same job again is neither done nor paid again. */
export async function POST(request: Request): Promise<Response> {
  const { id, customer, text } = (await request.json()) as Job;
  const words = text.split(' ');
  try {
    const idempotencyKey = `summary-${customer}-${id}`;
    const { commit } = await holdfast().withHold(
      { customer, metric: 'word', estimate: words.length, idempotencyKey, signal: request.signal },
      () => Math.ceil(words.length / 2), // Stands for the model, which says how many words it has used.
    );
    return Response.json({ paid: commit.actual_cost, left: commit.account.effective_balance });
  } catch (error) {
    if (!(error instanceof InsufficientCreditsError)) throw error;
    return Response.json({ message: 'Too few credits.' }, { status: 402 });
  }
}
