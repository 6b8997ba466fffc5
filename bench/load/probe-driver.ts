import { setTimeout as delay } from 'node:timers/promises';

import type { Driver } from './driver.ts';
import { HttpConnection } from './http-connection.ts';
import { timed } from './timed.ts';

export interface ProbeOptions {
  readonly url: string;
  readonly path: string;
  /** How long it rests between two requests. */
  readonly pauseMs: number;
}

export const probeDriver = import.meta.url;

/** One connection that asks for one page now and then: how long that takes at most is how long the server stalls. */
export async function openDriver({ url, path, pauseMs }: ProbeOptions): Promise<Driver> {
  const connection = await HttpConnection.open(url);
  const request = `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
  const caller: Driver['callers'][number] = async (tally) => {
    const { status, body } = await timed(tally, () => connection.exchange(request));
    if (status !== 200) tally.wrongAnswer(`${path} answered ${status}: ${body}`);
    await delay(pauseMs);
    return true;
  };
  return { callers: [caller], close: () => connection.close() };
}
