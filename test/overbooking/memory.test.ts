import { createMemory } from '../programs/world-stores.ts';
import { describeOverbooking } from './describe-overbooking.ts';

describeOverbooking('capacity in memory', {
  createStore: createMemory,
  usualRuns: { few: 30, many: 60 },
  file: 'test/overbooking/memory.test.ts',
});
