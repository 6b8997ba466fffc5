import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { testBodyTooLarge, testUnauthorized, testUnsupportedMediaType } from '../every-operation.ts';
import { CapacityClient, paths, shortfall } from './capacity-client.ts';
import { faultyRequests } from './faulty-requests.ts';
import { interval, intervals, newDay, quarterMs } from './grid.ts';
import { expectError, expectSentence, expectShortfalls } from './refusals.ts';

const path = paths.quotes;

describeTargets('quoteCapacity', (scenario) => {
  const { clock, send, unique } = scenario;
  const capacity = new CapacityClient(scenario);

  const makeRequest = async () => {
    return { method: 'POST', path, body: { intervals: intervals(newDay(clock), 2, 64) } };
  };

  describe('200', () => {
    test('says what a reservation would come to, with exactly these members: 4 GB for 15 minutes are a GB-hour', async () => {
      const wanted = intervals(newDay(clock), 8, 64);
      const answer = await capacity.askQuote(wanted);
      expect(answer.status).toBe(200);
      expect(answer.json).toEqual({ intervals: wanted, reservedGbHours: 128, reservedCostMicros: 128 * 12_000 });
    });

    test('adds up intervals of different sizes, in the order and with the times as they were sent', async () => {
      const day = newDay(clock);
      const wanted = [
        interval(day + quarterMs, 8),
        { ...interval(day, 1_024), startsAt: new Date(day).toISOString() },
        interval(day + 9 * quarterMs),
      ];
      expect(await capacity.quote(wanted)).toEqual({
        intervals: wanted,
        reservedGbHours: 259,
        reservedCostMicros: 3_108_000,
      });
    });

    test('reserves nothing, however often it is asked', async () => {
      const day = newDay(clock);
      const before = await capacity.everythingOn(day);
      for (let round = 0; round < 3; round += 1) await capacity.quote(intervals(day, 4, 1_024));
      expect(await capacity.everythingOn(day)).toEqual(before);
      await capacity.reserve(intervals(day, 4, 1_024));
    });

    test('keeps no answer under an idempotency key: it says what is so now', async () => {
      const wanted = [interval(newDay(clock), 1_024)];
      const headers = { 'Idempotency-Key': unique('key') };
      expect((await capacity.ask('POST', path, { intervals: wanted }, headers)).status).toBe(200);
      await capacity.reserve(wanted);
      const again = await capacity.ask('POST', path, { intervals: wanted }, headers);
      expectShortfalls(again, [shortfall(wanted[0]!, 0)]);
      expect(again.headers.get('Idempotent-Replayed')).toBe(null);
    });

    test('takes 3,000 intervals', async () => {
      const wanted = intervals(newDay(clock, 32), 3_000, 8);
      expect(await capacity.quote(wanted)).toEqual({
        intervals: wanted,
        reservedGbHours: 6_000,
        reservedCostMicros: 72_000_000,
      });
    });
  });

  describe('400', () => {
    test.each(faultyRequests)(
      'finds what a reservation would be refused for, in the same words: %s',
      async (_what, makeBody, sentence) => {
        const body = makeBody(newDay(clock));
        const answer = await send('POST', path, { body });
        expectSentence(answer, sentence);
        expect(answer.text).toBe((await send('POST', paths.reservations, { body })).text);
      },
    );

    test('refuses a parameter, of which there is none', async () => {
      expectSentence(
        await send('POST', `${path}?from=1`, { body: {} }),
        'query.from is not a parameter of this operation',
      );
    });
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'POST', path, body: {} }));

  scenario.describeGateway('405', () => {
    test.each(['GET', 'DELETE', 'PATCH', 'PUT'])('is the answer to %s', async (method) => {
      const answer = await send(method, path);
      expectError(answer, 405, 'method_not_allowed');
      expect(answer.headers.get('Allow')).toBe('POST');
    });
  });

  describe('409', () => {
    test('names every interval that does not fit and only those, to the letter as a reservation would, and writes nothing', async () => {
      const day = newDay(clock);
      await capacity.reserve([
        interval(day, 1_000),
        interval(day + 2 * quarterMs, 1_024),
        interval(day + 3 * quarterMs, 960),
      ]);
      const before = await capacity.everythingOn(day);
      const wanted = intervals(day, 4, 64).toReversed();
      const answer = await capacity.askQuote(wanted);
      expectShortfalls(answer, [shortfall(wanted[1]!, 0), shortfall(wanted[3]!, 24)]);
      expect(answer.text).toBe((await capacity.askReserve(wanted)).text);
      expect(await capacity.everythingOn(day)).toEqual(before);
    });

    test('counts what other orgs take of the platform', async () => {
      const day = newDay(clock);
      await capacity.limitDay(day, { platform_capacity_gb: 96 });
      await new CapacityClient(scenario, apiKeys.otherTenant).reserve([interval(day, 64)]);
      const wanted = interval(day, 36);
      expectShortfalls(await capacity.askQuote([wanted]), [shortfall(wanted, 32)]);
      await capacity.quote([{ ...wanted, capacityGb: 32 }]);
    });
  });

  scenario.describeGateway('413', () => testBodyTooLarge(scenario, makeRequest));
  scenario.describeGateway('415', () => testUnsupportedMediaType(scenario, makeRequest));
});
