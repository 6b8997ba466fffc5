import { expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { CapacityClient, paths, shortfall } from './capacity-client.ts';
import { dayMs, gridTime, interval, intervals, newDay, quarterMs } from './grid.ts';
import { expectSentence, expectShortfalls } from './refusals.ts';

describeTargets('idempotency keys', (scenario) => {
  const { clock, sweep, send, unique } = scenario;
  const capacity = new CapacityClient(scenario);

  const newKey = () => ({ 'Idempotency-Key': unique('key') });
  const replayed = (answer: { readonly headers: Headers }) => answer.headers.get('Idempotent-Replayed');

  test('give the first answer again to the letter, and reserve nothing a second time', async () => {
    const day = newDay(clock);
    const [headers, wanted] = [newKey(), intervals(day, 4, 400)];
    const first = await capacity.askReserve(wanted, headers);
    await clock.advance({ seconds: 60 });
    const again = await capacity.askReserve(wanted, headers);
    expect([first.status, replayed(first)]).toEqual([200, null]);
    expect([again.status, again.text, replayed(again)]).toEqual([200, first.text, 'true']);
    expect(Object.values(await capacity.reserved(day))).toEqual([400, 400, 400, 400]);
  });

  test('give it again when there is nothing left, and when it would be too late by now', async () => {
    const day = newDay(clock);
    const [headers, wanted] = [newKey(), [interval(day, 64)]];
    const first = await capacity.askReserve(wanted, headers);
    await capacity.reserve([interval(day, 960)]);
    expect((await capacity.askReserve(wanted, headers)).text).toBe(first.text);
    const late = newDay(clock);
    await clock.advance({ milliseconds: late - quarterMs * 3 - clock.now() });
    const [other, soon] = [newKey(), [interval(late, 64)]];
    const made = await capacity.askReserve(soon, other);
    await clock.advance({ milliseconds: 2 * quarterMs });
    const again = await capacity.askReserve(soon, other);
    expect([made.status, again.status, again.text, replayed(again)]).toEqual([200, 200, made.text, 'true']);
    expectSentence(await capacity.askReserve(soon, newKey()), /must be at least 30 minutes from now$/u);
  });

  test('give a month of intervals again', async () => {
    const [headers, wanted] = [newKey(), intervals(newDay(clock, 32), 3_000)];
    const first = await capacity.askReserve(wanted, headers);
    const again = await capacity.askReserve(wanted, headers);
    expect([first.status, again.text === first.text, replayed(again)]).toEqual([200, true, 'true']);
  });

  test('give a 409 again to the letter, also when there is enough by then; an adjusted retry takes a new key', async () => {
    const day = newDay(clock);
    await capacity.limitDay(day, { org_cap_gb: 64 });
    await capacity.reserve([interval(day, 40)]);
    const [headers, wanted] = [newKey(), intervals(day, 2, 64)];
    const first = await capacity.askReserve(wanted, headers);
    expectShortfalls(first, [shortfall(wanted[0]!, 24)]);
    await capacity.limitDay(day, { org_cap_gb: 512 });
    const again = await capacity.askReserve(wanted, headers);
    expect([again.status, again.text, replayed(first), replayed(again)]).toEqual([409, first.text, null, 'true']);
    const adjusted = [interval(day, 24), interval(day + quarterMs, 64)];
    const sameKey = await capacity.askReserve(adjusted, headers);
    expect([sameKey.status, sameKey.text]).toEqual([409, '{"error":"idempotency_key_conflict"}']);
    expect(await capacity.reserved(day)).toEqual({ [gridTime(day)]: 40 });
    expect((await capacity.askReserve(adjusted, newKey())).status).toBe(200);
    expect((await capacity.askReserve(wanted, newKey())).status).toBe(200);
  });

  test('refuse another body with exactly one member, and reserve nothing', async () => {
    const day = newDay(clock);
    const [headers, wanted] = [newKey(), intervals(day, 2, 64)];
    await capacity.askReserve(wanted, headers);
    const before = await capacity.everythingOn(day);
    const [first, second] = [wanted[0]!, wanted[1]!];
    const changed = [
      [first],
      [second, first],
      [first, { ...second, capacityGb: 68 }],
      [first, interval(day + 2 * quarterMs, 64)],
    ];
    // Times are given back as they were sent: written differently, they ask for another answer.
    changed.push([first, { ...second, startsAt: second.startsAt.replace('Z', '.000Z') }]);
    for (const body of changed) {
      const answer = await capacity.askReserve(body, headers);
      expect([answer.status, answer.text, replayed(answer)]).toEqual([
        409,
        '{"error":"idempotency_key_conflict"}',
        null,
      ]);
      expect(answer.headers.get('Content-Type')).toBe('application/json; charset=utf-8');
    }
    expect(await capacity.everythingOn(day)).toEqual(before);
  });

  test('give requests at the same time the same answer, and take effect once', async () => {
    const day = newDay(clock);
    const [headers, wanted] = [newKey(), intervals(day, 8, 16)];
    const answers = await Promise.all(Array.from({ length: 24 }, () => capacity.askReserve(wanted, headers)));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.filter((answer) => replayed(answer) === null)).toHaveLength(1);
    expect(new Set(Object.values(await capacity.reserved(day)))).toEqual(new Set([16]));
    const query = {
      from: new Date(clock.now()).toISOString(),
      to: new Date(clock.now() + 1).toISOString(),
      limit: 200,
    };
    const { reservations } = await capacity.list(query);
    expect(reservations.filter(({ intervals: [one] }) => one?.startsAt === gridTime(day))).toHaveLength(1);
  });

  test('give parallel requests one refusal too, with one figure, while others reserve', async () => {
    const day = newDay(clock);
    await capacity.limitDay(day, { org_cap_gb: 64 });
    const [headers, wanted] = [newKey(), [interval(day, 68)]];
    const [refused] = await Promise.all([
      Promise.all(Array.from({ length: 12 }, () => capacity.askReserve(wanted, headers))),
      Promise.all(Array.from({ length: 12 }, () => capacity.askReserve([interval(day)]))),
    ]);
    expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([409]));
    expect(new Set(refused.map(({ text }) => text)).size).toBe(1);
    expect(await capacity.reserved(day)).toEqual({ [gridTime(day)]: 48 });
  });

  test('stay free after a 400 of the form, a 400 of the rules, a 400 of the time, and a 401', async () => {
    const day = newDay(clock);
    const [headers, wanted] = [newKey(), [interval(day, 64)]];
    expectSentence(await capacity.askReserve([interval(day, 5)], headers), /multiple of 4$/u);
    expectSentence(await capacity.askReserve([...wanted, ...wanted], headers), /the same interval$/u);
    expectSentence(
      await capacity.askReserve([interval(clock.now() - (clock.now() % quarterMs))], headers),
      /must be at least 30 minutes from now$/u,
    );
    expectSentence(await capacity.ask('POST', paths.reservations, '{', headers), /^body must be JSON/u);
    expect(
      (await send('POST', paths.reservations, { body: { intervals: wanted }, headers, apiKey: null })).status,
    ).toBe(401);
    const answer = await capacity.askReserve(wanted, headers);
    expect([answer.status, replayed(answer)]).toEqual([200, null]);
  });

  test('are forgotten after 24 hours, and not a millisecond before', async () => {
    const day = newDay(clock, 3) + 2 * dayMs;
    const [headers, wanted] = [newKey(), [interval(day, 64)]];
    const first = await capacity.askReserve(wanted, headers);
    await clock.advance({ milliseconds: dayMs - 1 });
    await sweep();
    expect((await capacity.askReserve(wanted, headers)).text).toBe(first.text);
    await clock.advance({ milliseconds: 1 });
    const next = await capacity.askReserve(wanted, headers);
    expect([next.status, replayed(next)]).toEqual([200, null]);
    expect(await capacity.reserved(day)).toEqual({ [gridTime(day)]: 128 });
  });

  test('belong to their operation, tenant and environment', async () => {
    const day = newDay(clock);
    const [headers, wanted] = [newKey(), [interval(day, 64)]];
    for (const apiKey of [apiKeys.live, apiKeys.test, apiKeys.otherTenant]) {
      const answer = await new CapacityClient(scenario, apiKey).askReserve(wanted, headers);
      expect([answer.status, replayed(answer)]).toEqual([200, null]);
    }
    const limits = await capacity.ask('PUT', paths.limits, { tenant_id: 'nobody', org_cap_gb: 8 }, headers);
    expect([limits.status, replayed(limits)]).toEqual([200, null]);
  });

  test('set limits once: the same key does not undo what was set after it', async () => {
    const headers = newKey();
    const body = { tenant_id: unique('tenant'), org_cap_gb: 8 };
    const first = await capacity.ask('PUT', paths.limits, body, headers);
    await capacity.setLimits({ ...body, org_cap_gb: 16 });
    const again = await capacity.ask('PUT', paths.limits, body, headers);
    expect([again.status, again.text, replayed(again)]).toEqual([200, first.text, 'true']);
    expect(await capacity.limits({ tenant_id: body.tenant_id })).toMatchObject({ org_cap_gb: 16 });
  });
});
