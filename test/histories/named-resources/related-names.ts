import type { DefinitionItem } from '@holdfast/contract';

/** What stands above each name of a history's tree, from the root down, all by their last parts. */
const treePaths: Readonly<Record<string, readonly string[]>> = {
  root: [],
  left: ['root'],
  right: ['root'],
  leaf: ['root', 'left'],
};

/** What each name of a history's kit blocks. */
const kitBlockers: Readonly<Record<string, readonly string[]>> = { shared: [], first: ['shared'], second: ['shared'] };

/** The physical names of a tree, by its key. */
export function namesOfTree(tree: string): readonly string[] {
  return Object.keys(treePaths).map((part) => `${tree}-${part}`);
}

/** The physical names of a kit, by its key: resources, and after what they block. */
export function namesOfKit(kit: string): readonly string[] {
  return Object.keys(kitBlockers).map((part) => `${kit}-${part}`);
}

/** How the names of a tree or a kit are registered. */
export function definitionOf(name: string): DefinitionItem {
  const ancestors = ancestorsOf(name);
  return { name, blocks: [...blockersOf(name)], ...(ancestors.length === 0 ? {} : { treePath: ancestors.join('>') }) };
}

/** From the root down. */
export function ancestorsOf(name: string): readonly string[] {
  return relatedBy(treePaths, 'tree', name);
}

function descendantsOf(name: string): readonly string[] {
  const tree = keyOf('tree', name);
  return tree === undefined ? [] : namesOfTree(tree).filter((each) => ancestorsOf(each).includes(name));
}

/** The names that are taken along with it. */
export function blockersOf(name: string): readonly string[] {
  return relatedBy(kitBlockers, 'kit', name);
}

/** The names that it is taken along with. */
export function blockedBy(name: string): readonly string[] {
  const kit = keyOf('kit', name);
  return kit === undefined ? [] : namesOfKit(kit).filter((each) => blockersOf(each).includes(name));
}

/** Whoever holds one of these keeps others off the name. */
export function namesInTheWay(name: string): readonly string[] {
  return [name, ...ancestorsOf(name), ...descendantsOf(name), ...blockersOf(name)];
}

function relatedBy(
  relation: Readonly<Record<string, readonly string[]>>,
  type: 'tree' | 'kit',
  name: string,
): readonly string[] {
  const key = keyOf(type, name);
  return key === undefined ? [] : (relation[name.slice(key.length + 1)] ?? []).map((part) => `${key}-${part}`);
}

function keyOf(type: 'tree' | 'kit', name: string): string | undefined {
  const key = name.slice(0, name.lastIndexOf('-'));
  return key.endsWith(`-${type}`) ? key : undefined;
}
