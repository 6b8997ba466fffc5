import { createMemory } from '../programs/world-stores.ts';
import { describeOverbooking } from './describe-overbooking.ts';

describeOverbooking('capacity in memory', {
  createStore: createMemory,
  usualRuns: { few: 40, many: 150 },
  file: 'test/overbooking/memory.test.ts',
});
