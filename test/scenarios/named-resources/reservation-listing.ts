/** Guarantees of the list of live reservations, which is published at two addresses. */
import type { Reservation } from '@holdfast/sdk';
import { describe, expect, test } from 'vitest';

import type { Scenario } from '../../targets/describe-targets.ts';
import { fieldsOf, testUnauthorized } from '../every-operation.ts';
import { wireTime } from '../wire-time.ts';
import { acquire, unreserveOne } from './one-item.ts';

interface Page {
  readonly reservations: readonly Reservation[];
  readonly nextCursor: string | null;
}

type Query = Readonly<Record<string, string | number>>;

export function describeReservationListing(scenario: Scenario, path: string): void {
  const { holdfast, clock, send, unique } = scenario;

  async function list(query: Query): Promise<Page> {
    const { status, json } = await send('GET', `${path}?${toText(query)}`);
    expect(status).toBe(200);
    return json as Page;
  }

  /** Every row of all pages. */
  async function listAll(
    query: Query,
    betweenPages: () => Promise<unknown> = async () => undefined,
  ): Promise<string[]> {
    const names: string[] = [];
    let page = await list(query);
    for (;;) {
      names.push(...namesIn(page));
      if (page.nextCursor === null) return names;
      await betweenPages();
      page = await list({ ...query, cursor: page.nextCursor });
    }
  }

  async function reserveAll(resources: readonly string[], requester = 'worker-1'): Promise<void> {
    for (let first = 0; first < resources.length; first += 100) {
      const results = await holdfast.resources.reserve(
        resources.slice(first, first + 100).map((resource) => ({ requester, resource })),
      );
      expect(results.every(({ status }) => status === 'ACQUIRED')).toBe(true);
    }
  }

  describe('200', () => {
    test('shows what is held, by whom, since when, until when and what for', async () => {
      const resource = unique('job');
      const since = wireTime(clock);
      const held = await acquire(holdfast, {
        requester: 'worker-1',
        resource,
        ttlSeconds: 60,
        resourceType: 'Order',
        metadata: { n: [1] },
      });
      const expiresAt = wireTime(clock, 60);
      await clock.advance({ seconds: 1 });
      const { fencingToken } = await acquire(holdfast, { requester: 'worker-2', resource: `${resource}/2` });
      expect(await list({ resourcePrefix: resource })).toEqual({
        reservations: [
          {
            resource,
            requester: 'worker-1',
            resourceType: 'Order',
            reservedAt: since,
            expiresAt,
            fencingToken: held.fencingToken,
            metadata: { n: [1] },
          },
          {
            resource: `${resource}/2`,
            requester: 'worker-2',
            resourceType: 'UserDefined',
            reservedAt: wireTime(clock),
            expiresAt: null,
            fencingToken,
            metadata: null,
          },
        ],
        nextCursor: null,
      });
    });

    test('never shows a release token', async () => {
      const held = await acquire(holdfast, { requester: 'worker-1', resource: unique('job') });
      const { text } = await send('GET', `${path}?${toText({ resourcePrefix: held.resource })}`);
      expect(text).toContain(held.resource);
      expect(text).not.toContain(held.releaseToken);
    });

    test('does not show what was given up, nor what has lapsed, from that very moment on', async () => {
      const resource = unique('job');
      const held = await acquire(holdfast, { requester: 'worker-1', resource: `${resource}/1` });
      await acquire(holdfast, { requester: 'worker-1', resource: `${resource}/2`, ttlSeconds: 60 });
      await unreserveOne(holdfast, held);
      await clock.advance({ milliseconds: 59_999 });
      expect(namesIn(await list({ resourcePrefix: resource }))).toEqual([`${resource}/2`]);
      await clock.advance({ milliseconds: 1 });
      expect(namesIn(await list({ resourcePrefix: resource }))).toEqual([]);
    });

    test('has a row for each slot and each blocker', async () => {
      const word = unique('x');
      await holdfast.resources.register([
        { name: `${word}/Printer`, capacity: 3 },
        { name: `${word}/crossing`, blocks: [`${word}/lane`] },
      ]);
      await reserveAll([`${word}/Printer`, `${word}/crossing`]);
      expect(await listAll({ resourcePrefix: word })).toEqual([
        `${word}/Printer_0`,
        `${word}/crossing`,
        `${word}/lane`,
      ]);
    });

    test('is in the order of code points', async () => {
      const word = unique('x');
      const names = [
        '',
        ' ',
        '!',
        '0',
        '10',
        '9',
        'A',
        'Z',
        '_',
        'a',
        'b',
        'ß',
        'ä',
        '\uffff',
        '😀',
        '\u{10ffff}',
        '\u{10ffff}a',
      ];
      await reserveAll(names.map((name) => `${word}${name}`).reverse());
      expect(await listAll({ resourcePrefix: word })).toEqual(names.map((name) => `${word}${name}`));
      expect(await listAll({ resourcePrefix: word, limit: 1 })).toEqual(names.map((name) => `${word}${name}`));
      expect(await listAll({ resourcePrefix: `${word}\u{10ffff}` })).toEqual([
        `${word}\u{10ffff}`,
        `${word}\u{10ffff}a`,
      ]);
    });

    test('filters by requester, by the beginning of the name and by type, and by all of them', async () => {
      const [word, alice, bob] = [unique('x'), unique('alice'), unique('bob')];
      const rows = [
        { requester: alice, resource: `${word}/a/1`, resourceType: 'Order' },
        { requester: bob, resource: `${word}/a/2`, resourceType: 'Order' },
        { requester: alice, resource: `${word}/b/1` },
        { requester: alice, resource: `${word}/b/2`, resourceType: 'Order' },
      ];
      await holdfast.resources.reserve(rows);
      expect(await listAll({ requester: alice })).toEqual([`${word}/a/1`, `${word}/b/1`, `${word}/b/2`]);
      expect(await listAll({ resourcePrefix: `${word}/b` })).toEqual([`${word}/b/1`, `${word}/b/2`]);
      expect(await listAll({ resourcePrefix: word, resourceType: 'Order' })).toEqual([
        `${word}/a/1`,
        `${word}/a/2`,
        `${word}/b/2`,
      ]);
      expect(await listAll({ requester: alice, resourcePrefix: `${word}/b`, resourceType: 'Order', limit: 1 })).toEqual(
        [`${word}/b/2`],
      );
      expect(await listAll({ requester: `${alice}x` })).toEqual([]);
    });

    test.each(['%', '_', '.*', '\\', '$', '"', "'", '{', '+', ' ', '^', '/'])(
      'takes %j in a filter for itself',
      async (character) => {
        const word = unique('x');
        await reserveAll([`${word}${character}1`, `${word}a1`, `${word}A1`], `${word}${character}`);
        expect(await listAll({ resourcePrefix: `${word}${character}` })).toEqual([`${word}${character}1`]);
        expect(await listAll({ requester: `${word}${character}`, resourcePrefix: `${word}A` })).toEqual([`${word}A1`]);
      },
    );

    test('has 100 rows a page unless told, 1,000 at most, and no cursor on the last page', async () => {
      const word = unique('x');
      const names = Array.from({ length: 1_001 }, (_, index) => `${word}/${String(index).padStart(4, '0')}`);
      await reserveAll(names);
      expect(namesIn(await list({ resourcePrefix: word }))).toEqual(names.slice(0, 100));
      const first = await list({ resourcePrefix: word, limit: 1_000 });
      expect(namesIn(first)).toEqual(names.slice(0, 1_000));
      expect(await list({ resourcePrefix: word, limit: 1_000, cursor: first.nextCursor! })).toMatchObject({
        reservations: [{ resource: names[1_000] }],
        nextCursor: null,
      });
      expect(await list({ resourcePrefix: `${word}/000`, limit: 10 })).toMatchObject({
        reservations: { length: 10 },
        nextCursor: null,
      });
    });

    test('goes on with another limit', async () => {
      const word = unique('x');
      await reserveAll(['1', '2', '3'].map((letter) => `${word}${letter}`));
      const { nextCursor } = await list({ resourcePrefix: word, limit: 1 });
      expect(namesIn(await list({ resourcePrefix: word, limit: 5, cursor: nextCursor! }))).toEqual([
        `${word}2`,
        `${word}3`,
      ]);
    });

    test('neither skips nor repeats a row while others come and go', async () => {
      const word = unique('x');
      const requester = unique('worker');
      const lasting = Array.from({ length: 12 }, (_, index) => `${word}/${String(index).padStart(2, '0')}`);
      await reserveAll(lasting, requester);
      const passing = await Promise.all(
        lasting.map((name) => acquire(holdfast, { requester, resource: `${name}/passing` })),
      );
      let round = 0;
      const disturb = async () => {
        round += 1;
        await reserveAll(
          lasting.map((name) => `${name}/new-${round}`),
          requester,
        );
        const gone = passing.splice(0, 2).concat(passing.splice(-2, 2));
        for (const held of gone) await unreserveOne(holdfast, held);
      };
      for (const filter of [{ resourcePrefix: word }, { requester }]) {
        const seen = await listAll({ ...filter, limit: 5 }, async () => round < 4 && disturb());
        expect(seen).toEqual([...new Set(seen)].sort());
        expect(seen.filter((name) => lasting.includes(name))).toEqual(lasting);
      }
    });

    test('goes on although the row that a page ended with is gone', async () => {
      const word = unique('x');
      await reserveAll([`${word}1`, `${word}3`]);
      const last = await acquire(holdfast, { requester: 'worker-1', resource: `${word}2` });
      const { nextCursor } = await list({ resourcePrefix: word, limit: 2 });
      await unreserveOne(holdfast, last);
      expect(namesIn(await list({ resourcePrefix: word, limit: 2, cursor: nextCursor! }))).toEqual([`${word}3`]);
    });

    test('is there for HEAD too, without a body', async () => {
      const answer = await send('HEAD', path);
      expect(answer).toMatchObject({ status: 200, text: '' });
      expect(answer.headers.get('Content-Type')).toMatch(/^application\/json\b/u);
    });
  });

  scenario.describeGateway('400', () => {
    const refuse = async (query: Query, ...fields: readonly string[]) => {
      const answer = await send('GET', `${path}?${toText(query)}`);
      expect(answer).toMatchObject({ status: 400, json: { error: 'invalid_request' } });
      expect(fieldsOf(answer)).toEqual(fields);
    };

    test('refuses the cursor of other filters, and of another list', async () => {
      const word = unique('x');
      await reserveAll([`${word}1`, `${word}2`]);
      await holdfast.resources.register([{ name: `${word}1` }, { name: `${word}2` }]);
      const { nextCursor } = await list({ resourcePrefix: word, limit: 1 });
      await refuse({ limit: 1, cursor: nextCursor! }, 'query.cursor');
      await refuse({ resourcePrefix: `${word}2`, limit: 1, cursor: nextCursor! }, 'query.cursor');
      await refuse({ resourcePrefix: word, requester: 'worker-1', cursor: nextCursor! }, 'query.cursor');
      const other = await holdfast.resources.definitions({ namePrefix: word, limit: 1 });
      await refuse({ resourcePrefix: word, limit: 1, cursor: other.nextCursor! }, 'query.cursor');
    });
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'GET', path }));
}

function namesIn({ reservations }: Page): readonly string[] {
  return reservations.map(({ resource }) => resource);
}

function toText(query: Query): string {
  return new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();
}
