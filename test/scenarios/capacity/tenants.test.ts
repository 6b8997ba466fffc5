import { expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { CapacityClient, paths, shortfall } from './capacity-client.ts';
import { dayMs, gridTime, interval, intervals, newDay, quarterMs } from './grid.ts';
import { expectShortfalls } from './refusals.ts';

describeTargets('tenants and environments', (scenario) => {
  const { clock, send, unique } = scenario;
  const capacity = new CapacityClient(scenario);
  const others = new CapacityClient(scenario, apiKeys.otherTenant);
  const inTests = new CapacityClient(scenario, apiKeys.test);
  const strangers = { 'another tenant': others, 'the test environment': inTests } as const;
  const each = Object.keys(strangers) as (keyof typeof strangers)[];

  test('orgs have a cap each, and share the platform: both hold', async () => {
    const day = newDay(clock);
    await capacity.limitDay(day, { platform_capacity_gb: 160, org_cap_gb: 96 });
    const wanted = interval(day, 96);
    await capacity.reserve([wanted]);
    const more = interval(day, 4);
    expectShortfalls(await capacity.askReserve([more]), [shortfall(more, 0)]);
    expectShortfalls(await others.askReserve([wanted]), [shortfall(wanted, 64)]);
    await others.reserve([interval(day, 64)]);
    expectShortfalls(await others.askReserve([more]), [shortfall(more, 0)]);
    expect(await capacity.reserved(day)).toEqual({ [gridTime(day)]: 96 });
    expect(await others.reserved(day)).toEqual({ [gridTime(day)]: 64 });
  });

  test('one org that is full leaves the others all that the platform has', async () => {
    const day = newDay(clock);
    await capacity.reserve([interval(day, 1_024)]);
    expect((await others.calendar(day))[0]).toMatchObject({ reservedGb: 0, reservableGb: 1_024 });
    await others.reserve([interval(day, 1_024)]);
  });

  test('one tenant’s cap is for that tenant alone', async () => {
    const day = newDay(clock);
    await capacity.limitDay(day, { tenant_id: 'other', org_cap_gb: 64 });
    const wanted = interval(day, 128);
    expectShortfalls(await others.askReserve([wanted]), [shortfall(wanted, 64)]);
    await capacity.reserve([wanted]);
  });

  test('the live and the test environment are pools of their own: neither fills the other', async () => {
    const day = newDay(clock);
    const wanted = intervals(day, 4, 1_024);
    await capacity.limitDay(day, { platform_capacity_gb: 1_024 });
    await capacity.reserve(wanted);
    await inTests.limitDay(day, { platform_capacity_gb: 1_024 });
    await inTests.reserve(wanted);
    expectShortfalls(await others.askReserve([wanted[0]!]), [shortfall(wanted[0]!, 0)]);
  });

  test('the limits of one environment are none in the other', async () => {
    const day = newDay(clock);
    await inTests.limitDay(day, { platform_capacity_gb: 8, org_cap_gb: 8 });
    await capacity.reserve([interval(day, 1_024)]);
    const wanted = interval(day, 12);
    expectShortfalls(await inTests.askReserve([wanted]), [shortfall(wanted, 8)]);
    expect((await capacity.limits()).ranges.filter(({ from }) => from === gridTime(day))).toEqual([]);
  });

  test.each(each)(
    'a stranger is told of a reservation exactly what it is told of one that there is not: %s',
    async (stranger) => {
      const { reservationId } = await strangers[stranger].reserve([interval(newDay(clock), 64)]);
      const nothing = '0192f3a9-3a91-4d6a-b816-8192a3b4c5d6';
      for (const method of ['GET', 'HEAD', 'DELETE', 'PATCH', 'PUT', 'POST']) {
        const [answer, expected] = [reservationId, nothing].map((id) =>
          send(method, `${paths.reservations}/${id}`, { headers: { 'X-Request-Id': 'r-1' } }),
        );
        const { status, text } = await answer!;
        const { status: expectedStatus, text: expectedText } = await expected!;
        expect([method, status, text.replaceAll(reservationId, 'ID')]).toEqual([
          method,
          expectedStatus,
          expectedText.replaceAll(nothing, 'ID'),
        ]);
      }
      expect(await strangers[stranger].get(reservationId)).toMatchObject({ reservationId });
    },
  );

  test.each(each)(
    'a stranger sees nothing of what somebody has reserved, nor when, nor how much: %s',
    async (stranger) => {
      const day = newDay(clock);
      const { reservationId } = await capacity.reserve([interval(day, 64)]);
      const theirs = strangers[stranger];
      expect(await theirs.reserved(day)).toEqual({});
      const { reservations } = await theirs.list({
        from: '2020-01-01T00:00:00Z',
        to: gridTime(clock.now() - (clock.now() % 1_000) + dayMs),
        limit: 200,
      });
      expect(JSON.stringify(reservations)).not.toContain(reservationId);
      const [row] = await theirs.calendar(day, day + quarterMs);
      expect(row).toEqual({ ...times(day), reservationLimitGb: 1_024, reservedGb: 0, reservableGb: 1_024 });
    },
  );

  test('what is short of the platform is told as a figure alone, whoever has it', async () => {
    const day = newDay(clock);
    await capacity.limitDay(day, { platform_capacity_gb: 128 });
    await others.reserve([interval(day, 100)]);
    const answer = await capacity.askReserve([interval(day, 32)]);
    expectShortfalls(answer, [shortfall(interval(day, 32), 28)]);
    expect(answer.text).not.toContain('other');
  });

  test('the API key alone says who asks, whatever else the request says', async () => {
    const day = newDay(clock);
    const body = { intervals: [interval(day, 64)] };
    const headers = { 'X-Tenant': 'other', 'X-Environment': 'test', 'X-Admin': 'true' };
    expect((await send('POST', paths.reservations, { body, headers })).status).toBe(200);
    expect([await capacity.reserved(day), await others.reserved(day), await inTests.reserved(day)]).toEqual([
      { [gridTime(day)]: 64 },
      {},
      {},
    ]);
    const limits = { tenant_id: unique('tenant'), org_cap_gb: 4_096 };
    expect((await send('PUT', paths.limits, { body: limits, headers, apiKey: apiKeys.otherTenant })).status).toBe(403);
  });

  function times(atMs: number) {
    return { startsAt: gridTime(atMs), endsAt: gridTime(atMs + quarterMs) };
  }
});
