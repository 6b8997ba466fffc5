import { administration } from './administration.ts';
import { capacity } from './capacity.ts';
import { credits } from './credits.ts';
import type { Family } from './family.ts';
import { namedResources } from './named-resources.ts';

/** Every family of the contract. */
export const families: readonly Family[] = [namedResources, credits, capacity, administration];
