import { describe, expect, test } from 'vitest';

import { expectSigned } from '../../receivers/inbox.ts';
import type { Inbox } from '../../receivers/inbox.ts';
import { describeTargets } from '../../targets/describe-targets.ts';
import { AccessClient, valueOf } from '../administration/access-client.ts';
import { CreditClient } from '../credits/credit-client.ts';
import { wireTime } from '../wire-time.ts';
import { WebhookClient } from './webhook-client.ts';

const [minute, hour] = [60, 3_600];

/** Seconds after which the second attempt follows the first, and so on. */
const pauses = [5, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour];

describeTargets('deliveries of webhooks', (scenario) => {
  const { clock, openInbox, openEvents, sweep, deliver } = scenario;

  async function openEndpoint(members: object = {}) {
    const [webhooks, inbox] = [await WebhookClient.ofNewTenant(scenario), await openInbox()];
    return { webhooks, inbox, endpoint: await webhooks.create({ url: inbox.url, ...members }) };
  }

  const resourcesIn = (inbox: Inbox) => inbox.all.map(({ event }) => ('resource' in event ? event.resource : '?'));

  test('are POSTs as Standard Webhooks has them, of the event as streams have it, byte for byte', async () => {
    const { webhooks, inbox, endpoint } = await openEndpoint({ headers: { 'X-Tenant': 'acme' } });
    const stream = await openEvents({ families: 'resources,credits', after: '0' }, { apiKey: webhooks.apiKey });
    await webhooks.reserve('Straße 打印机 👩‍👩‍👧', { metadata: { note: 'a\u2028b' } });
    await webhooks.grant('customer');
    const streamed = await stream.take(2);
    const received = await inbox.takeMany(2);
    for (const { data, json } of streamed) {
      const webhook = received.find(({ event }) => event.number === json.number);
      expect(webhook?.text).toBe(data);
      expect(webhook?.method).toBe('POST');
      expect(webhook?.headers.get('Content-Type')).toMatch(/^application\/json\b/u);
      expect(webhook?.headers.get('X-Tenant')).toBe('acme');
      expect(webhook?.headers.get('webhook-timestamp')).toBe(String(Math.floor(clock.now() / 1_000)));
      expect(webhook?.headers.get('webhook-id')).toMatch(new RegExp(`\\.live\\.${json.number}$`, 'u'));
      expectSigned(webhook!, endpoint.secret!);
    }
  });

  test('are of the types that were asked for', async () => {
    const [exact, all] = [await openEndpoint({ types: ['UNRESERVED', 'credits.held'] }), await openInbox()];
    await exact.webhooks.create({ url: all.url, types: ['credits.*'] });
    const credits = new CreditClient(scenario, exact.webhooks.apiKey);
    await exact.webhooks.reserve('job');
    const customer = await credits.open(10_000);
    await credits.hold(customer, await credits.metricAt(1_000), 1);
    expect((await exact.inbox.take()).event).toMatchObject({ type: 'credits.held' });
    const types = (await all.takeMany(2)).map(({ event }) => event.type);
    expect(types).toEqual(['credits.granted', 'credits.held']);
    expect(exact.inbox.untaken).toEqual([]);
  });

  test('have one environment each, and one tenant', async () => {
    const access = new AccessClient(scenario);
    const { id } = await access.createTenant();
    const keys = { live: '', test: '' };
    for (const environment of ['live', 'test'] as const)
      keys[environment] = await access.newKey({ tenant_id: id, environment });
    const [live, inTest] = [await openInbox(), await openInbox()];
    await new WebhookClient(scenario, keys.live).create({ url: live.url });
    await new WebhookClient(scenario, keys.test).create({ url: inTest.url });
    await (await WebhookClient.ofNewTenant(scenario)).reserve('of others');
    await new WebhookClient(scenario, keys.test).reserve('in test');
    await new WebhookClient(scenario, keys.live).reserve('in live');
    const [received, other] = [await live.take(), await inTest.take()];
    expect([resourcesIn(live), resourcesIn(inTest)]).toEqual([['in live'], ['in test']]);
    // A receiver of both environments can tell the first event of one from the first of the other.
    expect(received.headers.get('webhook-id')).not.toBe(other.headers.get('webhook-id'));
  });

  test('say what nobody asked for, too: what has lapsed', async () => {
    const { webhooks, inbox } = await openEndpoint({ types: ['RESERVATION_EXPIRED'] });
    await webhooks.reserve('job', { ttlSeconds: 1 });
    await clock.advance({ seconds: 1 });
    await sweep();
    expect((await inbox.take()).event).toMatchObject({ type: 'RESERVATION_EXPIRED', resource: 'job' });
  });

  describe('that fail', () => {
    test('are tried ten times, each time a little later, with the same webhook-id, and are dead then', async () => {
      const { webhooks, inbox, endpoint } = await openEndpoint();
      inbox.answer(500);
      await webhooks.reserve('job');
      for (const [index, pause] of pauses.entries()) {
        const { next_attempt_at: next } = await webhooks.untilAttempts(endpoint, index + 1);
        const waits = (Date.parse(next ?? '') - clock.now()) / 1_000;
        expect(waits / pause).toBeGreaterThanOrEqual(0.9);
        expect(waits / pause).toBeLessThanOrEqual(1.1);
        await clock.advance({ milliseconds: waits * 1_000 });
      }
      const [dead] = await webhooks.untilDeliveries(endpoint, 'dead');
      expect(dead).toMatchObject({ next_attempt_at: null, delivered_at: null });
      expect(dead?.attempts.map(({ status }) => status)).toEqual(Array(10).fill(500));
      await clock.advance({ seconds: 48 * hour });
      await webhooks.reserve('other');
      const received = await inbox.takeMany(11);
      expect(new Set(received.slice(0, 10).map(({ headers }) => headers.get('webhook-id'))).size).toBe(1);
      expect(resourcesIn(inbox)).toEqual([...Array<string>(10).fill('job'), 'other']);
    });

    test('are not tried before their time', async () => {
      const { webhooks, inbox, endpoint } = await openEndpoint();
      inbox.answer(({ event }) => ('resource' in event && event.resource === 'bad' ? 500 : 204));
      await webhooks.reserve('bad');
      const { next_attempt_at: next } = await webhooks.untilAttempts(endpoint, 1);
      await clock.advance({ milliseconds: Date.parse(next ?? '') - clock.now() - 1 });
      await webhooks.reserve('in between');
      await inbox.takeMany(2);
      await clock.advance({ milliseconds: 1 });
      await inbox.take();
      expect(resourcesIn(inbox)).toEqual(['bad', 'in between', 'bad']);
    });

    test.each([
      ['seconds', () => '3600'],
      ['a date', () => new Date(clock.now() + hour * 1_000).toUTCString()],
    ])('wait for as long as Retry-After says, in %s', async (_form, toValue) => {
      const { webhooks, inbox, endpoint } = await openEndpoint();
      // Dates have no milliseconds.
      await clock.advance({ milliseconds: 1_000 - (clock.now() % 1_000) });
      inbox.answerInTurn(new Response(null, { status: 503, headers: { 'Retry-After': toValue() } }), 204);
      await webhooks.reserve('job');
      const { next_attempt_at: next } = await webhooks.untilAttempts(endpoint, 1);
      expect(next).toBe(wireTime(clock, hour));
      await clock.advance({ seconds: hour });
      await webhooks.untilDeliveries(endpoint, 'delivered');
    });

    test('wait no less than usual, and no longer than a day, whatever Retry-After says', async () => {
      for (const [value, least, most] of [
        ['0', 4, 6],
        ['99999999', 21 * hour, 27 * hour],
      ] as const) {
        const { webhooks, inbox, endpoint } = await openEndpoint();
        inbox.answer(() => new Response(null, { status: 429, headers: { 'Retry-After': value } }));
        await webhooks.reserve('job');
        const { next_attempt_at: next } = await webhooks.untilAttempts(endpoint, 1);
        const waits = (Date.parse(next ?? '') - clock.now()) / 1_000;
        expect(waits).toBeGreaterThan(least);
        expect(waits).toBeLessThan(most);
      }
    });

    test('hold back later events of the same resource until they are delivered, in order, and no others', async () => {
      const { webhooks, inbox, endpoint } = await openEndpoint();
      inbox.answerInTurn(500, 204);
      await webhooks.reserve('job', { ttlSeconds: 2 });
      await webhooks.untilAttempts(endpoint, 1);
      await clock.advance({ seconds: 2 });
      await sweep();
      await webhooks.reserve('other');
      await inbox.takeMany(2);
      expect(resourcesIn(inbox)).toEqual(['job', 'other']);
      await clock.advance({ seconds: 4 });
      const received = await inbox.takeMany(2);
      expect(received.map(({ event }) => event)).toMatchObject([
        { resource: 'job', type: 'RESERVED' },
        { resource: 'job', type: 'RESERVATION_EXPIRED' },
      ]);
    });

    test('hold back later events of the same customer, and of no other one', async () => {
      const { webhooks, inbox, endpoint } = await openEndpoint({ types: ['credits.granted'] });
      inbox.answer(({ event }) =>
        'external_customer_id' in event && event.external_customer_id === 'bad' ? 500 : 204,
      );
      for (const customer of ['bad', 'good', 'bad', 'good']) await webhooks.grant(customer);
      await webhooks.untilDeliveries(endpoint, 'delivered', 2);
      const customers = inbox.all.map(({ event }) => (event as { external_customer_id: string }).external_customer_id);
      expect(customers.toSorted()).toEqual(['bad', 'good', 'good']);
      const waiting = await webhooks.deliveries(endpoint, { status: 'pending' });
      expect(waiting).toMatchObject([{ attempts: [], next_attempt_at: null }, { attempts: [{ status: 500 }] }]);
      inbox.answer(204);
      await inbox.takeMany(3);
      await clock.advance({ seconds: 6 });
      const later = await inbox.takeMany(2);
      expect(later.map(({ event }) => event.number)).toEqual(waiting.map((each) => each.event_number).toReversed());
    });

    test('a later event goes on once an earlier one is dead', async () => {
      const { webhooks, inbox, endpoint } = await openEndpoint({ types: ['credits.granted'] });
      let refused = 0;
      inbox.answer(({ event }) => (event.number === (refused ||= event.number) ? 500 : 204));
      await webhooks.grant('customer');
      await webhooks.grant('customer');
      for (let attempt = 1; attempt < 10; attempt += 1) {
        await expect
          .poll(async () => (await webhooks.deliveries(endpoint)).at(-1)?.attempts.length)
          .toSatisfy((count: number) => count >= attempt);
        await clock.advance({ seconds: 27 * hour });
      }
      const received = await inbox.takeMany(11);
      const numbers = received.map(({ event }) => event.number);
      expect(numbers).toEqual([...Array<number>(10).fill(refused), refused + 1]);
    });

    test('a 410 disables the endpoint, and nothing is sent any more', async () => {
      const { webhooks, inbox, endpoint } = await openEndpoint();
      const watched = await openInbox();
      await webhooks.create({ url: watched.url });
      inbox.answer(410);
      await webhooks.reserve('job');
      await expect.poll(() => webhooks.get(endpoint)).toMatchObject({ enabled: false, disabled_reason: 'gone' });
      await webhooks.reserve('other');
      await clock.advance({ seconds: 48 * hour });
      await webhooks.reserve('third');
      await watched.takeMany(3);
      expect(inbox.all).toHaveLength(1);
    });

    test('a day of silence loses nothing, and keeps the order of each resource', async () => {
      const { webhooks, inbox, endpoint } = await openEndpoint();
      inbox.answer(503);
      const names = ['one', 'two', 'three'];
      for (let round = 0; round < 3; round += 1) {
        for (const name of names) await webhooks.reserve(name, { ttlSeconds: 60 });
        await clock.advance({ seconds: 61 });
        await sweep();
      }
      await clock.advance({ seconds: 24 * hour });
      await webhooks.untilDeliveries(endpoint, 'pending', 18);
      // What fails later, by this clock, would be tried again later than this waits.
      await deliver();
      const silent = inbox.all.length;
      inbox.answer(204);
      await clock.advance({ seconds: 27 * hour });
      await webhooks.untilDeliveries(endpoint, 'delivered', 18);
      const events = inbox.all.slice(silent).map(({ event }) => event as { resource: string; number: number });
      const arrived = [...Map.groupBy(events, ({ resource }) => resource).values()];
      expect(arrived.map((some) => new Set(some.map(({ number }) => number)).size)).toEqual([6, 6, 6]);
      for (const some of arrived) {
        const numbers = some.map(({ number }) => number);
        expect(numbers).toEqual(numbers.toSorted((left, right) => left - right));
      }
    });
  });

  // In mocks, receivers are part of the test itself.
  const testOnServers = scenario.targetName === 'mocks' ? () => {} : test;
  testOnServers('of a slow receiver keep nobody waiting', async () => {
    const { webhooks, inbox: slow } = await openEndpoint();
    const quick = await openInbox();
    await webhooks.create({ url: quick.url });
    const over = Promise.withResolvers<void>();
    slow.answer(() => over.promise.then(() => new Response(null, { status: 204 })));
    for (let count = 0; count < 10; count += 1) await webhooks.reserve(`job-${count}`);
    await quick.takeMany(10);
    expect(slow.all.length).toBeLessThan(10);
    over.resolve();
    await slow.takeMany(10);
  });

  test('of a tenant that is suspended wait, and go on when it may go on', async () => {
    const access = new AccessClient(scenario);
    const { id } = await access.createTenant();
    const webhooks = new WebhookClient(scenario, valueOf(await access.createApiKey({ tenant_id: id })));
    const inbox = await openInbox();
    await webhooks.create({ url: inbox.url, types: ['RESERVATION_EXPIRED'] });
    await webhooks.reserve('job', { ttlSeconds: 1 });
    await access.updateTenant(id, { suspended: true });
    await clock.advance({ seconds: 1 });
    await sweep();
    const [other, watched] = [await WebhookClient.ofNewTenant(scenario), await openInbox()];
    await other.create({ url: watched.url });
    await other.reserve('of others');
    await watched.take();
    expect(inbox.all).toEqual([]);
    await access.updateTenant(id, { suspended: false });
    await clock.advance({ seconds: 60 });
    expect((await inbox.take()).event).toMatchObject({ type: 'RESERVATION_EXPIRED', resource: 'job' });
  });

  test('of a tenant whose tier has webhooks no longer wait until it has', async () => {
    const access = new AccessClient(scenario);
    const { id } = await access.createTenant();
    const webhooks = new WebhookClient(scenario, valueOf(await access.createApiKey({ tenant_id: id })));
    const [inbox, watched] = [await openInbox(), await openInbox()];
    await webhooks.create({ url: inbox.url, types: ['RESERVED'] });
    await access.updateTenant(id, { tier: 'free' });
    await webhooks.reserve('on free');
    const other = await WebhookClient.ofNewTenant(scenario);
    await other.create({ url: watched.url });
    await other.reserve('of others');
    await watched.take();
    expect(inbox.all).toEqual([]);
    await access.updateTenant(id, { tier: 'unlimited' });
    await clock.advance({ seconds: 60 });
    expect((await inbox.take()).event).toMatchObject({ resource: 'on free' });
  });
});
