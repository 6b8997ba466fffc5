import type { DefinitionItem } from '@holdfast/contract';

import type { FieldFault } from '../shared/outcomes.ts';
import type { DefinitionCommand } from './registration.ts';
import { slotName } from './slot-name.ts';

const longestName = 256;
const pathSeparator = '>';

/** Faults of a definition that the schema can't express. */
export function findDefinitionFaults(item: DefinitionItem, field: string): readonly FieldFault[] {
  return [...findNameFaults(item, field), ...findBlockFaults(item, field), ...findTreePathFaults(item, field)];
}

export function toDefinitionCommand(item: DefinitionItem): DefinitionCommand {
  const { name, capacity = 1, blocks = [], labels = {} } = item;
  return { name, capacity, blocks, labels, ancestors: ancestorsOf(item) };
}

/** The names above the resource. A path may end with the resource's own name, or leave it out. */
function ancestorsOf({ name, treePath }: DefinitionItem): readonly string[] {
  const names = treePath === undefined ? [] : treePath.split(pathSeparator);
  return names.at(-1) === name ? names.slice(0, -1) : names;
}

function findNameFaults({ name, capacity = 1 }: DefinitionItem, field: string): readonly FieldFault[] {
  const lastSlot = slotName({ pool: name, number: capacity - 1 });
  if (capacity === 1 || Array.from(lastSlot).length <= longestName) return [];
  const message = `must leave room for the names of its slots, such as ${name}_0, in ${longestName} characters`;
  return [{ field: `${field}/name`, rule: 'maxLength', message }];
}

function findBlockFaults({ name, blocks = [] }: DefinitionItem, field: string): readonly FieldFault[] {
  const index = blocks.indexOf(name);
  return index === -1
    ? []
    : [{ field: `${field}/blocks/${index}`, rule: 'not', message: 'must not be the resource itself' }];
}

function findTreePathFaults(item: DefinitionItem, field: string): readonly FieldFault[] {
  const names = ancestorsOf(item);
  const at = `${field}/treePath`;
  if (names.some((name) => name === '' || Array.from(name).length > longestName)) {
    return [{ field: at, rule: 'pattern', message: `must be names of 1 to ${longestName} characters joined by >` }];
  }
  const isRepeated = new Set([...names, item.name]).size <= names.length;
  return isRepeated ? [{ field: at, rule: 'uniqueItems', message: 'must not hold a name twice' }] : [];
}
