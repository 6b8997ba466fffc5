import { capacity } from './capacity.ts';
import { credits } from './credits.ts';
import type { Family } from './family.ts';
import { namedResources } from './named-resources.ts';

/** Every family that has random sequences. */
export const families: readonly Family[] = [namedResources, credits, capacity];
