import type { Definition, Reservation } from '@holdfast/sdk';

/** A name in a tree, with what is below it. */
export interface TreeNode {
  readonly name: string;
  readonly holder: string | undefined;
  readonly children: readonly TreeNode[];
  /** How many of the names below it are held. */
  readonly heldBelow: number;
}

interface Branch {
  readonly children: Map<string, Branch>;
}

/** The trees that definitions make, with who holds what in them. */
export function toTree(definitions: readonly Definition[], locks: readonly Reservation[]): readonly TreeNode[] {
  const holders = new Map(locks.map(({ resource, requester }) => [resource, requester]));
  const root: Branch = { children: new Map() };
  for (const { name, treePath } of definitions) {
    if (treePath === null) continue;
    const path = treePath.split('>');
    let branch = root;
    for (const part of path.at(-1) === name ? path : [...path, name]) branch = below(branch, part);
  }
  return toNodes(root, holders);
}

function below({ children }: Branch, name: string): Branch {
  const found = children.get(name) ?? { children: new Map() };
  children.set(name, found);
  return found;
}

function toNodes({ children }: Branch, holders: ReadonlyMap<string, string>): readonly TreeNode[] {
  return [...children].map(([name, branch]) => {
    const nodes = toNodes(branch, holders);
    const heldBelow = nodes.reduce((sum, node) => sum + node.heldBelow + (node.holder === undefined ? 0 : 1), 0);
    return { name, holder: holders.get(name), children: nodes, heldBelow };
  });
}
