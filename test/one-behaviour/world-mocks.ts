import { createHoldfastMock } from '@holdfast/mocks';

import { labelOf } from '../targets/add-api-keys.ts';
import type { OwnedKey } from '../targets/add-api-keys.ts';
import { isEventStream } from '../targets/event-stream.ts';
import type { WorldTarget } from './world.ts';

const baseUrl = 'http://mocks.test';

/** Mocks with nothing in them, and these keys. */
export function createWorldMocks(keys: readonly OwnedKey[], startMs: number): WorldTarget {
  const apiKeys = keys.map(({ apiKey, tenantId, environment, isAdmin: admin }) => {
    return { key: apiKey, tenant: tenantId, environment, label: labelOf(tenantId), admin };
  });
  const mock = createHoldfastMock({ baseUrl, apiKeys, startAt: startMs });
  return {
    name: 'mocks',
    send: async (path, { method, headers, body }) => {
      const response = await mock.fetch(`${baseUrl}${path}`, { method, headers, ...(body !== undefined && { body }) });
      if (!isEventStream(response)) return { response, text: await response.text() };
      await response.body?.cancel();
      return { response, text: '' };
    },
    arrive: (nowMs) => mock.clock.set(nowMs),
    // Their clock announces what has lapsed whenever it is moved.
    sweep: async () => {},
    idle: async () => {},
  };
}
