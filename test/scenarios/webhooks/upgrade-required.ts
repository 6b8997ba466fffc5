import { expect } from 'vitest';

import type { WireAnswer } from '../../targets/describe-targets.ts';

/** Expects the problem of a tenant whose tier has no webhooks. */
export function expectUpgradeRequired({ status, headers, json }: WireAnswer): void {
  expect(status).toBe(403);
  expect(headers.get('Content-Type')).toMatch(/^application\/problem\+json\b/u);
  expect(json).toEqual({
    type: 'https://api.quotastack.io/errors/upgrade-required',
    title: 'Upgrade Required',
    status: 403,
    detail: expect.stringContaining('webhooks'),
    upgrade_required: true,
  });
}
