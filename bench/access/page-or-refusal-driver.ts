import type { Driver } from '../load/driver.ts';
import { openHttpDriver } from '../load/http-driver.ts';
import type { ConnectionOptions } from '../load/http-driver.ts';
import { toRequestText } from '../load/http-request.ts';
import { timed } from '../load/timed.ts';

export interface PageOrRefusalOptions extends ConnectionOptions {
  /** A key to be refused for a reserve; without one, `/healthz` is asked for. */
  readonly apiKey?: string;
}

export const pageOrRefusalDriver = import.meta.url;

const body = '[{"requester":"nobody","resource":"nothing","ttlSeconds":60}]';

/** Asks for `/healthz`, or for a lock with a key that isn't valid, again and again on each connection. */
export async function openDriver(options: PageOrRefusalOptions): Promise<Driver> {
  const { apiKey } = options;
  const [request, expected] =
    apiKey === undefined
      ? ['GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n', 200]
      : [toRequestText({ path: '/api/v1/Reservation/reserve', apiKey, body }), 401];
  return openHttpDriver(options, (connection) => async (tally) => {
    const answer = await timed(tally, () => connection.exchange(request));
    if (answer.status !== expected) tally.wrongAnswer(`${answer.status}: ${answer.body}`);
    else tally.unitsDone(1);
    return true;
  });
}
