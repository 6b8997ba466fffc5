import type { EventPage } from '@holdfast/sdk';
import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import {
  fieldsOf,
  testBodyTooLarge,
  testIdempotencyKeyConflict,
  testReplay,
  testUnauthorized,
  testUnsupportedMediaType,
} from '../every-operation.ts';
import { WebhookClient } from '../webhooks/webhook-client.ts';
import { wireTime } from '../wire-time.ts';
import { acquire, renewOne, statesOf, statusesOf, unreserveOne } from './one-item.ts';

const path = '/api/v1/Reservation/forceRelease';
const request = { method: 'POST', path, body: { resource: 'force-anything' } };

describeTargets('forceRelease', (scenario) => {
  const { holdfast, others, clock, send, openEvents, openInbox, unique } = scenario;

  const force = (resource: string) => holdfast.resources.forceRelease(resource);

  describe('200', () => {
    test('takes a resource from its holder, and says who that was', async () => {
      const resource = unique('job');
      const metadata = { purpose: 'import' };
      const since = wireTime(clock);
      const held = await acquire(holdfast, { requester: 'worker-1', resource, ttlSeconds: 60, metadata });
      expect(await force(resource)).toEqual({
        resource,
        status: 'RELEASED',
        explanation: `${resource} is free again; worker-1 held it.`,
        released: [resource],
        heldBy: { requester: 'worker-1', metadata, since, expiresAt: wireTime(clock, 60) },
      });
      expect(await renewOne(holdfast, held, 60)).toMatchObject({ status: 'NOT_RESERVED' });
      const next = await acquire(holdfast, { requester: 'worker-2', resource });
      expect(next.fencingToken).toBeGreaterThan(held.fencingToken);
      expect(await unreserveOne(holdfast, held)).toMatchObject({ status: 'DOESNT_OWN_RESERVATION' });
    });

    test('finds nothing to take where nobody holds it, or the hold has lapsed', async () => {
      const [free, lapsed] = [unique('job'), unique('job')];
      await acquire(holdfast, { requester: 'worker-1', resource: lapsed, ttlSeconds: 1 });
      await clock.advance({ seconds: 1 });
      for (const resource of [free, lapsed]) {
        const explanation = `Nobody holds ${resource}.`;
        const nothing = { resource, status: 'NOT_RESERVED', explanation, released: null, heldBy: null };
        expect(await force(resource)).toEqual(nothing);
      }
    });

    test('frees what was taken along, in both directions', async () => {
      const [crossing, bridge, lane] = [unique('crossing'), unique('bridge'), unique('lane')];
      await holdfast.resources.register([crossing, bridge].map((name) => ({ name, blocks: [lane] })));
      const take = async () => {
        for (const resource of [crossing, bridge]) await acquire(holdfast, { requester: 'car-1', resource });
      };
      await take();
      expect(await force(crossing)).toMatchObject({ released: [crossing] });
      expect(await statesOf(holdfast, crossing, bridge, lane)).toEqual(['FREE', 'HELD', 'HELD']);
      await acquire(holdfast, { requester: 'car-1', resource: crossing });
      const { released } = await force(lane);
      expect(released?.toSorted()).toEqual([bridge, crossing, lane].toSorted());
      expect(await statesOf(holdfast, crossing, bridge, lane)).toEqual(['FREE', 'FREE', 'FREE']);
    });

    test('frees a slot, and only that one', async () => {
      const pool = unique('Printer');
      await holdfast.resources.register([{ name: pool, capacity: 2 }]);
      await statusesOf(holdfast, pool, ['a', 'b']);
      expect(await force(`${pool}_1`)).toMatchObject({ released: [`${pool}_1`], heldBy: { requester: 'b' } });
      expect(await holdfast.resources.get(pool)).toMatchObject({ free: 1 });
    });

    test('is announced with the holder, once for each name', async () => {
      const [crossing, lane] = [unique('crossing'), unique('lane')];
      await holdfast.resources.register([{ name: crossing, blocks: [lane] }]);
      const { fencingToken } = await acquire(holdfast, { requester: 'car-1', resource: crossing });
      await force(lane);
      for (const resource of [crossing, lane]) {
        const { events } = await holdfast.resources.eventHistory({ resource });
        expect(events.map(({ type }) => type)).toEqual(['FORCE_RELEASED', 'RESERVED']);
        expect(events[0]).toMatchObject({ requester: 'car-1', apiKeyLabel: expect.stringMatching(/./u) });
      }
      const [event] = (await holdfast.resources.eventHistory({ resource: crossing })).events;
      expect(event).toMatchObject({ fencingToken });
    });

    test('tells why in each event, to whoever reads the history or the stream, or gets webhooks', async () => {
      const [webhooks, inbox] = [await WebhookClient.ofNewTenant(scenario), await openInbox()];
      const { apiKey } = webhooks;
      await webhooks.ask('POST', '/api/v1/Resource/register', [{ name: 'crossing', blocks: ['lane'] }]);
      await webhooks.reserve('crossing');
      await webhooks.reserve('job');
      await webhooks.create({ url: inbox.url });
      const stream = await openEvents({ types: 'FORCE_RELEASED', after: '0' }, { apiKey });
      const reason = `worker-1 is lost 👩‍👩‍👧 ${'😀'.repeat(477)}`;
      await webhooks.ask('POST', path, { resource: 'crossing', reason });
      await webhooks.ask('POST', path, { resource: 'job' });

      const history = await webhooks.ask('GET', '/api/v1/events/history?limit=3');
      const streamed = (await stream.take(3)).map(({ json }) => json);
      const received = (await inbox.takeMany(3)).map(({ event }) => event);
      expect(streamed.map((event) => ('resource' in event ? [event.resource, event.reason] : event))).toEqual([
        ['crossing', reason],
        ['lane', reason],
        ['job', undefined],
      ]);
      expect(streamed[2]).not.toHaveProperty('reason');
      expect((history.json as EventPage).events.toReversed()).toEqual(streamed);
      expect(received.toSorted((a, b) => a.number - b.number)).toEqual(streamed);
    });

    test("leaves alone what is another environment's or tenant's", async () => {
      const resource = unique('job');
      for (const other of Object.values(others)) await acquire(other, { requester: 'worker-1', resource });
      expect(await force(resource)).toMatchObject({ status: 'NOT_RESERVED' });
      for (const other of Object.values(others)) expect(await statesOf(other, resource)).toEqual(['HELD']);
    });

    testReplay(scenario, request);
  });

  describe('400', () => {
    test('refuses the name of a pool, which nobody holds', async () => {
      const pool = unique('Printer');
      await holdfast.resources.register([{ name: pool, capacity: 2 }]);
      await acquire(holdfast, { requester: 'a', resource: pool });
      const answer = await send('POST', path, { body: { resource: pool } });
      expect(answer).toMatchObject({ status: 400, json: { error: 'invalid_request' } });
      expect(fieldsOf(answer)).toEqual(['/resource']);
      expect(await holdfast.resources.get(pool)).toMatchObject({ free: 1 });
    });

    test('refuses to touch more than 1,000 names', async () => {
      const shared = unique('shared');
      const roots = Array.from({ length: 11 }, (_, index) => `${unique('root')}-${index}`);
      await holdfast.resources.register(
        roots.map((name) => ({
          name,
          blocks: [shared, ...Array.from({ length: 95 }, (_, index) => `${name}/${index}`)],
        })),
      );
      const claims = roots.map((resource) => ({ requester: 'a', resource }));
      for (const part of [claims.slice(0, 6), claims.slice(6)]) await holdfast.resources.reserve(part);
      const answer = await send('POST', path, { body: { resource: shared } });
      expect(answer).toMatchObject({ status: 400, json: { error: 'invalid_request' } });
      expect(fieldsOf(answer)).toEqual(['/resource']);
      expect(await statesOf(holdfast, shared)).toEqual(['HELD']);
      await force(roots[0]!);
      expect(await statesOf(holdfast, roots[0]!, roots[1]!, shared)).toEqual(['FREE', 'HELD', 'HELD']);
    });
  });

  scenario.describeGateway('400 for what the contract refuses', () => {
    test.each(['', 'x'.repeat(501), 'two\nlines', 7, null])(
      'refuses a reason such as %j, and names it',
      async (reason) => {
        const answer = await send('POST', path, { body: { resource: 'r', reason } });
        expect(answer).toMatchObject({ status: 400, json: { error: 'invalid_request' } });
        expect(fieldsOf(answer)).toEqual(['/reason']);
      },
    );

    test.each(['{}', '[]', '{"resource": ""}', '{"resource": "r", "requester": "a"}'])('refuses %s', async (body) => {
      expect(await send('POST', path, { body })).toMatchObject({ status: 400, json: { error: 'invalid_request' } });
    });
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, request));

  describe('409', () => {
    testIdempotencyKeyConflict(scenario, request, { ...request, body: { resource: 'force-anything-else' } });
  });

  scenario.describeGateway('413', () => testBodyTooLarge(scenario, request));

  scenario.describeGateway('415', () => testUnsupportedMediaType(scenario, request));
});
