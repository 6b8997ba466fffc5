import type { HoldfastEvent } from '@holdfast/contract/types';

import { ApiError } from '../errors/api-errors.ts';
import { ConnectionError, HoldfastError } from '../errors/holdfast-error.ts';
import type { CallOptions } from '../transport/call.ts';
import { parseExactly } from '../transport/exact-integers.ts';
import { backoffMs } from '../transport/retries.ts';
import { runWithin, sleep } from '../transport/timers.ts';
import type { Transport } from '../transport/transport.ts';
import { EventStreamParser } from './event-stream-parser.ts';

/** Whose events: `access` is what became of tenants, tiers, API keys and issuers, and limits that were reached. */
export type EventFamily = 'resources' | 'credits' | 'capacity' | 'access';

/** Which events to follow, and from where on. */
export interface FollowOptions extends Pick<CallOptions, 'signal' | 'timeoutMs' | 'headers'> {
  /** Default: named resources alone, or those that `types` are of. */
  readonly families?: readonly EventFamily[] | undefined;
  /** Only these types. Default: all of the families. */
  readonly types?: readonly HoldfastEvent['type'][] | undefined;
  /** The number of the last event that has been seen; 0 for all that there are. Default: from now on. */
  readonly after?: number | undefined;
}

/** The server sends a comment each 15 seconds: a connection that is silent for so long is dead. */
const longestSilenceMs = 45_000;

/** A stream that lasted for so long was a success, even if nothing happened meanwhile. */
const stableAfterMs = 10_000;

/** Where the stream is, and the event that brought it there, if there was one that was asked for. */
interface NumberedEvent {
  readonly id: string;
  readonly event: HoldfastEvent | undefined;
}

/** The events, one after the other, over as many connections as it takes. */
export async function* followEvents(transport: Transport, options: FollowOptions): AsyncGenerator<HoldfastEvent, void> {
  const { signal } = options;
  let lastId = options.after === undefined ? '' : String(options.after);
  for (let failures = 0; ;) {
    let openedAtMs = Infinity;
    let pauseMs = 0;
    try {
      const stream = await open(transport, options, lastId);
      openedAtMs = performance.now();
      for await (const { id, event } of readStream(stream, signal)) {
        signal?.throwIfAborted();
        lastId = id || lastId;
        if (event === undefined) continue;
        failures = 0;
        yield event;
      }
    } catch (error) {
      if (signal?.aborted || !(error instanceof HoldfastError) || !error.retryable) throw error;
      if (error instanceof ApiError) pauseMs = (error.retryAfterSeconds ?? 0) * 1_000;
    }
    if (performance.now() - openedAtMs > stableAfterMs) failures = 0;
    await sleep(pauseMs + backoffMs(failures++), signal);
  }
}

function open(transport: Transport, options: FollowOptions, lastId: string): Promise<ReadableStream<Uint8Array>> {
  const { families, types, signal, timeoutMs } = options;
  const query = { ...(families && { families: families.join() }), ...(types && { types: types.join() }) };
  const headers = { ...options.headers, accept: 'text/event-stream', ...(lastId && { 'last-event-id': lastId }) };
  return transport.stream('streamEvents', { query }, { signal, timeoutMs, headers });
}

/** Reads as fast as its events are taken. However it ends, it closes the connection. */
async function* readStream(
  stream: ReadableStream<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<NumberedEvent, void> {
  const onTimeout = () => new ConnectionError(`The stream of events was silent for ${longestSilenceMs} ms`);
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  const parser = new EventStreamParser();
  try {
    for (;;) {
      const { done, value } = await runWithin({ timeoutMs: longestSilenceMs, onTimeout, signal }, () => reader.read());
      if (done) return;
      for (const { id, data } of parser.push(decoder.decode(value, { stream: true }))) {
        yield { id, event: data === '' ? undefined : (parseExactly(data) as HoldfastEvent) };
      }
    }
  } catch (error) {
    if (signal?.aborted || error instanceof HoldfastError) throw error;
    throw new ConnectionError(`The stream of events broke off: ${error}`, { cause: error });
  } finally {
    reader.cancel().catch(() => {});
  }
}
