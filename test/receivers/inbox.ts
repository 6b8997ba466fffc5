import type { HoldfastEvent } from '@holdfast/contract';
import { Webhook } from 'standardwebhooks';
import { expect } from 'vitest';

/** A webhook as it came in. */
export interface Received {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Headers;
  readonly text: string;
  readonly event: HoldfastEvent;
}

/** What a receiver answers; a status alone has no body. */
export type Answer = number | Response | Promise<Response>;

type AnswerTo = (received: Received) => Answer;

/** What one receiver has been sent, in order, and what it answers: 204 unless told. */
export class Inbox {
  readonly url: string;
  readonly all: Received[] = [];
  #answerTo: AnswerTo = () => 204;
  #taken = 0;
  #onReceived: () => void = () => {};

  constructor(url: string) {
    this.url = url;
  }

  /** From now on. */
  answer(answerTo: AnswerTo | Answer): void {
    this.#answerTo = typeof answerTo === 'function' ? answerTo : () => answerTo;
  }

  /** Answers with each of these in turn, and with the last one from then on. */
  answerInTurn(...answers: readonly [Answer, ...Answer[]]): void {
    let next = 0;
    this.answer(() => answers[Math.min(next++, answers.length - 1)]!);
  }

  /** Waits for the next one that nobody has taken yet. */
  async take(): Promise<Received> {
    while (this.all.length === this.#taken) {
      await new Promise<void>((resolve) => void (this.#onReceived = resolve));
    }
    this.#taken += 1;
    return this.all[this.#taken - 1]!;
  }

  async takeMany(count: number): Promise<readonly Received[]> {
    const taken: Received[] = [];
    while (taken.length < count) taken.push(await this.take());
    return taken;
  }

  /** What has come in, and nobody has taken. */
  get untaken(): readonly Received[] {
    return this.all.slice(this.#taken);
  }

  async receive(request: Request): Promise<Response> {
    const { method, url, headers } = request;
    const { pathname, search } = new URL(url);
    const text = await request.text();
    const event = JSON.parse(text) as HoldfastEvent;
    const received = { method, path: `${pathname}${search}`, headers, text, event };
    this.all.push(received);
    const answer = this.#answerTo(received);
    this.#onReceived();
    return typeof answer === 'number' ? new Response(null, { status: answer }) : answer;
  }
}

/**
 * Expects that a webhook is signed with these secrets and no others, one signature each, as Standard Webhooks has it.
 * Whether its time is the present one depends on whose clock that is.
 */
export function expectSigned({ headers, text }: Received, ...secrets: readonly string[]): void {
  const [id, timestamp, signature] = ['id', 'timestamp', 'signature'].map(
    (name) => headers.get(`webhook-${name}`) ?? '',
  );
  expect(timestamp).toMatch(/^\d+$/u);
  const expected = secrets.map((secret) => new Webhook(secret).sign(id!, new Date(Number(timestamp) * 1_000), text));
  expect(signature?.split(' ').toSorted()).toEqual(expected.toSorted());
}
