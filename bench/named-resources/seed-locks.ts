import { apiKeyOf } from '../holdfast/api-key.ts';
import type { HttpConnection } from '../load/http-connection.ts';
import { toRequestText } from '../load/http-request.ts';
import { inParallel } from '../load/in-parallel.ts';
import { countIn, reserveRequest } from './lock-api.ts';

export interface SeedOptions {
  readonly url: string;
  readonly count: number;
  nameOf(number: number): string;
  /** Asked when the request is made. */
  ttlSecondsNow(): number;
}

const atOnce = { connections: 8, perRequest: 100 };

/** Takes locks as fast as it can; resolves to when each lapses, by number, in epoch milliseconds. */
export async function seedLocks({ url, count, nameOf, ttlSecondsNow }: SeedOptions): Promise<readonly number[]> {
  const expiries: number[] = [];
  await inParallel({ url, count, ...atOnce }, async (connection, { first, end }) => {
    const names = Array.from({ length: end - first }, (_, index) => nameOf(first + index));
    const found = await reserve(connection, names, ttlSecondsNow());
    for (const [index, expiresAtMs] of found.entries()) expiries[first + index] = expiresAtMs;
  });
  return expiries;
}

async function reserve(connection: HttpConnection, names: readonly string[], ttlSeconds: number): Promise<number[]> {
  const items = names.map((resource) => ({ requester: 'seed', resource }));
  const { status, body } = await connection.exchange(
    toRequestText(reserveRequest(items, ttlSeconds, { apiKey: apiKeyOf(0) })),
  );
  if (status !== 200 || countIn(body, '"status":"ACQUIRED"') !== names.length) {
    throw new Error(`Locks could not be taken: status ${status}, ${body.slice(0, 1_000)}`);
  }
  return (JSON.parse(body) as { expiresAt: string }[]).map(({ expiresAt }) => Date.parse(expiresAt));
}
