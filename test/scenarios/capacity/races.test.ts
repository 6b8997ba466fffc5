import type { CapacityInterval, CapacityNotAvailableProblem } from '@holdfast/contract';
import { expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import type { WireAnswer } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { CapacityClient, shortfall } from './capacity-client.ts';
import { dayMs, gridTime, interval, intervals, newDay, quarterMs } from './grid.ts';
import { expectShortfalls } from './refusals.ts';

describeTargets('races', (scenario) => {
  const { clock, targetName } = scenario;
  const capacity = new CapacityClient(scenario);
  const others = new CapacityClient(scenario, apiKeys.otherTenant);
  const inTests = new CapacityClient(scenario, apiKeys.test);

  const times = <Value>(count: number, call: (index: number) => Promise<Value>) =>
    Promise.all(Array.from({ length: count }, (_, index) => call(index)));
  const statusesOf = (answers: readonly WireAnswer[]) => {
    const counts: Record<number, number> = {};
    for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
    return counts;
  };
  const shortfallsOf = (answers: readonly WireAnswer[]) => {
    return answers
      .filter(({ status }) => status === 409)
      .flatMap(({ json }) => (json as CapacityNotAvailableProblem).intervals);
  };
  /** What the answers say that was reserved, by when it starts. */
  const sumOf = (answers: readonly WireAnswer[]) => {
    const sums: Record<string, number> = {};
    for (const { json } of answers.filter(({ status }) => status === 200)) {
      for (const { startsAt, capacityGb } of (json as { intervals: readonly CapacityInterval[] }).intervals) {
        sums[startsAt] = (sums[startsAt] ?? 0) + capacityGb;
      }
    }
    return sums;
  };

  /** Who has lost to somebody else in most rounds hasn't in every one: it takes a request that arrives before another is committed. */
  const mostRounds = 20;
  // The mocks carry out one request after another, each as if it had only then arrived: nobody is ever overtaken there.
  const hasRaces = targetName !== 'mocks';
  const expectRaces = (reasons: readonly string[]) => {
    if (hasRaces) expect(reasons).toContain('concurrent_write');
    else expect(new Set(reasons)).toEqual(new Set(['insufficient_capacity']));
  };

  /** Has parallel requests race for an interval until one is overtaken; all that lose must be told of the same rest. */
  const raceFor = async (capacityGb: number, callers: number, restGb: number) => {
    const reasons: string[] = [];
    for (let round = 0; round < mostRounds && !reasons.includes('concurrent_write'); round += 1) {
      const wanted = interval(newDay(clock), capacityGb);
      const answers = await times(callers, () => capacity.askReserve([wanted]));
      const winners = Math.floor(1_024 / capacityGb);
      expect(statusesOf(answers)).toEqual({ 200: winners, 409: callers - winners });
      for (const { reason, ...figures } of shortfallsOf(answers)) {
        reasons.push(reason);
        expect(figures).toEqual({ startsAt: wanted.startsAt, requestedGb: capacityGb, reservableGb: restGb });
      }
      expectShortfalls(await capacity.askReserve([wanted]), [shortfall(wanted, restGb)]);
      if (restGb > 0) await capacity.reserve([{ ...wanted, capacityGb: restGb }]);
      expect(await capacity.reserved(Date.parse(wanted.startsAt))).toEqual({ [wanted.startsAt]: 1_024 });
      if (!hasRaces) break;
    }
    expectRaces(reasons);
  };

  test('64 parallel requests for 64 GB of 1,024: exactly 16 get it; who was overtaken is told so, and who comes later was not', () =>
    raceFor(64, 64, 0));

  test('32 parallel requests for 400 GB of 1,024: who was overtaken is told what is left by now, and can have that', () =>
    raceFor(400, 32, 224));

  test('who was overtaken in one interval, and had no chance in another, is told both', async () => {
    const reasons: string[] = [];
    for (let round = 0; round < mostRounds && !reasons.includes('concurrent_write'); round += 1) {
      const [contested, full] = intervals(newDay(clock), 2, 64);
      await capacity.reserve([
        { ...full!, capacityGb: 1_000 },
        { ...contested!, capacityGb: 960 },
      ]);
      const [, ...answers] = await times(24, (index) =>
        capacity.askReserve(index < 8 ? [contested!] : [full!, contested!]),
      );
      for (const { startsAt, reason, reservableGb } of shortfallsOf(answers)) {
        if (startsAt === contested!.startsAt) reasons.push(reason);
        else expect([reason, reservableGb]).toEqual(['insufficient_capacity', 24]);
      }
      if (!hasRaces) break;
    }
    expectRaces(reasons);
  });

  test('who could not have had it anyway was not overtaken, whoever else reserves meanwhile', async () => {
    const wanted = interval(newDay(clock), 64);
    const tooMuch = { ...wanted, capacityGb: 1_028 };
    const answers = await times(40, (index) => capacity.askReserve([index % 2 === 0 ? wanted : tooMuch]));
    const refused = shortfallsOf(answers).filter(({ requestedGb }) => requestedGb === 1_028);
    expect(refused).toHaveLength(20);
    expect(new Set(refused.map(({ reason }) => reason))).toEqual(new Set(['insufficient_capacity']));
  });

  test('200 parallel requests for the same 8 intervals, half of them in the opposite order: all end, and exactly 16 get them', async () => {
    const day = newDay(clock, 2);
    const wanted = intervals(day + 92 * quarterMs, 8, 64);
    const answers = await times(200, (index) => capacity.askReserve(index % 2 === 0 ? wanted : wanted.toReversed()));
    expect(statusesOf(answers)).toEqual({ 200: 16, 409: 184 });
    const lost = answers.filter(({ status }) => status === 409);
    for (const { json } of lost) expect((json as CapacityNotAvailableProblem).intervals).toHaveLength(8);
    const full = Object.fromEntries(wanted.map(({ startsAt }) => [startsAt, 1_024]));
    expect(sumOf(answers)).toEqual(full);
    expect(await capacity.reserved(day, day + 2 * dayMs)).toEqual(full);
  });

  test('200 parallel requests that overlap: each has all of its intervals or none, and no total is beyond the cap', async () => {
    const day = newDay(clock);
    const answers = await times(200, (index) => {
      const wanted = intervals(day + ((index * 7) % 40) * quarterMs, 1 + (index % 12), 4 * (8 + (index % 23)));
      return capacity.askReserve(index % 3 === 0 ? wanted.toReversed() : wanted);
    });
    expect(Object.keys(statusesOf(answers))).toEqual(['200', '409']);
    const reserved = await capacity.reserved(day);
    expect(reserved).toEqual(sumOf(answers));
    expect(Math.max(...Object.values(reserved))).toBeLessThanOrEqual(1_024);
    expect(Math.max(...Object.values(reserved))).toBeGreaterThan(900);
  });

  test('two orgs in opposite orders: the platform’s capacity is used up to the last GB, and each keeps to its cap', async () => {
    const day = newDay(clock);
    await capacity.limitDay(day, { platform_capacity_gb: 512, org_cap_gb: 320 });
    const wanted = intervals(day, 6, 16);
    const ask = (index: number) =>
      index % 2 === 0 ? capacity.askReserve(wanted) : others.askReserve(wanted.toReversed());
    expect(statusesOf(await times(200, ask))).toEqual({ 200: 32, 409: 168 });
    const [mine, theirs] = [await capacity.calendar(day), await others.calendar(day)];
    for (const index of wanted.keys()) {
      const [{ reservedGb: mineGb, reservableGb }, { reservedGb: theirsGb }] = [mine[index]!, theirs[index]!];
      expect([mineGb + theirsGb, reservableGb]).toEqual([512, 0]);
      expect(Math.max(mineGb, theirsGb)).toBeLessThanOrEqual(320);
    }
  });

  test('one org alone does not get beyond its cap, however much the platform has', async () => {
    const wanted = interval(newDay(clock), 32);
    const [mine, theirs] = await Promise.all([
      times(40, () => capacity.askReserve([wanted])),
      times(40, () => others.askReserve([wanted])),
    ]);
    expect([statusesOf(mine), statusesOf(theirs)]).toEqual([
      { 200: 32, 409: 8 },
      { 200: 32, 409: 8 },
    ]);
  });

  test('the environments do not take anything from one another', async () => {
    const wanted = interval(newDay(clock), 512);
    const [live, test_] = await Promise.all([
      times(8, () => capacity.askReserve([wanted])),
      times(8, () => inTests.askReserve([wanted])),
    ]);
    expect([statusesOf(live), statusesOf(test_)]).toEqual([
      { 200: 2, 409: 6 },
      { 200: 2, 409: 6 },
    ]);
    expect(shortfallsOf([...live, ...test_]).every(({ reservableGb }) => reservableGb === 0)).toBe(true);
  });

  test('requests that do not want the same do not stand in each other’s way', async () => {
    const day = newDay(clock);
    const answers = await times(96, (index) => capacity.askReserve([interval(day + index * quarterMs, 1_024)]));
    expect(statusesOf(answers)).toEqual({ 200: 96 });
    expect(Object.keys(await capacity.reserved(day))).toHaveLength(96);
  });

  test('a limit that is lowered meanwhile takes nothing back, and lets nothing through after it', async () => {
    const day = newDay(clock);
    const wanted = interval(day, 16);
    const [before, after] = await Promise.all([
      times(30, () => capacity.askReserve([wanted])),
      capacity.limitDay(day, { org_cap_gb: 128 }).then(() => times(30, () => capacity.askReserve([wanted]))),
    ]);
    const reservedGb = (await capacity.reserved(day))[gridTime(day)] ?? 0;
    expect(reservedGb).toBe(sumOf([...before, ...after])[gridTime(day)]);
    expect(reservedGb).toBeGreaterThanOrEqual(128);
    expect(reservedGb).toBeLessThanOrEqual(30 * 16);
    expectShortfalls(await capacity.askReserve([wanted]), [shortfall(wanted, 0)]);
  });
});
