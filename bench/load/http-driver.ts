import type { Caller, Driver } from './driver.ts';
import { HttpConnection } from './http-connection.ts';
import { toRequestText } from './http-request.ts';
import type { HttpRequest } from './http-request.ts';
import type { KeyForm } from './idempotency-keys.ts';
import type { Tally } from './tally.ts';
import { timed } from './timed.ts';

export interface ConnectionOptions {
  /** The servers; connections go to each in turn. */
  readonly urls: readonly string[];
  readonly connections: number;
  /** What idempotency keys look like. Default: random. */
  readonly keys?: KeyForm | undefined;
}

/** A driver with one caller for each connection. */
export async function openHttpDriver(
  { urls, connections: count }: ConnectionOptions,
  createCaller: (connection: HttpConnection, index: number) => Caller,
): Promise<Driver> {
  const indexes = [...Array(count).keys()];
  const connections = await Promise.all(indexes.map((index) => HttpConnection.open(urls[index % urls.length] ?? '')));
  return {
    callers: connections.map(createCaller),
    close: () => connections.forEach((connection) => connection.close()),
  };
}

export interface Exchange {
  readonly connection: HttpConnection;
  readonly request: HttpRequest;
  readonly status: number;
  readonly tally: Tally;
}

/** Makes a request and resolves to the body of its answer, which says the status as well if it is another one. */
export async function exchange({ connection, request, status: expected, tally }: Exchange): Promise<string> {
  const { status, body } = await timed(tally, () => connection.exchange(toRequestText(request)));
  return status === expected ? body : `status ${status}: ${body.replaceAll('"status"', 'status')}`;
}

/** Says that an answer was wrong; there is more to do all the same. */
export function giveUp(tally: Tally, answer: string): true {
  tally.wrongAnswer(answer);
  return true;
}
