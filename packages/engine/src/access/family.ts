import { defineFamily } from '../family.ts';
import { apiKeyKind, tenantKind } from './records.ts';

export const access = defineFamily({
  kinds: [apiKeyKind, tenantKind],
  createContext: () => undefined,
  writes: {},
  reads: {},
  scans: {},
  sweeps: () => [],
  settles: () => [],
});
