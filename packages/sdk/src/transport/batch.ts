import type { OperationTypes } from '@holdfast/contract';

import { ApiError, RateLimitError } from '../errors/api-errors.ts';
import type { HoldfastError } from '../errors/holdfast-error.ts';
import type { TimedOptions } from './call.ts';
import type { WithResponse } from './holdfast-promise.ts';
import type { Transport } from './transport.ts';
import { uuidV7 } from './uuid-v7.ts';

/** The operations whose items are independent of one another. */
export type BatchedId = 'reserve' | 'unreserve' | 'renew';

export type Results = OperationTypes[BatchedId]['result'];

/** One call, whose items may go with those of others. */
export interface Caller {
  readonly operationId: BatchedId;
  readonly items: readonly unknown[];
  readonly options: TimedOptions;
  /** Its items as they were when it called, without the brackets around them. */
  json: string;
  /** What its items go with. */
  batch?: Batch;
}

/** Makes a call again, until there is an answer or the time for it is up. */
export type Again = (call: (options: TimedOptions) => Promise<WithResponse<Results>>) => Promise<WithResponse<Results>>;

/** One request for the items of several calls, under an idempotency key of its own. */
export class Batch {
  readonly answer: Promise<WithResponse<Results>>;
  /** Asks for the answer, with the items of all who have joined by now. */
  readonly send: () => void;
  itemCount = 0;
  readonly #request: (options: TimedOptions) => Promise<WithResponse<Results>>;
  readonly #waiting = new Set<Caller>();
  readonly #abort = new AbortController();
  #sent: readonly Caller[] = [];

  constructor(transport: Transport, { operationId, options }: Caller) {
    const idempotencyKey = uuidV7();
    const body = () => `[${this.#sent.map(({ json }) => json)}]`;
    this.#request = (options) =>
      transport.call(operationId, { body } as never, { ...options, idempotencyKey }).withResponse();
    const { timeoutMs, maxRetries, withinMs } = options;
    const shared: TimedOptions = {
      timeoutMs,
      maxRetries,
      withinMs,
      signal: this.#abort.signal,
      onSend: () => this.#seal(),
      isFinal: (error) => this.isShared && mayConcernOneItem(error),
    };
    let resolve: (answer: Promise<WithResponse<Results>>) => void;
    this.answer = new Promise((settle) => (resolve = settle));
    this.send = () => resolve(this.#request(shared));
  }

  get isShared(): boolean {
    return this.#sent.length > 1;
  }

  /** Resolves to the answer to all items. Who aborts leaves it to the others; if nobody is left, nobody waits for it. */
  join(caller: Caller): Promise<WithResponse<Results>> {
    const { signal } = caller.options;
    caller.batch = this;
    this.#waiting.add(caller);
    this.itemCount += caller.items.length;
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.delete(caller);
        if (this.#waiting.size === 0) this.#abort.abort(signal?.reason);
        reject(signal?.reason);
      };
      const stay = () => signal?.removeEventListener('abort', leave);
      signal?.addEventListener('abort', leave);
      this.answer.then(resolve, reject).finally(stay);
    });
  }

  /** The caller's part of the results; none if it had left before they were asked for. */
  partOf(caller: Caller, results: Results): Results {
    const index = this.#sent.indexOf(caller);
    const from = this.#sent.slice(0, index).reduce((sum, { items }) => sum + items.length, 0);
    return index < 0 ? [] : results.slice(from, from + caller.items.length);
  }

  /**
   * What became of a call whose caller saw no answer: none if nothing did. If nobody saw one, the request is made again
   * under its old key, so that it is answered as it was the first time. Where others may have been told that nothing
   * was done, it isn't: then it would be done after all.
   */
  async find(caller: Caller, again: Again): Promise<Results> {
    const answer = await this.answer.catch((error: HoldfastError) => {
      const isUnknown = this.#abort.signal.aborted || error.outcomeUnknown;
      return isUnknown && this.#sent.includes(caller) ? again(this.#request) : undefined;
    });
    return answer === undefined ? [] : this.partOf(caller, answer.data);
  }

  /** Until a request may have taken effect, it is without the items of those who have left. */
  #seal(): void {
    this.#sent = [...this.#waiting];
    for (const { options } of this.#sent) options.onSend?.();
  }
}

/** Whether a request was refused as a whole, and nothing done, for what may be wrong with only one of its items. */
export function mayConcernOneItem(error: unknown): boolean {
  if (error instanceof RateLimitError) return error.limitType === 'concurrentLocks' && !error.outcomeUnknown;
  return error instanceof ApiError && [400, 413].includes(error.status);
}
