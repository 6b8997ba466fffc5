import { defineFamily } from '../family.ts';
import { apiKeyKind, tenantKind } from './records.ts';

export const access = defineFamily({
  name: 'access',
  kinds: [apiKeyKind, tenantKind],
  createContext: () => undefined,
  writes: {},
  reads: {},
  scans: {},
  sweeps: () => [],
  settles: () => [],
});
