import { readConfig, startServer } from '@holdfast/server';

import { startLoopbackReceiver } from '../receivers/loopback-receiver.ts';
import type { LoopbackReceiver } from '../receivers/loopback-receiver.ts';
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
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
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
    // Issuers of tests have their keys on this machine, and so have receivers.
    HOLDFAST_WEBHOOK_ALLOW: '127.0.0.0/8',
  });
  const server = await startServer({ config, store, now: clock.now, ...options });
  let receiver: LoopbackReceiver | undefined;
  return {
    url: server.url,
    clock,
    fetch: (path, init) => fetch(`${server.url}${path}`, init),
    sweep: () => server.sweep(),
    idle: () => server.service.idle(),
    tend: () => server.service.access.tend(),
    async deliver() {
      const { webhooks } = server.service;
      // The server's own look, which the first one may have joined, may have been earlier than the clock.
      for (let look = 0; look < 2; look += 1) await webhooks?.tend();
      await webhooks?.idle();
    },
    async receive(onWebhook) {
      receiver = await startLoopbackReceiver(onWebhook);
      return receiver.url;
    },
    async dispose() {
      await server.stop();
      await receiver?.stop();
      await dispose();
    },
  };
}
