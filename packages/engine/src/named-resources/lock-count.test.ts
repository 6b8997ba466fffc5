import { expect, test } from 'vitest';

import { beginSettlement, endSettlement, mayHaveLapsed } from './lock-count.ts';
import { TestResources } from './testing/test-resources.ts';

test('a settlement that several processes share does not end the one after it', () => {
  const { state } = new TestResources();
  const shared = beginSettlement(state);
  expect(beginSettlement(state)).toBe(shared);
  endSettlement(state, shared, 1_000);
  expect(mayHaveLapsed(state.lockCount(), 999)).toBe(false);

  const next = beginSettlement(state);
  endSettlement(state, shared, 1_000);
  expect(mayHaveLapsed(state.lockCount(), 999)).toBe(true);
  endSettlement(state, next, 2_000);
  expect([1_999, 2_000].map((nowMs) => mayHaveLapsed(state.lockCount(), nowMs))).toEqual([false, true]);
});
