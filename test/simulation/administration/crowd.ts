import type { SeededRandom } from '../../faults/seeded-random.ts';
import type { Burst } from '../family.ts';
import { fixedKeys } from './objects.ts';

const burstCount = 14;

/** While clients are at work, and around the midnight in which windows end. */
const lastMs = 5_000;

/** They count against limits, and are nothing but wrong, so they cost next to nothing. */
const nonsense = {
  operation: { operationId: 'reserve', body: 'nonsense' },
  read: { operationId: 'listReservations', query: { limit: 'nonsense' } },
} as const;

const kinds = ['operation', 'operation', 'operation', 'read'] as const;

/** Enough to use limits up, in whatever process. */
export function drawCrowd(random: SeededRandom, processCount: number): readonly Burst[] {
  const { byMinute, ownLimit, byDay, halted } = fixedKeys;
  return Array.from({ length: burstCount }, () => {
    const kind = random.pick(kinds);
    const apiKey = random.pick([byMinute, byMinute, ownLimit, byDay, halted]);
    const most = random.pick(kind === 'read' ? [3, 50] : [3, 25]);
    const requests = Array.from({ length: 1 + random.integer(most) }, () => ({ apiKey, request: nonsense[kind] }));
    return { atMs: random.integer(lastMs), process: random.integer(processCount), requests };
  });
}
