import { authenticate, createFirstKey, newApiKey } from '@holdfast/engine';
import type { Service } from '@holdfast/engine';

import type { Logger } from './log/logger.ts';

const label = 'first key';

/** The operator's own value, or undefined for a new key of 256 random bits. */
export interface FirstKeyOptions {
  readonly service: Service;
  readonly bootstrapApiKey: string | undefined;
  readonly logger: Logger;
}

/**
 * Ensures that the store has a tenant with an API key. Returns the key if it was created now: it can't be read again.
 */
export async function ensureFirstKey({
  service,
  bootstrapApiKey,
  logger,
}: FirstKeyOptions): Promise<string | undefined> {
  const apiKey = bootstrapApiKey ?? newApiKey(service, 'live');
  const environment = apiKey.startsWith('hf_test_') ? 'test' : 'live';
  if (await createFirstKey(service, apiKey, { label, environment })) return apiKey;
  if (bootstrapApiKey !== undefined && (await authenticate(service, bootstrapApiKey)) === undefined) {
    logger.warn(
      'HOLDFAST_BOOTSTRAP_API_KEY is not a key of this store: it was created with another first key, which stays.',
    );
  }
  return undefined;
}
