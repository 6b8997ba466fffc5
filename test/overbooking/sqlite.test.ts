import { createSqlite } from '../programs/world-stores.ts';
import { describeOverbooking } from './describe-overbooking.ts';

describeOverbooking('capacity on SQLite', {
  createStore: createSqlite,
  usualRuns: { few: 10, many: 30 },
  file: 'test/overbooking/sqlite.test.ts',
});
