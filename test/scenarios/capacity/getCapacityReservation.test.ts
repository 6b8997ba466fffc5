import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { testUnauthorized } from '../every-operation.ts';
import { CapacityClient, paths } from './capacity-client.ts';
import { interval, intervals, newDay, quarterMs } from './grid.ts';
import { expectError, expectSentence } from './refusals.ts';

const unknownId = '0192f3a9-3a91-4d6a-b816-8192a3b4c5d6';

describeTargets('getCapacityReservation', (scenario) => {
  const { clock, send } = scenario;
  const capacity = new CapacityClient(scenario);

  describe('200', () => {
    test('shows the reservation as it was answered when it was made, to the letter', async () => {
      const day = newDay(clock);
      const made = await capacity.askReserve([
        interval(day + quarterMs, 64),
        ...intervals(day + 4 * quarterMs, 3, 8),
        interval(day, 16),
      ]);
      const { reservationId } = made.json as { reservationId: string };
      await clock.advance({ seconds: 3_600 });
      const answer = await send('GET', `${paths.reservations}/${reservationId}`);
      expect(answer.json).toEqual(made.json);
      expect(Object.keys(answer.json as object)).toEqual(['reservationId', 'createdAt', 'intervals']);
    });

    test('finds it by an id in capitals, which is the same UUID', async () => {
      const made = await capacity.reserve([interval(newDay(clock))]);
      expect(await capacity.get(made.reservationId.toUpperCase())).toEqual(made);
    });

    test('shows it after its time too', async () => {
      const day = newDay(clock);
      const made = await capacity.reserve([interval(day)]);
      await clock.advance({ milliseconds: day + quarterMs - clock.now() });
      expect(await capacity.get(made.reservationId)).toEqual(made);
    });

    test('is there for HEAD too, without a body', async () => {
      const { reservationId } = await capacity.reserve([interval(newDay(clock))]);
      expect(await send('HEAD', `${paths.reservations}/${reservationId}`)).toMatchObject({ status: 200, text: '' });
    });
  });

  scenario.describeGateway('400', () => {
    test.each([
      ['a%00b', /^path\.reservationId is "a.*b": must match pattern /u],
      ['x'.repeat(257), /^path\.reservationId is "x.*: must NOT have more than 256 characters$/u],
      ['%ff', /^path\.reservationId must be UTF-8 in percent-encoding$/u],
    ])('refuses what is no id: %s', async (id, sentence) => {
      expectSentence(await send('GET', `${paths.reservations}/${id}`), sentence);
    });

    test('refuses a parameter, of which there is none', async () => {
      const { reservationId } = await capacity.reserve([interval(newDay(clock))]);
      expectSentence(
        await send('GET', `${paths.reservations}/${reservationId}?limit=1`),
        'query.limit is not a parameter of this operation',
      );
    });
  });

  scenario.describeGateway('401', () =>
    testUnauthorized(scenario, { method: 'GET', path: `${paths.reservations}/${unknownId}` }),
  );

  describe('404', () => {
    test.each([unknownId, '0', 'nothing', 'rsv_01HXYZ0K3V8Q5N2M7D4T6B9CFW', 'a%20b', 'a%2Fb', 'x'.repeat(256)])(
      'is the answer for an id that there is not: %s',
      async (id) => {
        expectError(await send('GET', `${paths.reservations}/${id}`), 404, 'not_found');
      },
    );

    test.each([apiKeys.otherTenant, apiKeys.test])(
      'is the answer for an id of others, to the letter: %s',
      async (apiKey) => {
        const { reservationId } = await new CapacityClient(scenario, apiKey).reserve([interval(newDay(clock))]);
        const answer = await send('GET', `${paths.reservations}/${reservationId}`);
        const unknown = await send('GET', `${paths.reservations}/${unknownId}`);
        expectError(answer, 404, 'not_found');
        expect(answer.text).toBe(unknown.text);
      },
    );
  });

  scenario.describeGateway('405', () => {
    test.each(['DELETE', 'PATCH', 'PUT', 'POST'])(
      'is the answer to %s, also where there is nothing',
      async (method) => {
        const answer = await send(method, `${paths.reservations}/${unknownId}`);
        expectError(answer, 405, 'method_not_allowed');
        expect(answer.headers.get('Allow')?.split(', ').toSorted().join(', ')).toBe('GET, HEAD');
      },
    );
  });
});
