import { isDeepStrictEqual } from 'node:util';

import type { Answer } from '@holdfast/engine';

import type { Command } from '../model/command.ts';
import type { SentRequest } from './world.ts';

/** A request with an idempotency key, and the answer that everybody gets who sends it again within a day. */
export interface Kept {
  readonly command: Command;
  readonly request: SentRequest;
  readonly answer: Answer<unknown>;
  readonly atMs: number;
}

const millisecondsPerDay = 86_400_000;

/** The first answers to idempotency keys. */
export class KeptAnswers {
  readonly #byKey = new Map<string, Kept>();

  /** What is invalid isn't kept: its key stays free. */
  keep(kept: Kept): void {
    const { request, answer } = kept;
    if (request.idempotency === undefined) return;
    if (!answer.outcome.ok && answer.outcome.code === 'invalid_request') return;
    this.#byKey.set(`${request.operationId} ${request.idempotency.key}`, kept);
  }

  pick(pick: number): Kept | undefined {
    const all = [...this.#byKey.values()];
    return all[pick % all.length];
  }

  times(): readonly number[] {
    return [...this.#byKey.values()].map(({ atMs }) => atMs);
  }
}

export function isStillKept({ atMs }: Kept, nowMs: number): boolean {
  return nowMs < atMs + millisecondsPerDay;
}

/** What is wrong with the answer to a request that was sent again in time. */
export function findReplayFaults(kept: Kept, again: Answer<unknown>, isOther: boolean): readonly string[] {
  if (isOther) {
    const { outcome } = again;
    const isRefused = !outcome.ok && outcome.code === 'idempotency_key_conflict';
    return isRefused ? [] : [`Another body under the same key was answered ${JSON.stringify(again)}.`];
  }
  const isSame = again.isReplayed && isDeepStrictEqual(again.outcome, kept.answer.outcome);
  const answers = [again, kept.answer].map((answer) => JSON.stringify(answer));
  return isSame ? [] : [`The same request again was answered ${answers.join(', but first ')}.`];
}
