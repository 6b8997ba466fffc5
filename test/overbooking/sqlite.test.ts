import { createSqlite } from '../ledger/play/ledger-stores.ts';
import { describeOverbooking } from './describe-overbooking.ts';

describeOverbooking('capacity on SQLite', {
  createStore: createSqlite,
  usualRuns: 30,
  file: 'test/overbooking/sqlite.test.ts',
});
