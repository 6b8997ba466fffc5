import { createHoldfastMock } from '@holdfast/mocks';

import { labelOf } from './add-api-keys.ts';
import { apiKeys } from './target.ts';
import type { Target } from './target.ts';

const baseUrl = 'http://mocks.test';
const receiverUrl = 'https://receiver.test';

/** The mocks, asked as an SDK asks them that was given their `fetch`. */
export async function startMocksTarget(): Promise<Target> {
  const mock = createHoldfastMock({
    baseUrl,
    apiKeys: [
      apiKeys.live,
      { key: apiKeys.test, label: labelOf('default') },
      { key: apiKeys.otherTenant, tenant: 'other', label: labelOf('other'), admin: false },
    ],
  });
  return {
    clock: mock.clock,
    fetch: (path, init) => mock.fetch(`${baseUrl}${path}`, init),
    // Their clock announces what has lapsed whenever it is moved.
    sweep: async () => {},
    tend: async () => {},
    // Their clock sends what is due whenever it is moved.
    deliver: async () => {},
    receive: async (onWebhook) => {
      mock.webhooks.deliverTo(onWebhook);
      return receiverUrl;
    },
    dispose: async () => {},
  };
}
