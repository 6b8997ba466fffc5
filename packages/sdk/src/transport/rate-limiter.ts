import type { OperationDescription } from '@holdfast/contract';

import { ApiError } from '../errors/api-errors.ts';
import type { WithResponse } from './holdfast-promise.ts';
import { readRateLimits } from './rate-limit-headers.ts';
import type { RateLimit } from './rate-limit-headers.ts';
import { startTimer } from './timers.ts';

/** A limit that begins anew later is nothing to wait for: requests are sent nevertheless, and the server refuses them. */
const longestPauseMs = 60_000;

/**
 * Keeps a client below the limits that the server's answers tell of. Operations and reads have their own. Nothing is
 * known before the first answer, and after the last one nothing of what others use up: requests may still be refused.
 */
export class RateLimiter {
  readonly #gates = { operation: new Gate(), read: new Gate() };

  /** Makes an attempt as soon as there is room for it, and learns from its answer. */
  async pass<Data>(
    limit: OperationDescription['limit'],
    signal: AbortSignal | undefined,
    attempt: () => Promise<WithResponse<Data>>,
  ): Promise<WithResponse<Data>> {
    if (limit === 'none') return attempt();
    const gate = this.#gates[limit];
    await gate.enter(signal);
    let answer: Answer | undefined;
    try {
      const succeeded = await attempt();
      answer = succeeded.response;
      return succeeded;
    } catch (error) {
      if (error instanceof ApiError) answer = error;
      throw error;
    } finally {
      gate.leave(answer);
    }
  }
}

type Answer = Pick<Response, 'status' | 'headers'>;

/** One kind of requests: those under way, and those that wait, in the order in which they came. */
class Gate {
  #limits = new Map<string, RateLimit>();
  #underWay = 0;
  readonly #waiting = new Set<() => void>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  async enter(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      const go = () => {
        signal?.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = () => {
        signal?.removeEventListener('abort', giveUp);
        this.#waiting.delete(go);
        this.#letGo();
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', giveUp);
      this.#waiting.add(go);
      this.#letGo();
    });
  }

  leave(answer: Answer | undefined): void {
    this.#underWay -= 1;
    this.#learn(answer);
    this.#letGo();
  }

  #learn(answer: Answer | undefined): void {
    const said = answer ? readRateLimits(answer.headers, performance.now()) : new Map<string, RateLimit>();
    const status = answer?.status ?? 500;
    // That says nothing of limits: a success has none, a refusal came before they count, all else may have been counted.
    if (said.size > 0 || status < 400) {
      for (const [name, limit] of said) said.set(name, latest(this.#limits.get(name), limit));
      this.#limits = said;
    } else if (status >= 500) {
      for (const [name, known] of this.#limits) this.#limits.set(name, { ...known, left: known.left - 1 });
    }
  }

  /** Lets go who may. The others wait for an answer, or for a window to end. */
  #letGo(): void {
    clearTimeout(this.#timer);
    for (const go of this.#waiting) {
      const pauseMs = this.#opensAtMs() - performance.now();
      if (pauseMs > 0 && pauseMs <= longestPauseMs) {
        this.#timer = startTimer(() => this.#letGo(), pauseMs);
        return;
      }
      this.#waiting.delete(go);
      this.#underWay += 1;
      go();
    }
  }

  /** When every window has ended that has no more left than the requests under way may use up; 0 without any. */
  #opensAtMs(): number {
    const nowMs = performance.now();
    let opensAtMs = 0;
    for (const [name, known] of this.#limits) {
      const limit = nowMs < known.endsAtMs ? known : nextWindow(known, nowMs);
      this.#limits.set(name, limit);
      if (limit.left <= this.#underWay) opensAtMs = Math.max(opensAtMs, limit.endsAtMs);
    }
    return opensAtMs;
  }
}

function nextWindow(limit: RateLimit, nowMs: number): RateLimit {
  const windows = 1 + Math.floor((nowMs - limit.endsAtMs) / limit.windowMs);
  return { ...limit, left: limit.quota, endsAtMs: limit.endsAtMs + windows * limit.windowMs };
}

/** Answers may overtake one another: of the same window the one that leaves less is the later. */
function latest(known: RateLimit | undefined, said: RateLimit): RateLimit {
  if (known === undefined || said.endsAtMs > known.endsAtMs + said.windowMs / 2) return said;
  if (said.endsAtMs < known.endsAtMs - said.windowMs / 2) return known;
  const left = Math.min(known.left, said.left);
  return { ...said, left, endsAtMs: Math.min(known.endsAtMs, said.endsAtMs) };
}
