import type { LimitReachedEvent } from '@holdfast/contract';
import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import type { WireAnswer } from '../../targets/describe-targets.ts';
import { readProblem } from '../read-problem.ts';
import { wireTime } from '../wire-time.ts';
import { AccessClient, valueOf } from './access-client.ts';

const minuteMs = 60_000;
const dayMs = 1_440 * minuteMs;

describeTargets('limits', (scenario) => {
  const { clock, send, unique } = scenario;
  const access = new AccessClient(scenario);

  /** A key of a new tenant with these limits. */
  async function newKey(limits: object, members: object = {}): Promise<string> {
    const { id } = await access.createTenant({ tier: await access.createTier(limits) });
    return access.newKey({ tenant_id: id, ...members });
  }
  const reserve = (apiKey: string, headers: Readonly<Record<string, string>> = {}, resource = unique('job')) =>
    send('POST', '/api/v1/Reservation/reserve', { apiKey, headers, body: [{ requester: 'worker-1', resource }] });
  const read = (apiKey: string) => send('GET', '/api/v1/Reservation', { apiKey });
  /** A share of a limit that is on its way back counts as used for a moment, so look again. */
  const usedOf = async (apiKey: string) => {
    return ((await send('GET', '/v1/limits', { apiKey })).json as { used: Record<string, number | null> }).used;
  };
  async function statusesOf(count: number, ask: () => Promise<WireAnswer>): Promise<readonly number[]> {
    const statuses: number[] = [];
    for (let asked = 0; asked < count; asked += 1) statuses.push((await ask()).status);
    return statuses;
  }
  /** To so many milliseconds after the next window of this length begins. */
  const moveInto = (windowMs: number, afterMs = 0) =>
    clock.advance({ milliseconds: windowMs - (clock.now() % windowMs) + afterMs });

  describe('of operations a minute', () => {
    test('are for whatever the last of them reaches, and for none more, until the minute is over', async () => {
      const apiKey = await newKey({ ops_per_minute: 3 });
      await moveInto(minuteMs, 29_500);
      expect(await statusesOf(5, () => reserve(apiKey))).toEqual([200, 200, 200, 429, 429]);
      await clock.advance({ milliseconds: 30_499 });
      expect(await statusesOf(1, () => reserve(apiKey))).toEqual([429]);
      await clock.advance({ milliseconds: 1 });
      expect(await statusesOf(4, () => reserve(apiKey))).toEqual([200, 200, 200, 429]);
    });

    test('are one for all families and keys of an environment, and another one for the other environment', async () => {
      const { id } = await access.createTenant({ tier: await access.createTier({ ops_per_minute: 3 }) });
      const [one, other, elsewhere] = [
        await access.newKey({ tenant_id: id }),
        await access.newKey({ tenant_id: id }),
        await access.newKey({ tenant_id: id, environment: 'test' }),
      ];
      const createMetric = (apiKey: string) =>
        send('POST', '/v1/billable-metrics', { apiKey, body: { key: unique('metric') } });
      const book = (apiKey: string) => send('POST', '/api/capacity/reservations', { apiKey, body: { intervals: [] } });
      await moveInto(minuteMs);
      expect([await reserve(one), await createMetric(other), await book(one)]).toMatchObject([
        { status: 200 },
        { status: 201 },
        { status: 400 },
      ]);
      const refused = [await reserve(other), await createMetric(one), await book(other)];
      expect(refused.map((answer) => readProblem(answer))).toMatchObject(
        Array(3).fill({ status: 429, code: 'rate_limited' }),
      );
      expect(await reserve(elsewhere)).toMatchObject({ status: 200 });
    });

    test('are never exceeded by requests that come together', async () => {
      const apiKey = await newKey({ ops_per_minute: 7 });
      await moveInto(minuteMs);
      const answers = await Promise.all(Array.from({ length: 30 }, () => reserve(apiKey)));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(7);
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(23);
    });

    test('count a call as one, whatever it carries, however it ends, and also when it is repeated', async () => {
      const apiKey = await newKey({ ops_per_minute: 100 });
      const resource = unique('job');
      await moveInto(minuteMs);
      await reserve(apiKey, { 'Idempotency-Key': 'once' }, resource);
      expect((await reserve(apiKey, { 'Idempotency-Key': 'once' }, resource)).headers.get('Idempotent-Replayed')).toBe(
        'true',
      );
      const body = Array.from({ length: 20 }, () => ({ requester: 'worker-2', resource: unique('job') }));
      await send('POST', '/api/v1/Reservation/reserve', { apiKey, body });
      await send('POST', '/api/v1/Reservation/reserve', { apiKey, body: '{' });
      await reserve(apiKey, { 'Idempotency-Key': 'once' });
      await expect
        .poll(() => usedOf(apiKey))
        .toMatchObject({ ops_per_minute: 5, ops_per_day: null, reads_per_minute: 0 });
    });

    test('count nothing that is refused for its key, its scope or its address', async () => {
      const apiKey = await newKey({ ops_per_minute: 100 }, { scopes: ['events:read'] });
      await moveInto(minuteMs);
      expect(await reserve(apiKey)).toMatchObject({ status: 403 });
      expect(await read(apiKey)).toMatchObject({ status: 403 });
      expect(await send('POST', '/api/v1/Nowhere', { apiKey, body: [] })).toMatchObject({ status: 404 });
      expect(await send('DELETE', '/api/v1/Reservation/reserve', { apiKey })).toMatchObject({ status: 405 });
      expect(await reserve(`${apiKey}a`)).toMatchObject({ status: 401 });
      await expect.poll(() => usedOf(apiKey)).toMatchObject({ ops_per_minute: 0, reads_per_minute: 0 });
    });

    test('a request that is refused has done nothing, and its idempotency key is as good as new', async () => {
      const apiKey = await newKey({ ops_per_minute: 1 });
      const resource = unique('job');
      await moveInto(minuteMs);
      await reserve(apiKey);
      const headers = { 'Idempotency-Key': unique('key') };
      expect(await reserve(apiKey, headers, resource)).toMatchObject({ status: 429 });
      expect((await send('GET', `/api/v1/Reservation/${resource}`, { apiKey })).json).toMatchObject({ status: 'FREE' });
      await clock.advance({ milliseconds: minuteMs });
      const answer = await reserve(apiKey, headers, resource);
      expect(answer).toMatchObject({ status: 200, json: [{ status: 'ACQUIRED' }] });
      expect(answer.headers.get('Idempotent-Replayed')).toBe(null);
    });

    test('say in the error shape of the family what is to be done', async () => {
      const apiKey = await newKey({ ops_per_minute: 1 });
      await moveInto(minuteMs, 29_001);
      await reserve(apiKey);
      const { json } = await reserve(apiKey);
      expect(json).toEqual({
        error: 'rate_limited',
        message: expect.stringMatching(/^[A-Z].*\b31 s\.$/u),
        requestId: expect.any(String),
        tier: expect.stringMatching(/^tier-/u),
        limit: 1,
        limitType: 'opsPerMinute',
        retryAfter: 31,
        upgradeRequired: true,
      });
    });
  });

  describe('of operations a day', () => {
    test('go on over the minutes of a day, and begin anew at midnight UTC', async () => {
      const apiKey = await newKey({ ops_per_day: 3 });
      await moveInto(dayMs, dayMs - 2 * minuteMs);
      expect(await statusesOf(2, () => reserve(apiKey))).toEqual([200, 200]);
      await clock.advance({ milliseconds: minuteMs });
      expect(await statusesOf(1, () => reserve(apiKey))).toEqual([200]);
      const refused = await reserve(apiKey);
      expect(refused).toMatchObject({ status: 429, json: { limitType: 'opsPerDay', limit: 3, retryAfter: 60 } });
      await clock.advance({ milliseconds: minuteMs });
      expect(await statusesOf(4, () => reserve(apiKey))).toEqual([200, 200, 200, 429]);
    });

    test('a request beyond the minute’s does not use up any of the day’s', async () => {
      const apiKey = await newKey({ ops_per_minute: 1, ops_per_day: 3 });
      await moveInto(dayMs);
      expect(await statusesOf(5, () => reserve(apiKey))).toEqual([200, 429, 429, 429, 429]);
      await expect.poll(() => usedOf(apiKey)).toMatchObject({ ops_per_minute: 1, ops_per_day: 1 });
    });
  });

  describe('of reads', () => {
    test('are five times those of operations, and apart from them', async () => {
      const apiKey = await newKey({ ops_per_minute: 1 });
      await moveInto(minuteMs);
      expect(await statusesOf(6, () => read(apiKey))).toEqual([200, 200, 200, 200, 200, 429]);
      expect(await statusesOf(2, () => reserve(apiKey))).toEqual([200, 429]);
      const refused = await send('GET', '/v1/customers', { apiKey });
      expect(refused).toMatchObject({
        status: 429,
        json: { limit_type: 'readsPerMinute', limit: 5, upgrade_required: true },
      });
      await clock.advance({ milliseconds: minuteMs });
      expect(await read(apiKey)).toMatchObject({ status: 200 });
    });
  });

  describe('of a key', () => {
    test('are its own, and no other key’s; reads have none', async () => {
      const { id } = await access.createTenant();
      const [limited, free] = [
        await access.newKey({ tenant_id: id, ops_per_minute: 2 }),
        await access.newKey({ tenant_id: id }),
      ];
      await moveInto(minuteMs);
      expect(await statusesOf(3, () => reserve(limited))).toEqual([200, 200, 429]);
      expect((await reserve(limited)).json).toMatchObject({
        limitType: 'opsPerMinute',
        limit: 2,
        upgradeRequired: false,
      });
      expect(await statusesOf(20, () => read(limited))).toEqual(Array(20).fill(200));
      expect(await statusesOf(3, () => reserve(free))).toEqual([200, 200, 200]);
    });

    test('hold beside those of the tier, whichever is reached first', async () => {
      const { id } = await access.createTenant({ tier: await access.createTier({ ops_per_minute: 3 }) });
      const [one, other] = [
        await access.newKey({ tenant_id: id, ops_per_minute: 2 }),
        await access.newKey({ tenant_id: id, ops_per_minute: 2 }),
      ];
      await moveInto(minuteMs);
      expect(await statusesOf(3, () => reserve(one))).toEqual([200, 200, 429]);
      expect(await statusesOf(2, () => reserve(other))).toEqual([200, 429]);
      await expect.poll(() => usedOf(other)).toMatchObject({ ops_per_minute: 3, key_ops_per_minute: 1 });
    });
  });

  describe('that are reached', () => {
    /** What the tenant is told, oldest first. */
    const told = async (apiKey: string) => {
      const { json } = await send('GET', '/v1/events?type=limit.reached', { apiKey });
      const { data: events } = json as { data: LimitReachedEvent[] };
      return events.toReversed();
    };

    const byType = (one: LimitReachedEvent, other: LimitReachedEvent) =>
      one.data.limit_type < other.data.limit_type ? -1 : 1;

    test.each([true, false])(
      'are told of with the first request beyond them, once a window; enforced: %s',
      async (enforce) => {
        const tier = await access.createTier({ ops_per_minute: 2, ops_per_day: 3, enforce });
        const { id } = await access.createTenant({ tier });
        const apiKey = await access.newKey({ tenant_id: id, label: 'Worker' });
        const whose = { api_key_label: 'Worker', customer_id: null, external_customer_id: null };
        const names = { id: expect.any(String), number: expect.any(Number), type: 'limit.reached' };
        const reached = (limit_type: string, limit: number, resetsAtMs: number) => ({
          ...names,
          ...whose,
          created_at: wireTime(clock),
          data: { limit_type, limit, resets_at: new Date(resetsAtMs).toISOString(), tier, api_key_id: null },
        });
        await moveInto(dayMs);
        const dayEndsAtMs = clock.now() + dayMs;
        await statusesOf(2, () => reserve(apiKey));
        expect(await told(apiKey)).toEqual([]);
        await statusesOf(1, () => reserve(apiKey));
        const first = reached('opsPerMinute', 2, clock.now() + minuteMs);
        expect(await told(apiKey)).toEqual([first]);
        await clock.advance({ milliseconds: minuteMs });
        await statusesOf(3, () => reserve(apiKey));
        const later = [reached('opsPerDay', 3, dayEndsAtMs), reached('opsPerMinute', 2, clock.now() + minuteMs)];
        const all = await told(apiKey);
        expect(all[0]).toEqual(first);
        expect(all.slice(1).toSorted(byType)).toEqual(enforce ? later.slice(0, 1) : later);
      },
    );

    test('of a key are told of with its id, and those of reads, too', async () => {
      const { id } = await access.createTenant({ tier: await access.createTier({ ops_per_minute: 10 }) });
      const key = await access.createApiKey({ tenant_id: id, ops_per_minute: 1 });
      const apiKey = valueOf(key);
      await moveInto(minuteMs);
      await statusesOf(3, () => reserve(apiKey));
      await statusesOf(51, () => read(apiKey));
      await clock.advance({ milliseconds: minuteMs });
      expect((await told(apiKey)).map(({ data }) => data)).toMatchObject([
        { limit_type: 'opsPerMinute', limit: 1, api_key_id: key.id },
        { limit_type: 'readsPerMinute', limit: 50, api_key_id: null },
      ]);
    });
  });

  describe('in the headers', () => {
    const headersOf = ({ headers }: WireAnswer) => [headers.get('RateLimit-Policy'), headers.get('RateLimit')];

    test('are counted down, each window with its seconds, also on a refusal and on a fault', async () => {
      const apiKey = await newKey({ ops_per_minute: 3, ops_per_day: 10 }, { ops_per_minute: 5 });
      await moveInto(dayMs, 29_000);
      const policy = '"minute";q=3;w=60, "day";q=10;w=86400, "key";q=5;w=60';
      const left = (minute: number, day: number, key: number, seconds = 31) =>
        `"minute";r=${minute};t=${seconds}, "day";r=${day};t=${seconds + 86_340}, "key";r=${key};t=${seconds}`;
      expect(headersOf(await reserve(apiKey))).toEqual([policy, left(2, 9, 4)]);
      await clock.advance({ milliseconds: 999 });
      const faulty = await send('POST', '/v1/customers', { apiKey, body: {} });
      expect([faulty.status, ...headersOf(faulty)]).toEqual([400, policy, left(1, 8, 3)]);
      await clock.advance({ milliseconds: 1 });
      expect(headersOf(await reserve(apiKey))).toEqual([policy, left(0, 7, 2, 30)]);
      const refused = await reserve(apiKey);
      expect([refused.status, ...headersOf(refused)]).toEqual([429, policy, left(0, 7, 2, 30)]);
      expect(refused.headers.get('Retry-After')).toBe('30');
    });

    test('are those of reads for a read', async () => {
      const apiKey = await newKey({ ops_per_minute: 3, ops_per_day: 10 }, { ops_per_minute: 5 });
      await moveInto(minuteMs);
      expect(headersOf(await read(apiKey))).toEqual(['"reads";q=15;w=60', '"reads";r=14;t=60']);
    });

    test('are not there where nothing is limited', async () => {
      const apiKey = await newKey({});
      for (const answer of [await read(apiKey), await reserve(apiKey)]) expect(headersOf(answer)).toEqual([null, null]);
    });
  });

  describe('that are not enforced', () => {
    test('are counted and shown, and refuse nothing', async () => {
      const apiKey = await newKey({ ops_per_minute: 2, ops_per_day: 3, enforce: false });
      await moveInto(dayMs);
      expect(await statusesOf(5, () => reserve(apiKey))).toEqual(Array(5).fill(200));
      await expect.poll(() => usedOf(apiKey)).toMatchObject({ ops_per_minute: 5, ops_per_day: 5 });
      const { headers } = await reserve(apiKey);
      expect(headers.get('RateLimit-Policy')).toBe('"minute";q=2;w=60, "day";q=3;w=86400');
      expect(headers.get('RateLimit')).toBe('"minute";r=0;t=60, "day";r=0;t=86400');
    });
  });
});
