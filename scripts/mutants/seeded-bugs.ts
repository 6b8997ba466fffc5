import { capacityBugs } from './bugs/capacity.ts';
import { creditBugs } from './bugs/credits.ts';
import { engineBugs } from './bugs/engine.ts';
import { namedResourceBugs } from './bugs/named-resources.ts';
import { sdkBugs } from './bugs/sdk.ts';
import { storeBugs } from './bugs/stores.ts';
import { transportBugs } from './bugs/transport.ts';
import type { SeededBug } from './seeded-bug.ts';

/** All bugs. A family joins with a file of its own. */
export const seededBugs: readonly SeededBug[] = [
  ...namedResourceBugs,
  ...creditBugs,
  ...capacityBugs,
  ...engineBugs,
  ...storeBugs,
  ...transportBugs,
  ...sdkBugs,
];
