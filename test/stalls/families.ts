import { capacity } from './capacity.ts';
import { credits } from './credits.ts';
import type { HeavyFamily } from './heavy-request.ts';
import { namedResources } from './named-resources.ts';

export const families: readonly HeavyFamily[] = [namedResources, credits, capacity];
