import { defineFamily } from '../family.ts';
import type { AccessContext } from './context.ts';
import { getJwtIssuer } from './issuers/read-operations.ts';
import { deleteJwtIssuer, exchangeToken, putJwtIssuer } from './issuers/write-operations.ts';
import { getApiKey, listApiKeys } from './keys/read-operations.ts';
import { createApiKey, revokeApiKey, rotateApiKey, updateApiKey } from './keys/write-operations.ts';
import { getLimits } from './limits/read-operations.ts';
import { limitKinds } from './limits/records.ts';
import { listPeople } from './people/read-operations.ts';
import { peopleKinds } from './people/records.ts';
import { invitePerson, removePerson, updatePerson } from './people/write-operations.ts';
import { accessKinds } from './records.ts';
import { getTenant, listTenants, listTiers } from './tenants/read-operations.ts';
import { createTenant, deleteTier, putTier, updateTenant } from './tenants/write-operations.ts';

export const access = defineFamily({
  kinds: [...accessKinds, ...limitKinds, ...peopleKinds],
  createContext: (context: AccessContext) => context,
  writes: {
    createTenant,
    updateTenant,
    putTier,
    deleteTier,
    createApiKey,
    updateApiKey,
    revokeApiKey,
    rotateApiKey,
    putJwtIssuer,
    deleteJwtIssuer,
    exchangeToken,
    invitePerson,
    updatePerson,
    removePerson,
  },
  reads: { getTenant, listTenants, listTiers, getApiKey, listApiKeys, getJwtIssuer, getLimits, listPeople },
  scans: {},
  sweeps: () => [],
  settles: () => [],
});
