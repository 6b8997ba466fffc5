import { createSqlite } from '../programs/world-stores.ts';
import { describeLedger } from './describe-ledger.ts';

describeLedger('the ledger on SQLite', {
  createStore: createSqlite,
  usualRuns: { few: 6, many: 12 },
  file: 'test/ledger/sqlite.test.ts',
});
