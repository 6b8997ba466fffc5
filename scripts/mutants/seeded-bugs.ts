import { familiesFor } from '../../test/families.ts';
import { engineBugs } from './bugs/engine.ts';
import { outboxBugs } from './bugs/outbox.ts';
import { sdkBugs } from './bugs/sdk.ts';
import { storeBugs } from './bugs/stores.ts';
import { transportBugs } from './bugs/transport.ts';
import type { SeededBug } from './seeded-bug.ts';

/** All bugs. */
export const seededBugs: readonly SeededBug[] = [
  ...(await familiesFor('seededBugs')).flat(),
  ...engineBugs,
  ...outboxBugs,
  ...storeBugs,
  ...transportBugs,
  ...sdkBugs,
];
