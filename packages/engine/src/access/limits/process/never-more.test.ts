import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { RateLimited } from '../../../shared/outcomes.ts';
import type { LimitedCaller } from '../caller-limits.ts';
import { beginningOfWindow, policies, policiesOf } from '../policies.ts';
import { burst, Fleet, limited } from './testing/fleet.ts';
import type { Fate } from './testing/fleet.ts';

/*
 * Whatever happens, and in whatever order: no window has more admissions than its limit, and one in which somebody was
 * refused is announced once. Processes die with units in hand and stand still, commits and their answers are lost,
 * answers come after the window's end.
 */

const limits = { opsPerMinute: 60, opsPerDay: 250, keyOpsPerMinute: 40 };
const callers = ['key-1', 'key-2'].map((keyId) => limited(limits, { keyId }));
const processCount = 3;

type Kind = 'operation' | 'read';

const index = fc.nat({ max: processCount - 1 });
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ type: fc.constant('burst'), index, key: fc.nat({ max: 1 }), count: fc.nat(40) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('reads'), index, key: fc.nat({ max: 1 }), count: fc.nat(150) }),
  },
  { weight: 6, arbitrary: fc.record({ type: fc.constant('pass'), ms: fc.constantFrom(5, 60, 300, 2_000, 59_000) }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('tend'), index }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('release'), index }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('die'), index }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('fate'), fate: fc.constantFrom<Fate>('notDone', 'doneButUnknown') }),
  },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('fate'), fate: fc.constant<Fate>('done') }) },
);
type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never;

/** Admissions by policy, key and window, and the rest. */
class Tally {
  readonly admitted = new Map<string, number>();
  /** Windows that were given as the reason of a refusal. */
  readonly reached = new Set<string>();
  refused = 0;
  failed = 0;

  count(caller: LimitedCaller, kind: Kind, nowMs: number): void {
    for (const policy of policiesOf[kind]) {
      const owner = policy.name === 'key' ? caller.keyId : 'tenant';
      const window = `${policy.name} ${owner} ${beginningOfWindow(policy, nowMs)}`;
      this.admitted.set(window, (this.admitted.get(window) ?? 0) + 1);
    }
  }

  refuse({ limitType, upgradeRequired }: RateLimited, keyId: string | null, nowMs: number): void {
    this.refused += 1;
    this.reached.add(windowOf(limitType, upgradeRequired ? null : keyId, nowMs));
  }

  /** Windows with more than their limit, and how many have all of it. */
  judge(): { readonly excesses: readonly unknown[]; readonly full: number } {
    const differences = [...this.admitted].map(([window, count]) => {
      const policy = policies[window.split(' ')[0] as keyof typeof policies];
      return { window, excess: count - policy.limitOf(callers[0]!)! };
    });
    return {
      excesses: differences.filter(({ excess }) => excess > 0),
      full: differences.filter(({ excess }) => excess === 0).length,
    };
  }
}

/** The window of a policy, or of a key's own, that a time is in. */
function windowOf(limitType: string, keyId: string | null, timeMs: number): string {
  const policy = Object.values(policies).find((each) => {
    return each.limitType === limitType && (each.name === 'key') === (keyId !== null);
  })!;
  return `${policy.name} ${keyId ?? 'tenant'} ${beginningOfWindow(policy, timeMs)}`;
}

async function run(steps: readonly Step[]): Promise<{ tally: Tally; fresh: number; announced: readonly string[] }> {
  const fleet = new Fleet();
  const tally = new Tally();
  const processes = Array.from({ length: processCount }, () => fleet.start());
  const underWay: Promise<void>[] = [];
  const send = async (process: number, caller: LimitedCaller, kind: Kind) => {
    try {
      const { refusal } = await processes[process]!.admit(caller, kind);
      if (refusal === undefined) tally.count(caller, kind, fleet.environment.nowMs);
      else tally.refuse(refusal, caller.keyId, fleet.environment.nowMs);
    } catch {
      tally.failed += 1;
    }
  };
  for (const each of steps) {
    if ('count' in each) {
      const kind = each.type === 'reads' ? 'read' : 'operation';
      for (let sent = 0; sent < each.count; sent += 1) underWay.push(send(each.index, callers[each.key]!, kind));
    } else if ('ms' in each) await fleet.meanwhile(() => fleet.pass(each.ms));
    else if ('fate' in each) fleet.fate = each.fate;
    else if (each.type === 'tend') underWay.push(processes[each.index]!.tend());
    else if (each.type === 'release') underWay.push(processes[each.index]!.release());
    else processes[each.index] = fleet.start();
  }
  fleet.fate = 'done';
  await Promise.all(underWay);
  // The minute after the next one, which nobody has touched, is whole.
  fleet.pass(120_000 - (fleet.environment.nowMs % 60_000));
  const minuteOnly = limited({ opsPerMinute: limits.opsPerMinute });
  let fresh = 0;
  for (let turn = 0; turn < 8; turn += 1) {
    for (const limiter of processes) {
      for (const { refusal } of await burst(limiter, minuteOnly, 20)) fresh += refusal === undefined ? 1 : 0;
    }
    await fleet.tendFor(500, processes);
  }
  const announced = (await fleet.eventsOf(minuteOnly)).map(({ data }) => {
    return windowOf(data.limit_type, data.api_key_id, Date.parse(data.resets_at) - 1);
  });
  return { tally, fresh, announced };
}

test('no window has more admissions than its limit, whatever happens, and none that is untouched has less', async () => {
  const seen = { admitted: 0, refused: 0, failed: 0, full: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 80 }), async (steps) => {
      const { tally, fresh, announced } = await run(steps);
      const { excesses, full } = tally.judge();
      expect(excesses).toEqual([]);
      expect(fresh).toBe(limits.opsPerMinute);
      expect(announced).toHaveLength(new Set(announced).size);
      expect([...tally.reached].filter((window) => !announced.includes(window))).toEqual([]);
      const counts = [...tally.admitted.values()];
      seen.admitted += counts.reduce((sum, count) => sum + count, 0);
      seen.refused += tally.refused;
      seen.failed += tally.failed;
      seen.full += full;
    }),
    { numRuns: 120 },
  );
  // They came where it matters.
  for (const [what, count] of Object.entries(seen)) expect([what, count > 50]).toEqual([what, true]);
});
