import { testStore } from '@holdfast/store-conformance';

import { createMemoryStore } from './index.ts';

testStore('memory', async (kinds) => {
  const store = createMemoryStore({ kinds });
  return { store, dispose: () => store.close() };
});
