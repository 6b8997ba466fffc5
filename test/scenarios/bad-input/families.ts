import { operations } from '@holdfast/contract';
import type { OperationDescription } from '@holdfast/contract';

import { administration } from './administration.ts';
import { capacity } from './capacity.ts';
import { credits } from './credits.ts';
import type { Family } from './family.ts';
import { namedResources } from './named-resources.ts';

/** The families that are attacked: the compiler asks for one that the contract has and this list has not. */
const byName: Readonly<Record<OperationDescription['family'], Family>> = {
  namedResources,
  credits,
  capacity,
  administration,
};

export const families: readonly Family[] = Object.values(byName);

export function operationsOf({ name }: Family): readonly OperationDescription[] {
  const all: readonly OperationDescription[] = Object.values(operations);
  return all.filter(({ family }) => family === name);
}
