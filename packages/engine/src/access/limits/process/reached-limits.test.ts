import { beforeEach, describe, expect, test } from 'vitest';

import { burst, Fleet, limited } from './testing/fleet.ts';

let fleet: Fleet;

beforeEach(() => {
  fleet = new Fleet();
});

describe('that a limit is reached', () => {
  test.each([true, false])(
    'is announced by the first request beyond it, once a window; enforced: %s',
    async (enforce) => {
      const limiter = fleet.start({ isShared: false });
      const few = limited({ opsPerMinute: 40, keyOpsPerMinute: 50, enforce });
      const admit = async (count: number) => {
        for (let sent = 0; sent < count; sent += 1) await limiter.admit(few, 'operation');
        return (await fleet.eventsOf(few)).map(({ created_at: at, data }) => [at.slice(11, 19), data.api_key_id]);
      };
      expect(await admit(40)).toEqual([]);
      const first = ['12:00:00', null];
      expect([await admit(1), await admit(9)]).toEqual([[first], [first]]);
      const second = ['12:00:00', 'key-1'];
      expect(await admit(20)).toEqual(enforce ? [first] : [first, second]);
      fleet.pass(60_000);
      expect(await admit(41)).toEqual([...(enforce ? [first] : [first, second]), ['12:01:00', null]]);
      expect((await fleet.eventsOf(few))[0]).toEqual({
        type: 'limit.reached',
        created_at: '2026-01-01T12:00:00.000Z',
        api_key_label: 'Label of key-1',
        customer_id: null,
        external_customer_id: null,
        data: {
          limit_type: 'opsPerMinute',
          limit: 40,
          resets_at: '2026-01-01T12:01:00.000Z',
          tier: 'free',
          api_key_id: null,
        },
      });
    },
  );
});

test('nobody is refused before that is announced, though what was asked ahead has brought nothing', async () => {
  const [one, other] = [fleet.start(), fleet.start()];
  const few = limited({ opsPerMinute: 400 });
  await burst(one, few, 8); // It has some more in hand now.
  let remaining = Infinity;
  while (remaining > 0) remaining = (await other.admit(few, 'operation')).windows[0]?.remaining ?? 0;
  const told = [];
  for (let isRefused = false; !isRefused;) {
    isRefused = (await one.admit(few, 'operation')).refusal !== undefined;
    told.push((await fleet.eventsOf(few)).length);
  }
  expect(told.length).toBeGreaterThan(4);
  expect(told).toEqual([...told.slice(1).fill(0), 1]);
});
