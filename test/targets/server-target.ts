import { readConfig, startServer } from '@holdfast/server';

import { addApiKeys } from './add-api-keys.ts';
import type { FreshStore } from './fresh-stores.ts';
import { createMovableClock } from './movable-clock.ts';
import { apiKeys } from './target.ts';
import type { Clock, Target } from './target.ts';

export interface ServerTargetOptions {
  readonly clock?: Clock;
  /** Whether express-openapi-validator judges each request and answer as well. False unless told. */
  readonly hasSecondOpinion?: boolean;
  /** How many holds and blocks that are due one request ends along; absent: as many as usual. */
  readonly mostSettledAtOnce?: number;
}

export interface ServerTarget extends Target {
  readonly url: string;
}

/** The reference server over real HTTP. */
export async function startServerTarget(
  { store, dispose }: FreshStore,
  { clock = createMovableClock(), hasSecondOpinion = false, ...options }: ServerTargetOptions = {},
): Promise<ServerTarget> {
  await addApiKeys(store, [
    { apiKey: apiKeys.test, tenantId: 'default', environment: 'test' },
    { apiKey: apiKeys.otherTenant, tenantId: 'other', environment: 'live', isAdmin: false },
  ]);
  const config = readConfig({
    PORT: '0',
    HOLDFAST_STORE: 'memory',
    HOLDFAST_BOOTSTRAP_API_KEY: apiKeys.live,
    HOLDFAST_CHECK_CONTRACT: String(hasSecondOpinion),
    HOLDFAST_LOG_LEVEL: 'warn',
    // Issuers of tests have their keys on this machine.
    HOLDFAST_WEBHOOK_ALLOW: '127.0.0.0/8',
  });
  const server = await startServer({ config, store, now: clock.now, ...options });
  return {
    url: server.url,
    clock,
    fetch: (path, init) => fetch(`${server.url}${path}`, init),
    sweep: () => server.sweep(),
    tend: () => server.service.access.tend(),
    async dispose() {
      await server.stop();
      await dispose();
    },
  };
}
