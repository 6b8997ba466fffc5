import type { Tally } from './tally.ts';

/** Does something that counts as a request, and tells the tally how long it took. */
export async function timed<Result>(tally: Tally, request: () => Promise<Result>): Promise<Result> {
  const startedAtMs = performance.now();
  const result = await request();
  tally.request(performance.now() - startedAtMs);
  return result;
}
