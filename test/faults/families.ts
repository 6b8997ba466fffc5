import { capacity } from './capacity.ts';
import { credits } from './credits.ts';
import type { Family } from './family.ts';
import { namedResources } from './named-resources.ts';

/** The families that the fault tests load a server with, all at once. */
export const families: readonly Family[] = [namedResources, credits, capacity];
