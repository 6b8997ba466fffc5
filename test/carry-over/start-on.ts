import type { Store } from '@holdfast/engine';
import { readConfig, startServer } from '@holdfast/server';
import type { RunningServer } from '@holdfast/server';

import { apiKeys } from '../targets/target.ts';

/** A server on a store, with a clock that stands still. */
export function startOn(store: Store, now: () => number): Promise<RunningServer> {
  const config = readConfig({
    PORT: '0',
    HOLDFAST_STORE: 'memory',
    HOLDFAST_BOOTSTRAP_API_KEY: apiKeys.live,
    HOLDFAST_CHECK_CONTRACT: 'false',
    HOLDFAST_LOG_LEVEL: 'error',
  });
  return startServer({ config, store, now });
}
