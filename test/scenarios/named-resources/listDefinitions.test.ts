import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { fieldsOf, testUnauthorized } from '../every-operation.ts';
import { wireTime } from '../wire-time.ts';

const path = '/api/v1/Resource/definitions';

describeTargets('listDefinitions', (scenario) => {
  const { holdfast, clock, send, unique } = scenario;

  async function registerAll(names: readonly string[]): Promise<void> {
    await holdfast.resources.register(names.map((name) => ({ name })));
  }

  async function namesOf(
    query: { namePrefix: string; limit?: number },
    betweenPages = async () => {},
  ): Promise<string[]> {
    const names: string[] = [];
    for await (const { definitions } of holdfast.resources.definitions(query).byPage()) {
      names.push(...definitions.map(({ name }) => name));
      await betweenPages();
    }
    return names;
  }

  describe('200', () => {
    test('shows definitions as they stand', async () => {
      const name = unique('Printer');
      const registeredAt = wireTime(clock);
      await holdfast.resources.register([
        { name, capacity: 3, blocks: ['b', 'a'], treePath: 'A>B', labels: { floor: '2' } },
      ]);
      expect(await holdfast.resources.definitions({ namePrefix: name })).toEqual({
        definitions: [
          {
            name,
            capacity: 3,
            pool: true,
            blocks: ['b', 'a'],
            treePath: 'A>B',
            labels: { floor: '2' },
            registeredAt,
            updatedAt: registeredAt,
          },
        ],
        nextCursor: null,
      });
    });

    test('does not show what is held and not registered, nor what was deleted', async () => {
      const word = unique('x');
      await registerAll([`${word}1`, `${word}2`]);
      await holdfast.resources.reserve([{ requester: 'a', resource: `${word}3` }]);
      await holdfast.resources.deleteDefinition(`${word}1`);
      expect(await namesOf({ namePrefix: word })).toEqual([`${word}2`]);
    });

    test('is in the order of code points', async () => {
      const word = unique('x');
      const names = ['', ' ', '0', '10', '9', 'A', '_', 'a', 'ß', 'ä', '\uffff', '😀'].map((end) => `${word}${end}`);
      await registerAll(names.toReversed());
      expect(await namesOf({ namePrefix: word })).toEqual(names);
      expect(await namesOf({ namePrefix: word, limit: 1 })).toEqual(names);
    });

    test('filters by the beginning of the name, to the letter', async () => {
      const word = unique('x');
      await registerAll([`${word}ab`, `${word}AB`, `${word}a%`, `${word}b`]);
      expect(await namesOf({ namePrefix: `${word}a` })).toEqual([`${word}a%`, `${word}ab`]);
      expect(await namesOf({ namePrefix: `${word}a%` })).toEqual([`${word}a%`]);
    });

    test('has 100 rows a page unless told, and no cursor on the last page', async () => {
      const word = unique('x');
      const names = Array.from({ length: 150 }, (_, index) => `${word}/${String(index).padStart(3, '0')}`);
      await registerAll(names.slice(0, 100));
      await registerAll(names.slice(100));
      const first = await holdfast.resources.definitions({ namePrefix: word });
      expect(first.definitions.map(({ name }) => name)).toEqual(names.slice(0, 100));
      const rest = await holdfast.resources.definitions({ namePrefix: word, cursor: first.nextCursor! });
      expect(rest).toMatchObject({ definitions: { length: 50 }, nextCursor: null });
      expect(await holdfast.resources.definitions({ namePrefix: word, limit: 150 })).toMatchObject({
        nextCursor: null,
      });
    });

    test('neither skips nor repeats a row while others come and go', async () => {
      const word = unique('x');
      const lasting = Array.from({ length: 12 }, (_, index) => `${word}/${String(index).padStart(2, '0')}`);
      const passing = lasting.map((name) => `${name}/passing`);
      await registerAll([...lasting, ...passing]);
      let round = 0;
      const seen = await namesOf({ namePrefix: word, limit: 5 }, async () => {
        if (++round > 4) return;
        await registerAll(lasting.map((name) => `${name}/new-${round}`));
        for (const name of [passing.shift()!, passing.pop()!]) await holdfast.resources.deleteDefinition(name);
      });
      expect(seen).toEqual([...new Set(seen)].sort());
      expect(seen.filter((name) => lasting.includes(name))).toEqual(lasting);
    });

    test('is there for HEAD too, without a body', async () => {
      expect(await send('HEAD', path)).toMatchObject({ status: 200, text: '' });
    });
  });

  scenario.describeGateway('400', () => {
    const refuse = async (query: Readonly<Record<string, string>>, ...fields: readonly string[]) => {
      const answer = await send('GET', `${path}?${new URLSearchParams(query).toString()}`);
      expect(answer).toMatchObject({ status: 400, json: { error: 'invalid_request' } });
      expect(fieldsOf(answer)).toEqual(fields);
    };

    test('refuses the cursor of other filters', async () => {
      const word = unique('x');
      await registerAll([`${word}1`, `${word}2`]);
      const { nextCursor } = await holdfast.resources.definitions({ namePrefix: word, limit: 1 });
      await refuse({ cursor: nextCursor! }, 'query.cursor');
      await refuse({ namePrefix: `${word}2`, cursor: nextCursor! }, 'query.cursor');
    });

    test.each(['', 'a\nb', 'n'.repeat(257)])('refuses the namePrefix %j', (namePrefix) =>
      refuse({ namePrefix }, 'query.namePrefix'),
    );
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'GET', path }));
});
