import type { Scope } from '@holdfast/sdk';

/** What each is for, in the order in which they are offered. */
const purposes: Readonly<Record<Scope, string>> = {
  'resources:read': 'see locks and definitions',
  'resources:write': 'take, renew and release locks; register resources',
  'resources:admin': 'release what others hold',
  'credits:read': 'see balances, holds and the ledger',
  'credits:write': 'hold, commit and release credits; record usage',
  'credits:admin': 'customers, grants, prices and settings',
  'capacity:read': 'see the calendar, bookings and usage',
  'capacity:write': 'book capacity and record its use',
  'events:read': 'read and follow events',
  'webhooks:admin': 'say where events are sent',
  'keys:admin': 'API keys, people, and whose JWTs are trusted',
  'platform:admin': 'all tenants, tiers and the platform',
};

export const scopePurposes = Object.entries(purposes) as readonly (readonly [scope: Scope, purpose: string])[];
