import type { HttpConnection } from '../load/http-connection.ts';
import { toRequestText } from '../load/http-request.ts';
import type { HttpRequest } from '../load/http-request.ts';
import { inParallel } from '../load/in-parallel.ts';
import { createMeteringRuleRequest, createMetricRequest, customerOf, topUpRequest } from './credits-api.ts';

/** Sets a price, and gives customers credits: what a pair needs. */
export async function seedCustomers(url: string, count: number): Promise<void> {
  const prices = [createMetricRequest(), createMeteringRuleRequest()];
  await inParallel({ url, connections: 1, count: prices.length }, async (connection, { first }) => {
    await succeed(connection, prices[first]!);
  });
  await inParallel({ url, connections: 32, count }, async (connection, { first }) => {
    await succeed(connection, topUpRequest(customerOf(first)));
  });
}

/** Makes a request that must succeed; resolves to the body of its answer. */
export async function succeed(connection: HttpConnection, request: HttpRequest): Promise<string> {
  const { status, body } = await connection.exchange(toRequestText(request));
  if (status !== 200 && status !== 201) {
    throw new Error(`${request.path} was answered with status ${status}: ${body.slice(0, 1_000)}`);
  }
  return body;
}
