import type { Driver } from '../load/driver.ts';
import { HttpConnection } from '../load/http-connection.ts';
import { Arrivals } from './arrivals.ts';
import { EventStream } from './event-stream.ts';
import { createLagCaller, keyIn } from './lag-caller.ts';

export interface LagOptions {
  /** The server that is asked for locks, and that whose streams are read. */
  readonly url: string;
  readonly streamUrl: string;
  readonly streams: number;
}

export const lagDriver = import.meta.url;

/** How many streams are opened at once. */
const atOnce = 50;

/** Takes and gives back one lock at a time, and measures how long after its answer the event came to each stream. */
export async function openDriver({ url, streamUrl, streams: count }: LagOptions): Promise<Driver> {
  const arrivals = new Arrivals(count);
  const faults: string[] = [];
  const open = () => openStream(streamUrl, arrivals, faults);
  const streams: EventStream[] = [];
  while (streams.length < count) {
    const next = Array.from({ length: Math.min(atOnce, count - streams.length) }, open);
    streams.push(...(await Promise.all(next)));
  }
  const connection = await HttpConnection.open(url);
  return {
    callers: [createLagCaller(connection, arrivals, faults)],
    close: () => {
      for (const stream of streams) stream.close();
      connection.close();
    },
  };
}

function openStream(url: string, arrivals: Arrivals, faults: string[]): Promise<EventStream> {
  let last = 0;
  return EventStream.open(url, (number, data) => {
    if (number <= last) faults.push(`number ${number} came behind ${last}`);
    last = number;
    arrivals.arrived(keyIn(data));
  });
}
