import { expect } from 'vitest';

import type { WireAnswer } from '../../targets/describe-targets.ts';

/** Expects the problem of a key that lacks a scope, with exactly its members. */
export function expectForbidden({ status, headers, json }: WireAnswer, scope = 'platform:admin'): void {
  expect(status).toBe(403);
  expect(headers.get('Content-Type')).toMatch(/^application\/problem\+json\b/u);
  expect(json).toEqual({
    type: 'https://api.quotastack.io/errors/forbidden',
    title: 'Forbidden',
    status: 403,
    detail: expect.stringContaining(scope),
    scope,
  });
}
