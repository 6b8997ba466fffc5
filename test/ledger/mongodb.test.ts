import { afterAll, beforeAll, describe, inject } from 'vitest';

import { createMongodb } from '../programs/world-stores.ts';
import type { WorldStore } from '../programs/world-stores.ts';
import { describeLedger } from './describe-ledger.ts';

const uri = inject('mongodbUri');

// Without a mongod it is left out, which `npm test` says loudly; in CI that is a failure.
describe.skipIf(uri === undefined)('one MongoDB', () => {
  let shared: WorldStore;

  beforeAll(async () => {
    shared = await createMongodb(uri ?? '');
  });

  afterAll(() => shared.dispose());

  describeLedger('the ledger on MongoDB', {
    createStore: async () => ({ ...shared, dispose: async () => {} }),
    usualRuns: { few: 2, many: 4 },
    file: 'test/ledger/mongodb.test.ts',
  });
});
