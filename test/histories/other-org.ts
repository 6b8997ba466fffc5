import type { Store } from '@holdfast/engine';

import { addApiKeys } from '../targets/add-api-keys.ts';

/** Of an org beside the one that every server starts with. */
export const otherOrgsKey = `hf_live_${'7'.repeat(43)}`;

/** To be done before a server has the store. */
export async function addOtherOrg(store: Store): Promise<void> {
  await addApiKeys(store, [{ apiKey: otherOrgsKey, tenantId: 'other', environment: 'live', isAdmin: false }]);
  await store.close();
}
