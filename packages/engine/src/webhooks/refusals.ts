import { refused } from '../shared/outcomes.ts';
import type { Refused } from '../shared/outcomes.ts';

export const upgradeRequired = refused({
  code: 'upgrade_required',
  message: "The tenant's tier has no webhooks.",
});

export const unknownEndpoint = refused({ code: 'not_found', message: 'There is no such webhook endpoint.' });

export const unknownDelivery = refused({ code: 'not_found', message: 'There is no such delivery.' });

export const unknownTenant = refused({ code: 'not_found', message: 'There is no such tenant.' });

export function tooManyEndpoints(most: number): Refused {
  return refused({ code: 'conflict', message: `There can be ${most} webhook endpoints: delete one first.` });
}

export const endpointDisabled = refused({
  code: 'conflict',
  message: 'The webhook endpoint is disabled: enable it first.',
});

export const otherTenant = refused({
  code: 'forbidden',
  message: 'This needs an API key with the scope platform:admin.',
  scope: 'platform:admin',
});

export const nothingIsSent = refused({
  code: 'unavailable',
  message: 'This server sends no webhooks.',
  retryAfterSeconds: 60,
});
