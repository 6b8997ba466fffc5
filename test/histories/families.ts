import { capacity } from './capacity.ts';
import { credits } from './credits.ts';
import type { AnyFamily } from './family.ts';
import { namedResources } from './named-resources.ts';

/** Every family whose histories are recorded and checked. */
export const families: readonly AnyFamily[] = [namedResources, credits, capacity];
