import { ConflictError } from '@holdfast/sdk';
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
import { rejectionOf } from '../rejection.ts';
import { unusualNames } from '../unusual-names.ts';
import { wireTime } from '../wire-time.ts';
import { acquire, reserveOne, statesOf, statusesOf, unreserveOne } from './one-item.ts';

const path = '/api/v1/Resource/register';
const request = { method: 'POST', path, body: [{ name: 'register-anything', labels: { os: 'ios', floor: '2' } }] };

describeTargets('registerResources', (scenario) => {
  const { holdfast, clock, send, unique } = scenario;

  describe('200', () => {
    test('gives defaults to what is left out', async () => {
      const name = unique('machine');
      const now = wireTime(clock);
      expect(await holdfast.resources.register([{ name }])).toEqual([
        { name, capacity: 1, pool: false, blocks: [], treePath: null, labels: {}, registeredAt: now, updatedAt: now },
      ]);
    });

    test('keeps what is given, for each item in the same order', async () => {
      const [pool, crossing, shelf] = [unique('Printer'), unique('crossing'), unique('Shelf')];
      const definitions = await holdfast.resources.register([
        { name: pool, capacity: 3, labels: { floor: '2' } },
        { name: crossing, blocks: ['north', 'east'] },
        { name: shelf, treePath: 'Warehouse>Aisle' },
      ]);
      expect(definitions).toMatchObject([
        { name: pool, capacity: 3, pool: true, labels: { floor: '2' } },
        { name: crossing, capacity: 1, pool: false, blocks: ['north', 'east'] },
        { name: shelf, treePath: 'Warehouse>Aisle' },
      ]);
      const listed = await Promise.all(
        [pool, crossing, shelf].map((namePrefix) => holdfast.resources.definitions({ namePrefix })),
      );
      expect(listed.flatMap((page) => page.definitions)).toEqual(definitions);
    });

    test("takes a treePath with or without the resource's own name at its end", async () => {
      const [one, two, root] = [unique('Shelf'), unique('Shelf'), unique('Shelf')];
      expect(
        await holdfast.resources.register([
          { name: one, treePath: `A>B>${one}` },
          { name: two, treePath: 'A>B' },
          { name: root, treePath: root },
        ]),
      ).toMatchObject([{ treePath: 'A>B' }, { treePath: 'A>B' }, { treePath: null }]);
    });

    test('replaces a definition as a whole, and remembers when the name was first registered', async () => {
      const name = unique('machine');
      const registeredAt = wireTime(clock);
      await holdfast.resources.register([{ name, capacity: 1, blocks: ['a'], treePath: 'A', labels: { os: 'ios' } }]);
      await clock.advance({ seconds: 5 });
      expect(await holdfast.resources.register([{ name, labels: { os: 'android' } }])).toEqual([
        {
          name,
          capacity: 1,
          pool: false,
          blocks: [],
          treePath: null,
          labels: { os: 'android' },
          registeredAt,
          updatedAt: wireTime(clock),
        },
      ]);
    });

    test('registers a name twice if it is given twice, the last one to stay', async () => {
      const name = unique('Printer');
      await holdfast.resources.register([
        { name, capacity: 5 },
        { name, capacity: 2 },
      ]);
      expect(await holdfast.resources.get(name)).toMatchObject({ capacity: 2 });
    });

    test('takes 100 definitions, and pools of 10,000', async () => {
      const word = unique('Printer');
      const items = Array.from({ length: 100 }, (_, index) => ({ name: `${word}/${index}`, capacity: 10_000 }));
      expect(await holdfast.resources.register(items)).toHaveLength(100);
      expect(await statusesOf(holdfast, `${word}/99_9999`, ['a'])).toEqual(['ACQUIRED']);
    });

    test('lets a pool stay one although its capacity becomes 1', async () => {
      const pool = unique('Printer');
      await holdfast.resources.register([{ name: pool, capacity: 2 }]);
      expect(await holdfast.resources.register([{ name: pool }])).toMatchObject([{ capacity: 1, pool: true }]);
      expect(await reserveOne(holdfast, { requester: 'a', resource: pool })).toMatchObject({
        acquiredSlots: { [pool]: `${pool}_0` },
      });
      expect(await statusesOf(holdfast, pool, ['b'])).toEqual(['NOT_AVAILABLE']);
    });

    test('counts what is held as slots of the pool that it becomes', async () => {
      const pool = unique('Printer');
      const earlier = await acquire(holdfast, { requester: 'a', resource: `${pool}_0`, ttlSeconds: 60 });
      const beyond = await acquire(holdfast, { requester: 'b', resource: `${pool}_7` });
      await holdfast.resources.register([{ name: pool, capacity: 2 }]);
      expect(await holdfast.resources.get(pool)).toMatchObject({ capacity: 2, free: 1 });
      expect(await reserveOne(holdfast, { requester: 'c', resource: pool })).toMatchObject({
        acquiredSlots: { [pool]: `${pool}_1` },
      });
      expect(await statusesOf(holdfast, pool, ['a', 'b', 'd'])).toEqual([
        'ALREADY_HAD',
        'ALREADY_HAD',
        'NOT_AVAILABLE',
      ]);
      expect(await unreserveOne(holdfast, { ...earlier, resource: pool })).toMatchObject({ released: [`${pool}_0`] });
      expect(await unreserveOne(holdfast, beyond)).toMatchObject({ released: [`${pool}_7`] });
    });

    test('leaves what is held as it was taken', async () => {
      const [crossing, lane, root] = [unique('crossing'), unique('lane'), unique('City')];
      const held = await acquire(holdfast, { requester: 'car-1', resource: crossing });
      await holdfast.resources.register([{ name: crossing, blocks: [lane], treePath: root }]);
      expect(await statusesOf(holdfast, lane, ['car-2'])).toEqual(['ACQUIRED']);
      expect(await unreserveOne(holdfast, held)).toMatchObject({ released: [crossing] });
    });

    test('may name blockers and ancestors that are not registered', async () => {
      const [crossing, lane, city] = [unique('crossing'), unique('lane'), unique('City')];
      await holdfast.resources.register([{ name: crossing, blocks: [lane], treePath: city }]);
      expect(await statusesOf(holdfast, crossing, ['car-1'])).toEqual(['ACQUIRED']);
      expect(await statusesOf(holdfast, lane, ['car-2'])).toEqual(['ALREADY_HELD']);
      expect(await statusesOf(holdfast, city, ['car-2'])).toEqual(['ALREADY_HELD']);
    });

    test.each(unusualNames)('registers a resource called %j, blocked by and labelled with it', async (name) => {
      const other = unique('x');
      const [label] = [...name];
      const labels = /[.$]/u.test(label!) ? {} : { [label!]: name };
      const definitions = await holdfast.resources.register([
        { name, labels },
        { name: other, blocks: [name] },
      ]);
      expect(definitions).toMatchObject([{ name, labels }, { blocks: [name] }]);
      const { definitions: listed } = await holdfast.resources.definitions({ namePrefix: name, limit: 1 });
      expect(listed).toEqual(definitions.slice(0, 1));
    });

    testReplay(scenario, request);

    test('changes nothing a second time for the same idempotency key', async () => {
      const name = unique('Printer');
      const idempotencyKey = unique('key');
      const first = await holdfast.resources.register([{ name, capacity: 2 }], { idempotencyKey });
      await holdfast.resources.register([{ name, capacity: 3 }]);
      expect(await holdfast.resources.register([{ name, capacity: 2 }], { idempotencyKey })).toEqual(first);
      expect(await holdfast.resources.get(name)).toMatchObject({ capacity: 3 });
    });
  });

  scenario.describeGateway('400', () => {
    const refuse = async (body: string, ...fields: readonly string[]) => {
      const answer = await send('POST', path, { body });
      expect(answer).toMatchObject({ status: 400, json: { error: 'invalid_request' } });
      expect(fieldsOf(answer)).toEqual(fields);
    };
    const refuseMember = (member: string, json: string, ...more: readonly string[]) =>
      refuse(`[{"name": "n", "${member}": ${json}}]`, `/0/${member}`, ...more);

    test('refuses an empty array', () => refuse('[]', 'body'));
    test('refuses 101 definitions', () => refuse(JSON.stringify(Array(101).fill(request.body[0])), 'body'));
    test('refuses a definition without a name', () => refuse('[{"capacity": 2}]', '/0/name'));
    test('refuses an unknown field', () => refuse('[{"name": "n", "size": 2}]', '/0/size'));
    test('refuses the name of a pool that leaves no room for the names of its slots', async () => {
      await refuse(`[{"name": "${'n'.repeat(253)}", "capacity": 101}]`, '/0/name');
      const name = unique('n').padEnd(253, 'n');
      expect(await holdfast.resources.register([{ name, capacity: 100 }])).toMatchObject([{ name, capacity: 100 }]);
    });

    test('refuses 101 blockers', () =>
      refuseMember('blocks', JSON.stringify(Array.from({ length: 101 }, (_, index) => `b${index}`))));
    test('refuses a blocker that is given twice', () => refuseMember('blocks', '["a", "b", "a"]'));
    test('refuses a resource that blocks itself', () => refuse('[{"name": "n", "blocks": ["a", "n"]}]', '/0/blocks/1'));

    test.each(['""', '">"', '"A>"', '">A"', '"A>>B"', '"A\\nB"', '"A\\ud800"', '1', 'null', '["A"]'])(
      'refuses the treePath %s',
      (json) => refuseMember('treePath', json),
    );
    test('refuses a treePath that has a name twice', async () => {
      await refuseMember('treePath', '"A>B>A"');
      await refuseMember('treePath', '"A>n>B"');
    });
    test('refuses a treePath with a name of 257 characters', () => refuseMember('treePath', `"A>${'b'.repeat(257)}"`));
    test('refuses a treePath of 1,025 characters', () =>
      refuseMember('treePath', `"${`${'a'.repeat(204)}>`.repeat(5)}"`));

    test('refuses 65 labels', () =>
      refuseMember(
        'labels',
        JSON.stringify(Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`l${index}`, 'x']))),
      ));

    test('has no effect, also for the definitions that are right', async () => {
      const name = unique('Printer');
      await refuse(`[{"name": "${name}", "capacity": 2}, {"name": "n", "capacity": 0}]`, '/1/capacity');
      expect(await holdfast.resources.definitions({ namePrefix: name })).toMatchObject({ definitions: [] });
    });
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, request));

  describe('409', () => {
    testIdempotencyKeyConflict(scenario, request, {
      ...request,
      body: [{ name: 'register-anything', labels: { os: 'android' } }],
    });

    test('refuses to make a pool of a name that is held, and registers nothing then', async () => {
      const [name, other] = [unique('Printer'), unique('Printer')];
      const held = await acquire(holdfast, { requester: 'a', resource: name });
      const definitions = [
        { name: other, capacity: 2 },
        { name, capacity: 2 },
      ];
      const error = await rejectionOf(ConflictError, holdfast.resources.register(definitions));
      expect(error).toMatchObject({ status: 409, code: 'resource_held', message: expect.stringContaining(name) });
      expect(await holdfast.resources.definitions({ namePrefix: other })).toMatchObject({ definitions: [] });
      await unreserveOne(holdfast, held);
      expect(await holdfast.resources.register(definitions)).toMatchObject([{ pool: true }, { pool: true }]);
    });

    test('lets a name become a pool the moment that its hold lapses', async () => {
      const name = unique('Printer');
      await acquire(holdfast, { requester: 'a', resource: name, ttlSeconds: 60 });
      await clock.advance({ milliseconds: 59_999 });
      await rejectionOf(ConflictError, holdfast.resources.register([{ name, capacity: 2 }]));
      await clock.advance({ milliseconds: 1 });
      expect(await holdfast.resources.register([{ name, capacity: 2 }])).toMatchObject([{ pool: true }]);
      expect(await statesOf(holdfast, name)).toEqual(['FREE']);
    });

    test('gives the refusal again for the same idempotency key', async () => {
      const held = await acquire(holdfast, { requester: 'a', resource: unique('Printer') });
      const idempotencyKey = unique('key');
      const definitions = [{ name: held.resource, capacity: 2 }];
      await rejectionOf(ConflictError, holdfast.resources.register(definitions, { idempotencyKey }));
      await unreserveOne(holdfast, held);
      const error = await rejectionOf(ConflictError, holdfast.resources.register(definitions, { idempotencyKey }));
      expect(error).toMatchObject({ status: 409, code: 'resource_held' });
      expect(error.headers.get('Idempotent-Replayed')).toBe('true');
    });
  });

  scenario.describeGateway('413', () => testBodyTooLarge(scenario, request));

  scenario.describeGateway('415', () => testUnsupportedMediaType(scenario, request));
});
