import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { describeReservationListing } from './reservation-listing.ts';

describeTargets('listActiveReservations', (scenario) => {
  const { holdfast, send, unique } = scenario;

  describeReservationListing(scenario, '/api/v1/Reservation/activeReservations');

  describe('200', () => {
    test('is what the SDK iterates over, page after page', async () => {
      const word = unique('job');
      const names = Array.from({ length: 25 }, (_, index) => `${word}/${String(index).padStart(2, '0')}`);
      await holdfast.resources.reserve(names.map((resource) => ({ requester: 'worker-1', resource })));
      const seen: string[] = [];
      for await (const { resource } of holdfast.resources.list({ resourcePrefix: word, limit: 10 }))
        seen.push(resource);
      expect(seen).toEqual(names);
    });

    test('is the same list as the one at /api/v1/Reservation, cursors included', async () => {
      const word = unique('job');
      await holdfast.resources.reserve(
        ['1', '2', '3'].map((end) => ({ requester: 'worker-1', resource: `${word}${end}` })),
      );
      const query = `resourcePrefix=${word}&limit=2`;
      const [one, other] = await Promise.all(
        ['', '/activeReservations'].map((end) => send('GET', `/api/v1/Reservation${end}?${query}`)),
      );
      expect(one!.text).toBe(other!.text);
      const { nextCursor } = one!.json as { nextCursor: string };
      expect(await holdfast.resources.list({ resourcePrefix: word, limit: 2, cursor: nextCursor })).toMatchObject({
        reservations: [{ resource: `${word}3` }],
      });
    });
  });
});
