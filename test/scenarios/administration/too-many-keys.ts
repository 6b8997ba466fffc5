import { expect } from 'vitest';

import type { WireAnswer } from '../../targets/describe-targets.ts';

/** Expects the problem of a tier that allows no more keys, with exactly its members. */
export function expectTooManyKeys({ status, headers, json }: WireAnswer, tier: string, limit: number): void {
  expect(status).toBe(429);
  const { retry_after: retryAfter } = json as { retry_after: number };
  expect(json).toEqual({
    type: 'https://api.quotastack.io/errors/rate-limited',
    title: 'Rate Limited',
    status: 429,
    detail: expect.stringMatching(/^[A-Z].*\.$/u),
    tier,
    limit,
    limit_type: 'apiKeys',
    retry_after: retryAfter,
    upgrade_required: true,
  });
  expect(headers.get('Retry-After')).toBe(String(retryAfter));
}
