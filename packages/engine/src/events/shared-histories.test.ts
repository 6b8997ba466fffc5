import { createMemoryStore } from '@holdfast/store-memory';
import { beforeEach, expect, test } from 'vitest';

import { createCaller } from '../caller.ts';
import { defaultCapacitySettings } from '../capacity/settings.ts';
import { recordKinds } from '../families.ts';
import { eventLogKind } from '../kernel/outbox.ts';
import { Service } from '../service.ts';
import type { ServiceRequest } from '../service.ts';
import { StoreUnavailable } from '../store.ts';
import type { Store } from '../store.ts';
import { TestEnvironment } from '../testing/test-environment.ts';

const caller = createCaller({ tenantId: 't', environment: 'live', apiKeyLabel: 'key' });
const settings = {
  ...defaultCapacitySettings,
  requireRegistration: false,
  eventHistoryMs: 90_000_000,
  requestTimeoutMs: 10_000,
};

let store: Store;

beforeEach(() => {
  store = createMemoryStore({ kinds: recordKinds });
});

/** One of several processes on the store, where events are numbered after their commits, if they can be. */
function createProcess({ canNumber = true } = {}) {
  const shared: Partial<Store> = {
    takeTurn: async () => undefined,
    commit: async (commit, deadlineMs) => {
      const numbers = commit.writes.some(({ key }) => key.kind === eventLogKind);
      if (numbers && !canNumber) throw new StoreUnavailable('The store takes no writes.');
      return store.commit(commit, deadlineMs);
    },
  };
  const view = new Proxy(store, {
    get: (target, name) => {
      const member: unknown = shared[name as keyof Store] ?? target[name as keyof Store];
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
  const service = new Service(view, new TestEnvironment(), settings);
  return async (operationId: ServiceRequest['operationId'], input: ServiceRequest['input']) => {
    const { outcome } = await service.call({ operationId, caller, input });
    if (!outcome.ok) throw new Error(outcome.message);
    return outcome.value;
  };
}

const reserve = { body: [{ requester: 'me', resource: 'room' }] };

test('a history has all that was answered, by whichever process', async () => {
  const [one, other] = [createProcess({ canNumber: false }), createProcess()];
  await one('reserve', reserve);
  expect(await other('listEventHistory', { query: {} })).toMatchObject({ events: [{ type: 'RESERVED' }] });
});

test('a history is refused, rather than shown without what was answered', async () => {
  const call = createProcess({ canNumber: false });
  expect(await call('listEventHistory', { query: {} })).toMatchObject({ events: [] });
  await call('reserve', reserve);
  await expect(call('listEventHistory', { query: {} })).rejects.toThrow(StoreUnavailable);
  await expect(call('listCreditEvents', { query: {} })).rejects.toThrow(StoreUnavailable);
});
