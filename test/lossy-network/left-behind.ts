import type { LossyProxy } from './lossy-proxy.ts';

/** What is still held when all is over, background work included, which may take so long. */
export async function findLeft<Held>(
  proxy: LossyProxy,
  longestGiveBackMs: number,
  findHeld: () => Promise<readonly Held[]>,
): Promise<readonly Held[]> {
  const deadlineMs = performance.now() + longestGiveBackMs;
  for (;;) {
    await proxy.untilQuiet(1_000);
    const held = await findHeld();
    if (held.length === 0 || performance.now() > deadlineMs) return held;
  }
}
