import { describe, inject } from 'vitest';

import { createMongodb } from '../programs/world-stores.ts';
import { describeOverbooking } from './describe-overbooking.ts';

const uri = inject('mongodbUri');

// Without a mongod it is left out, which `npm test` says loudly; in CI that is a failure.
describe.skipIf(uri === undefined)('one MongoDB', () => {
  describeOverbooking('capacity on MongoDB', {
    createStore: () => createMongodb(uri ?? ''),
    usualRuns: { few: 2, many: 4 },
    file: 'test/overbooking/mongodb.test.ts',
  });
});
