import { createStartLink, recordKinds } from '@holdfast/engine';
import { readConfig, startServer } from '@holdfast/server';
import { createMemoryStore } from '@holdfast/store-memory';

import { buildDashboard } from '../../scripts/build-dashboard.ts';
import { addApiKeys } from '../targets/add-api-keys.ts';

export const apiKeys = { live: `hf_live_${'7'.repeat(43)}`, test: `hf_test_${'7'.repeat(43)}` };

export interface DashboardServer {
  readonly url: string;
  /** A link that signs in the operator, once. */
  makeStartUrl(): Promise<string>;
  /** Signs in the operator, who owns the default tenant. Resolves to the cookie of his session. */
  signIn(): Promise<{ readonly name: string; readonly value: string; readonly url: string }>;
  stop(): Promise<void>;
}

/**
 * A server on the memory store, with the dashboard as `npm start` builds it.
 *
 * @param isNew - Whether nobody has any of {@link apiKeys} yet.
 */
export async function startDashboardServer({ isNew = false } = {}): Promise<DashboardServer> {
  const dashboardFolder = await buildDashboard();
  const store = createMemoryStore({ kinds: recordKinds });
  if (!isNew) await addApiKeys(store, [{ apiKey: apiKeys.test, tenantId: 'default', environment: 'test' }]);
  const config = readConfig({
    PORT: '0',
    HOLDFAST_STORE: 'memory',
    HOLDFAST_BOOTSTRAP_API_KEY: isNew ? undefined : apiKeys.live,
    HOLDFAST_LOG_LEVEL: 'warn',
    HOLDFAST_WEBHOOK_ALLOW: '127.0.0.0/8',
  });
  const { url, service, stop } = await startServer({ config, store, dashboardFolder });
  return {
    url,
    stop,
    makeStartUrl: async () => `${url}/dashboard#start=${await createStartLink(service)}`,
    async signIn() {
      const answer = await fetch(`${url}/dashboard/start`, {
        method: 'POST',
        headers: { 'Sec-Fetch-Site': 'same-origin', 'Content-Type': 'application/json' },
        body: JSON.stringify({ token: await createStartLink(service) }),
      });
      const [, name = '', value = ''] = /^([^=]+)=([^;]+)/u.exec(answer.headers.getSetCookie()[0] ?? '') ?? [];
      return { name, value, url };
    },
  };
}
