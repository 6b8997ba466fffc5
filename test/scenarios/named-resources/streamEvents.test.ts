import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import type { EventStream } from '../../targets/event-stream.ts';
import { apiKeys } from '../../targets/target.ts';
import { AccessClient, valueOf } from '../administration/access-client.ts';
import { CapacityClient } from '../capacity/capacity-client.ts';
import { interval, newDay } from '../capacity/grid.ts';
import { CreditClient } from '../credits/credit-client.ts';
import { fieldsOf, testUnauthorized } from '../every-operation.ts';
import { wireTime } from '../wire-time.ts';

const path = '/api/v1/events';
const allFamilies = 'resources,credits,capacity,access';

describeTargets('streamEvents', (scenario) => {
  const { clock, openEvents, send, sweep, unique } = scenario;
  const access = new AccessClient(scenario);

  /** Somebody who has done nothing yet: his events begin with 1. */
  async function newTenant(members: object = {}) {
    const { id } = await access.createTenant(members);
    const key = await access.createApiKey({ tenant_id: id });
    const apiKey = valueOf(key);
    const reserve = (resource: string, more: object = {}) =>
      send('POST', '/api/v1/Reservation/reserve', { apiKey, body: [{ requester: 'worker-1', resource, ...more }] });
    const open = (query: Readonly<Record<string, string>> = {}, headers: Readonly<Record<string, string>> = {}) =>
      openEvents(query, { apiKey, headers });
    return { id, key, apiKey, reserve, open };
  }

  const resourceOf = ({ json }: { readonly json: object }) => ('resource' in json ? json.resource : undefined);

  describe('200', () => {
    test('says at once that the line is open, and tells what happens from now on, with exactly these members', async () => {
      const { reserve, open, key } = await newTenant();
      await reserve('before');
      const stream = await open();
      await stream.untilComment('connected');
      await reserve('after', { resourceType: 'Order', metadata: { purpose: 'import' } });
      const [event] = await stream.take(1);
      expect(event?.json).toEqual({
        id: event?.id,
        number: Number(event?.id),
        type: 'RESERVED',
        at: wireTime(clock),
        resource: 'after',
        requester: 'worker-1',
        resourceType: 'Order',
        apiKeyLabel: key.label,
        fencingToken: 2,
        metadata: { purpose: 'import' },
      });
      expect(event?.event).toBe('RESERVED');
    });

    test('nobody may keep it, or hold it back until it is whole', async () => {
      const { apiKey } = await newTenant();
      const { headers } = await send('GET', path, { apiKey });
      expect(headers.get('Content-Type')).toMatch(/^text\/event-stream\b/u);
      expect(headers.get('Cache-Control')).toMatch(/no-store|no-cache/u);
      // Between mocks and whoever asks them there is nobody.
      if (scenario.targetName !== 'mocks') expect(headers.get('X-Accel-Buffering')).toBe('no');
    });

    test('numbers rise by one, over all families, and each is told once', async () => {
      const { open, apiKey } = await newTenant();
      const credits = new CreditClient(scenario, apiKey);
      const stream = await open({ families: allFamilies, after: '0' });
      for (let round = 0; round < 3; round += 1) {
        await send('POST', '/api/v1/Reservation/reserve', {
          apiKey,
          body: Array.from({ length: 5 }, (_, index) => ({ requester: 'a', resource: `${round}/${index}` })),
        });
        await credits.open(1_000);
      }
      const numbers = (await stream.take(18)).map(({ id }) => Number(id));
      expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => numbers[0]! + index));
    });

    test.each([
      ['after', (number: string) => [{ after: number }, {}] as const],
      ['Last-Event-ID', (number: string) => [{}, { 'Last-Event-ID': number }] as const],
      [
        'Last-Event-ID, which wins over after',
        (number: string) => [{ after: '0' }, { 'Last-Event-ID': number }] as const,
      ],
    ])('goes on behind the event that %s names, and leaves nothing out', async (_what, toQuery) => {
      const { reserve, open } = await newTenant();
      const first = await open({ after: '0' });
      for (const resource of ['one', 'two', 'three', 'four']) await reserve(resource);
      const [, second] = await first.take(2);
      await first.close();
      await reserve('five');
      const again = await open(...toQuery(second!.id!));
      expect((await again.take(3)).map(resourceOf)).toEqual(['three', 'four', 'five']);
      await reserve('six');
      expect(resourceOf((await again.next())!)).toBe('six');
    });

    test('has the same numbers as the history and as the list of events', async () => {
      const { reserve, open, apiKey } = await newTenant();
      const credits = new CreditClient(scenario, apiKey);
      await reserve('one');
      await credits.open(1_000);
      await reserve('other');
      const stream = await open({ families: allFamilies, after: '0' });
      const streamed: unknown[] = [];
      while (streamed.filter((json) => 'resource' in (json as object)).length < 2)
        streamed.push((await stream.next())?.json);
      const history = (await send('GET', '/api/v1/events/history', { apiKey })).json as { events: unknown[] };
      const { data } = (await send('GET', '/v1/events?limit=100', { apiKey })).json as { data: unknown[] };
      const byNumber = (one: unknown, other: unknown) => numberOf(one) - numberOf(other);
      expect([...history.events, ...data].toSorted(byNumber)).toEqual(streamed);
    });

    test('has the families that are asked for, named resources unless told', async () => {
      const { reserve, open, apiKey } = await newTenant();
      const [credits, capacity] = [new CreditClient(scenario, apiKey), new CapacityClient(scenario, apiKey)];
      const streams = {
        usual: await open({ after: '0' }),
        credits: await open({ after: '0', families: 'credits' }),
        some: await open({ after: '0', families: 'capacity,resources' }),
        access: await open({ after: '0', families: 'access' }),
      };
      await access.createApiKey({ tenant_id: 'default' });
      await credits.open(1_000);
      await capacity.reserve([interval(newDay(clock))]);
      await reserve('job');
      await new AccessClient(scenario, apiKey).createApiKey();
      const typeOf = async (name: keyof typeof streams) => (await streams[name].next())?.event;
      expect(await typeOf('usual')).toBe('RESERVED');
      expect(await typeOf('credits')).toBe('credits.granted');
      expect([await typeOf('some'), await typeOf('some')]).toEqual(['capacity.reserved', 'RESERVED']);
      expect(await typeOf('access')).toMatch(/^(?:tenant|key)\.created$/u);
    });

    test('has the types that are asked for', async () => {
      const { reserve, open } = await newTenant();
      const stream = await open({ after: '0', types: 'RESERVATION_EXPIRED,RENEWED' });
      await reserve('job', { ttlSeconds: 1 });
      await clock.advance({ seconds: 1 });
      await sweep();
      expect(await stream.next()).toMatchObject({ event: 'RESERVATION_EXPIRED', json: { resource: 'job' } });
    });

    test('has the types that are asked for, of whatever family unless told', async () => {
      const { reserve, open, apiKey } = await newTenant();
      const [any, resources] = [
        await open({ after: '0', types: 'capacity.reserved,RESERVED' }),
        await open({ after: '0', types: 'capacity.reserved,RESERVED', families: 'resources' }),
      ];
      await new CapacityClient(scenario, apiKey).reserve([interval(newDay(clock))]);
      await reserve('job');
      expect((await any.take(2)).map(({ event }) => event)).toEqual(['capacity.reserved', 'RESERVED']);
      expect((await resources.next())?.event).toBe('RESERVED');
    });

    test('tells of several streams the same, and nothing of what others do, or of the other environment', async () => {
      const [mine, others] = [await newTenant(), await newTenant()];
      const inTest = valueOf(await access.createApiKey({ tenant_id: mine.id, environment: 'test' }));
      const streams = [
        await mine.open(),
        await mine.open(),
        await others.open(),
        await openEvents({}, { apiKey: inTest }),
      ];
      for (const stream of streams) await stream.untilComment('connected');
      await others.reserve('theirs');
      await send('POST', '/api/v1/Reservation/reserve', {
        apiKey: inTest,
        body: [{ requester: 'a', resource: 'in test' }],
      });
      await mine.reserve('mine');
      const first = await Promise.all(streams.map((stream) => stream.next()));
      expect(first.map((event) => resourceOf(event!))).toEqual(['mine', 'mine', 'theirs', 'in test']);
    });

    test('takes a number that is of another family, and the newest one', async () => {
      const { reserve, open, apiKey } = await newTenant();
      await new CreditClient(scenario, apiKey).open(1_000);
      const all = await open({ after: '0', families: allFamilies });
      const newest = await untilType(all, 'credits.granted');
      const stream = await open({ after: newest });
      await reserve('job');
      expect(resourceOf((await stream.next())!)).toBe('job');
    });

    test('needs no more than the scope events:read', async () => {
      const { id } = await newTenant();
      const apiKey = valueOf(await access.createApiKey({ tenant_id: id, scopes: ['events:read'] }));
      const stream = await openEvents({ after: '0' }, { apiKey });
      await stream.untilComment('connected');
    });

    test('ends when its key is revoked, and says so', async () => {
      const { key, open } = await newTenant();
      const stream = await open();
      await stream.untilComment('connected');
      await access.revokeApiKey(key.id);
      // Mocks look at readers when their clock moves.
      await clock.advance({ seconds: 5 });
      await stream.rest();
      expect(stream.comments.at(-1)).toBe('the key is no longer valid');
    });
  });

  scenario.describeGateway('400', () => {
    test.each([
      ['families=', 'query.families'],
      ['families=locks', 'query.families'],
      ['families=resources,', 'query.families'],
      ['types=', 'query.types'],
      ['after=-1', 'query.after'],
      ['after=1.5', 'query.after'],
      ['after=latest', 'query.after'],
      ['limit=5', 'query.limit'],
    ])('refuses %s', async (query, field) => {
      const answer = await send('GET', `${path}?${query}`);
      expect(answer.status).toBe(400);
      expect(fieldsOf(answer)).toEqual([field]);
    });

    test.each(['-1', '1.5', 'latest', '1'.repeat(17)])('refuses a Last-Event-ID of %s', async (number) => {
      const answer = await send('GET', path, { headers: { 'Last-Event-ID': number } });
      expect(answer.status).toBe(400);
      expect(fieldsOf(answer)).toEqual(['header.Last-Event-ID']);
    });
  });

  describe('400, by what there is', () => {
    test('refuses a type that there is not', async () => {
      const answer = await send('GET', `${path}?types=RESERVED,UNHEARD_OF`);
      expect(answer.status).toBe(400);
      expect(fieldsOf(answer)).toEqual(['query.types']);
    });

    test('refuses a number that was never given, of whatever family', async () => {
      const { reserve, apiKey, open } = await newTenant();
      await reserve('job');
      const all = await open({ after: '0', families: allFamilies });
      const newest = Number(await untilType(all, 'RESERVED'));
      const ask = (number: number) => send('GET', `${path}?after=${number}`, { apiKey });
      expect((await ask(newest)).status).toBe(200);
      const answer = await ask(newest + 1);
      expect(answer.status).toBe(400);
      expect(fieldsOf(answer)).toEqual(['query.after']);
      const header = await send('GET', path, { apiKey, headers: { 'Last-Event-ID': String(newest + 1) } });
      expect(fieldsOf(header)).toEqual(['header.Last-Event-ID']);
    });
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'GET', path }));

  describe('410', () => {
    test('is the answer where events behind the number are gone, with the oldest number that there is', async () => {
      const tier = await access.createTier({ event_history_hours: 1 });
      const { reserve, apiKey, open } = await newTenant({ tier });
      for (const resource of ['one', 'two']) await reserve(resource);
      const before = Number(await untilType(await open({ after: '0', families: allFamilies }), 'RESERVED'));
      await clock.advance({ seconds: 3_601 });
      await reserve('three');
      const answer = await send('GET', `${path}?after=0`, { apiKey });
      expect(answer.status).toBe(410);
      const { error, oldest } = answer.json as { error: string; oldest: number };
      expect(error).toBe('events_gone');
      expect(oldest).toBe(before + 2);
      expect((await send('GET', `${path}?after=${oldest - 2}`, { apiKey })).status).toBe(410);
      const stream = await open({ after: String(oldest - 1) });
      expect(resourceOf((await stream.next())!)).toBe('three');
    });

    test('is not the answer where nothing has been lost, however old it is', async () => {
      const tier = await access.createTier({ event_history_hours: 1 });
      const { reserve, open } = await newTenant({ tier });
      await reserve('one');
      const newest = await untilType(await open({ after: '0', families: allFamilies }), 'RESERVED');
      await clock.advance({ seconds: 36_000 });
      await sweep();
      const stream = await open({ after: newest });
      await reserve('other');
      expect(resourceOf((await stream.next())!)).toBe('other');
    });
  });

  test('a tenant without a history has no events: nothing is kept and nothing is streamed', async () => {
    const tier = await access.createTier({ event_history_hours: 0 });
    const { id, reserve, open, apiKey } = await newTenant({ tier });
    const stream = await open();
    await stream.untilComment('connected');
    await reserve(unique('job'));
    expect((await send('GET', '/api/v1/events/history', { apiKey })).json).toMatchObject({ events: [] });
    await access.updateTenant(id, { tier: 'unlimited' });
    await reserve('kept');
    expect(resourceOf((await stream.next())!)).toBe('kept');
  });

  test('tiers say how far back: each tenant by its own', async () => {
    const hours = { short: 1, long: 48 };
    const tenants = {
      short: await newTenant({ tier: await access.createTier({ event_history_hours: hours.short }) }),
      long: await newTenant({ tier: await access.createTier({ event_history_hours: hours.long }) }),
    };
    for (const { reserve } of Object.values(tenants)) await reserve('old');
    await clock.advance({ seconds: 7_200 });
    const statusOf = async ({ apiKey }: { readonly apiKey: string }) =>
      (await send('GET', `${path}?after=0`, { apiKey })).status;
    expect(await statusOf(tenants.short)).toBe(410);
    expect(await statusOf(tenants.long)).toBe(200);
  });

  test('is of one tenant: the numbers of another one are none of it', async () => {
    const { reserve } = await newTenant();
    await reserve('job');
    const quiet = await newTenant();
    const answer = await send('GET', `${path}?after=1000`, { apiKey: quiet.apiKey });
    expect(answer.status).toBe(400);
    expect((await send('GET', path, { apiKey: apiKeys.otherTenant })).status).toBe(200);
  });
});

function numberOf(event: unknown): number {
  return (event as { readonly number: number }).number;
}

/** Reads until an event of this type; resolves to its number. */
async function untilType(stream: EventStream, type: string): Promise<string> {
  for (let event = await stream.next(); event !== undefined; event = await stream.next()) {
    if (event.event === type) return event.id!;
  }
  return expect.fail(`The line was closed before ${type}.`);
}
