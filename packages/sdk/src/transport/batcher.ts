import type { OperationTypes, ReserveItem, ReserveResult } from '@holdfast/contract';

import { WrongReleaseTokenError } from '../errors/api-errors.ts';
import { Batch, mayConcernOneItem } from './batch.ts';
import type { Again, BatchedId, Caller, Results } from './batch.ts';
import type { TimedOptions } from './call.ts';
import { toExactJson } from './exact-integers.ts';
import { HoldfastPromise } from './holdfast-promise.ts';
import type { WithResponse } from './holdfast-promise.ts';
import type { HoldfastOptions, Transport } from './transport.ts';

/** As many as the contract allows. */
const mostItems = 100;

/** How often those who were woken together are waited for, until the last of them has made its next call. */
const turnsOfTheQueue = 8;

/** When a request is sent: soon, and without a timer. */
type Moment = (send: () => void) => unknown;

/** Before anything else happens: so that nobody can tell that his call was waiting for others. */
const afterMicrotasks: Moment = async (send) => {
  for (let turn = 0; turn < turnsOfTheQueue; turn++) await undefined;
  send();
};

/** When all that several sockets and timers brought has been dealt with, as far as a platform can tell. */
const atEndOfTurn: Moment = (send) => {
  const { setImmediate = afterMicrotasks } = globalThis as { setImmediate?: Moment };
  setImmediate(send);
};

/** A claim that was asked for. */
export interface AskedClaim {
  readonly result: Promise<ReserveResult>;
  /** See {@link Batch.find}. */
  find(again: Again): Promise<ReserveResult | undefined>;
}

/** Joins the items of concurrent calls of one operation into one request. */
export class Batcher {
  readonly #transport: Transport;
  readonly #maxItems: number;
  readonly #moment: Moment;
  readonly #open = new Map<string, Batch>();

  /** @param maxItems - of a request; 1 to send each item alone, 0 to leave every call as it is */
  constructor(transport: Transport, maxItems: number, moment: Moment) {
    this.#transport = transport;
    this.#maxItems = maxItems;
    this.#moment = moment;
  }

  call<Id extends BatchedId, Result extends OperationTypes[Id]['result']>(
    operationId: Id,
    items: readonly unknown[],
    options: TimedOptions = {},
  ): HoldfastPromise<Result> {
    const { idempotencyKey, headers } = options;
    // A refusal for one wrong token says which items took effect: that is plain only to who sent a single one.
    const most = operationId === 'reserve' ? this.#maxItems : Math.min(this.#maxItems, 1);
    const isAlone = (idempotencyKey ?? headers) !== undefined || !(items.length > 0 && items.length <= most);
    if (isAlone) return this.#transport.call(operationId, { body: items } as never, options);
    const answer = this.#ask({ operationId, items, options, json: '' });
    return new HoldfastPromise(answer as Promise<WithResponse<Result>>);
  }

  claim(item: ReserveItem, options: TimedOptions): AskedClaim {
    const caller: Caller = { operationId: 'reserve', items: [item], options, json: '' };
    return {
      result: this.#ask(caller).then(({ data: [result] }) => result as ReserveResult),
      find: async (again) => (await caller.batch?.find(caller, again))?.[0] as ReserveResult | undefined,
    };
  }

  async #ask(caller: Caller): Promise<WithResponse<Results>> {
    caller.options.signal?.throwIfAborted();
    caller.json = toExactJson(caller.items).slice(1, -1);
    const batch = this.#batchFor(caller);
    try {
      return await this.#answerOf(batch, caller);
    } catch (error) {
      caller.options.signal?.throwIfAborted();
      if (!batch.isShared) throw error;
      if (error instanceof WrongReleaseTokenError) {
        const { headers, requestId } = error;
        const data = batch.partOf(caller, error.results as Results);
        // Its own token may be the wrong one, or somebody else may hold the resource: asked alone, it hears which.
        if (data[0]?.status !== 'DOESNT_OWN_RESERVATION')
          return { data, response: new Response(null, { headers }), requestId };
      } else if (!mayConcernOneItem(error)) throw error;
      const alone = new Batch(this.#transport, caller);
      const answer = this.#answerOf(alone, caller);
      alone.send();
      return answer;
    }
  }

  async #answerOf(batch: Batch, caller: Caller): Promise<WithResponse<Results>> {
    const answer = await batch.join(caller);
    return { ...answer, data: batch.partOf(caller, answer.data) };
  }

  /** The batch that a call's items go with: of the same operation and options, with room for them. */
  #batchFor(caller: Caller): Batch {
    const { timeoutMs, maxRetries, withinMs } = caller.options;
    const group = `${caller.operationId} ${timeoutMs} ${maxRetries} ${withinMs}`;
    const open = this.#open.get(group);
    if (open !== undefined) {
      if (open.itemCount + caller.items.length <= this.#maxItems) return open;
      this.#send(group, open);
    }
    const batch = new Batch(this.#transport, caller);
    this.#open.set(group, batch);
    this.#moment(() => this.#send(group, batch));
    return batch;
  }

  #send(group: string, batch: Batch): void {
    if (this.#open.get(group) !== batch) return;
    this.#open.delete(group);
    batch.send();
  }
}

/** Those of a client: for the calls of its users, and for what `withLock()` asks for. */
export function batchersFor(
  transport: Transport,
  autoBatch: HoldfastOptions['autoBatch'],
): { readonly forCalls: Batcher; readonly forLocks: Batcher } {
  const { maxItems = 64 } = typeof autoBatch === 'object' ? autoBatch : {};
  if (!(Number.isInteger(maxItems) && maxItems >= 1 && maxItems <= mostItems)) {
    throw new RangeError(`autoBatch.maxItems must be an integer from 1 to ${mostItems}, and is ${maxItems}.`);
  }
  const moment = autoBatch ? atEndOfTurn : afterMicrotasks;
  // A claim of withLock() may be asked for again after its caller has left: others must not be asked for with it.
  return {
    forCalls: new Batcher(transport, autoBatch ? maxItems : 0, moment),
    forLocks: new Batcher(transport, autoBatch === false ? 1 : maxItems, moment),
  };
}
