import { createMemory } from '../programs/world-stores.ts';
import { describeLedger } from './describe-ledger.ts';

describeLedger('the ledger in memory', {
  createStore: createMemory,
  usualRuns: { few: 10, many: 20 },
  file: 'test/ledger/memory.test.ts',
});
