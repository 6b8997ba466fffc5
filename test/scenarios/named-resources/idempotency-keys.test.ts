import { expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { wireTime } from '../wire-time.ts';
import { acquire, statesOf, unreserveOne } from './one-item.ts';

const path = '/api/v1/Reservation/reserve';
const millisecondsPerDay = 24 * 60 * 60 * 1_000;

describeTargets('idempotency keys', ({ holdfast, others, clock, sweep, send, unique }) => {
  test('give the first answer again, and take nothing a second time', async () => {
    const item = { requester: 'worker-1', resource: unique('job') };
    const idempotencyKey = unique('key');
    const [first] = await holdfast.resources.reserve([item], { idempotencyKey });
    await unreserveOne(holdfast, { ...item, releaseToken: first!.releaseToken! });
    const again = await holdfast.resources.reserve([item], { idempotencyKey }).withResponse();
    expect(again.data).toEqual([first]);
    expect(again.response.headers.get('Idempotent-Replayed')).toBe('true');
    expect(await statesOf(holdfast, item.resource)).toEqual(['FREE']);
  });

  test('give a refusal again, also when the resource has become free', async () => {
    const resource = unique('job');
    const idempotencyKey = unique('key');
    const held = await acquire(holdfast, { requester: 'worker-1', resource });
    const items = [{ requester: 'worker-2', resource }];
    const refusal = await holdfast.resources.reserve(items, { idempotencyKey });
    await unreserveOne(holdfast, held);
    expect(await holdfast.resources.reserve(items, { idempotencyKey })).toEqual(refusal);
    expect(refusal).toMatchObject([{ status: 'ALREADY_HELD' }]);
  });

  test('give the same answer to requests at the same time, of which one takes effect', async () => {
    const resource = unique('job');
    const headers = { 'Idempotency-Key': unique('key') };
    const body = [{ requester: 'worker-1', resource }];
    const answers = await Promise.all(Array.from({ length: 8 }, () => send('POST', path, { body, headers })));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers[0]).toMatchObject({ json: [{ status: 'ACQUIRED' }] });
    expect(answers.filter((answer) => answer.headers.get('Idempotent-Replayed') === null)).toHaveLength(1);
    const { events } = await holdfast.resources.eventHistory({ resource });
    expect(events).toHaveLength(1);
  });

  test('stay free after a 400 and after a 401', async () => {
    const headers = { 'Idempotency-Key': unique('key') };
    const body = [{ requester: 'worker-1', resource: unique('job') }];
    const tooMuch = [{ ...body[0], metadata: { text: 'x'.repeat(5_000) } }];
    expect((await send('POST', path, { body: [], headers })).status).toBe(400);
    expect((await send('POST', path, { body: tooMuch, headers })).status).toBe(400);
    expect((await send('POST', path, { body, headers, apiKey: null })).status).toBe(401);
    expect(await send('POST', path, { body, headers })).toMatchObject({ status: 200, json: [{ status: 'ACQUIRED' }] });
  });

  test('are forgotten after 24 hours, and not a millisecond before', async () => {
    const items = [{ requester: 'worker-1', resource: unique('job'), ttlSeconds: 60 }];
    const idempotencyKey = unique('key');
    const first = await holdfast.resources.reserve(items, { idempotencyKey });
    await clock.advance({ milliseconds: millisecondsPerDay - 1 });
    await sweep();
    expect(await holdfast.resources.reserve(items, { idempotencyKey })).toEqual(first);
    await clock.advance({ milliseconds: 1 });
    const next = await holdfast.resources.reserve(items, { idempotencyKey }).withResponse();
    expect(next.data).toMatchObject([{ status: 'ACQUIRED', expiresAt: wireTime(clock, 60) }]);
    expect(next.response.headers.get('Idempotent-Replayed')).toBe(null);
  });

  test('belong to their operation, tenant and environment', async () => {
    const resource = unique('job');
    const idempotencyKey = unique('key');
    const items = [{ requester: 'worker-1', resource }];
    const { otherTenant, testEnvironment } = others;
    for (const client of [holdfast, otherTenant, testEnvironment]) {
      const { data, response } = await client.resources.reserve(items, { idempotencyKey }).withResponse();
      expect(data).toMatchObject([{ status: 'ACQUIRED' }]);
      expect(response.headers.get('Idempotent-Replayed')).toBe(null);
    }
    const registered = await holdfast.resources.register([{ name: unique('x') }], { idempotencyKey }).withResponse();
    expect(registered.response.headers.get('Idempotent-Replayed')).toBe(null);
  });
});
