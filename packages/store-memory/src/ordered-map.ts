import { compareKeys, isBefore } from './sortable-key.ts';
import type { Position, SortableKey } from './sortable-key.ts';

/**
 * Small enough to copy in about a microsecond, large enough that a million entries are three or four levels deep. No
 * array is ever longer, so growth never stalls.
 */
const largestNode = 64;
const smallestNode = 16;

/** Shared by the maps of one store; raising it makes every existing node read-only. */
export interface Epoch {
  current: number;
}

interface Leaf<V> {
  readonly epoch: number;
  readonly keys: SortableKey[];
  readonly values: V[];
  readonly children?: undefined;
}

interface Branch<V> {
  readonly epoch: number;
  /** `keys[i]` is at most the first key of `children[i]`, and above all keys before it; `keys[0]` is unused. */
  readonly keys: SortableKey[];
  readonly children: Node<V>[];
}

type Node<V> = Leaf<V> | Branch<V>;

/**
 * An ordered map with free snapshots: a copy-on-write B+ tree. Nodes are changed in place unless a view may still see
 * them; then the path to the change is copied first.
 */
export class OrderedMap<V> {
  readonly #epoch: Epoch;
  #root: Node<V>;

  constructor(epoch: Epoch, root?: Node<V>) {
    this.#epoch = epoch;
    this.#root = root ?? { epoch: epoch.current, keys: [], values: [] };
  }

  /** A snapshot of the map. Raise the epoch first, and never write to it. */
  view(): OrderedMap<V> {
    return new OrderedMap(this.#epoch, this.#root);
  }

  get(key: SortableKey): V | undefined {
    let node = this.#root;
    while (node.children) node = node.children[childFor(node, key)]!;
    const index = firstNotBefore(node.keys, { key, after: false });
    return holds(node, index, key) ? node.values[index] : undefined;
  }

  set(key: SortableKey, value: V): void {
    this.#root = this.#writable(this.#root);
    const split = this.#insert(this.#root, key, value);
    if (!split) return;
    const children = [this.#root, split];
    this.#root = { epoch: this.#epoch.current, keys: children.map(firstKey), children };
  }

  delete(key: SortableKey): void {
    this.#root = this.#writable(this.#root);
    this.#remove(this.#root, key);
    if (this.#root.children?.length === 1) this.#root = this.#root.children[0]!;
  }

  /** The values between two positions, at most `limit`, from the first on or from the last on. */
  scan(from: Position, to: Position, limit: number, descending = false): V[] {
    const found: V[] = [];
    if (descending) collectDescending(this.#root, from, to, limit, found);
    else collectAscending(this.#root, from, to, limit, found);
    return found;
  }

  /** The number of nodes, so that a test sees that deletions free memory. */
  nodeCount(): number {
    return countNodes(this.#root);
  }

  #writable(node: Node<V>): Node<V> {
    const epoch = this.#epoch.current;
    if (node.epoch === epoch) return node;
    if (node.children) return { epoch, keys: node.keys.slice(), children: node.children.slice() };
    return { epoch, keys: node.keys.slice(), values: node.values.slice() };
  }

  /** Returns the node to put behind this one if this one became too large. */
  #insert(node: Node<V>, key: SortableKey, value: V): Node<V> | undefined {
    if (!node.children) {
      const index = firstNotBefore(node.keys, { key, after: false });
      if (holds(node, index, key)) {
        node.values[index] = value;
        return undefined;
      }
      node.keys.splice(index, 0, key);
      node.values.splice(index, 0, value);
      return this.#split(node, index);
    }
    const index = childFor(node, key);
    const child = (node.children[index] = this.#writable(node.children[index]!));
    const split = this.#insert(child, key, value);
    if (!split) return undefined;
    node.keys.splice(index + 1, 0, firstKey(split));
    node.children.splice(index + 1, 0, split);
    return this.#split(node, index + 1);
  }

  #split(node: Node<V>, insertedAt: number): Node<V> | undefined {
    const { length } = node.keys;
    if (length <= largestNode) return undefined;
    // Ascending keys (times, sequences) would leave half-full nodes behind.
    const at = insertedAt === length - 1 ? length - 1 : length >> 1;
    const epoch = this.#epoch.current;
    const keys = node.keys.splice(at);
    if (node.children) return { epoch, keys, children: node.children.splice(at) };
    return { epoch, keys, values: node.values.splice(at) };
  }

  #remove(node: Node<V>, key: SortableKey): void {
    if (!node.children) {
      const index = firstNotBefore(node.keys, { key, after: false });
      if (!holds(node, index, key)) return;
      node.keys.splice(index, 1);
      node.values.splice(index, 1);
      return;
    }
    const index = childFor(node, key);
    const child = (node.children[index] = this.#writable(node.children[index]!));
    this.#remove(child, key);
    if (child.keys.length < smallestNode) this.#mergeSmall(node, index);
  }

  /** Joins a child that became small with a neighbour, where both fit into one node with room to spare. */
  #mergeSmall(branch: Branch<V>, index: number): void {
    const left = index > 0 ? index - 1 : index;
    const one = branch.children[left]!;
    const other = branch.children[left + 1];
    if (!other || one.keys.length + other.keys.length > largestNode / 2) return;
    const into = (branch.children[left] = this.#writable(one));
    into.keys.push(...other.keys);
    if (into.children && other.children) {
      // The unused first key of a branch comes to use behind a neighbour.
      into.keys[into.keys.length - other.keys.length] = branch.keys[left + 1]!;
      into.children.push(...other.children);
    } else if (!into.children && !other.children) {
      into.values.push(...other.values);
    }
    branch.keys.splice(left + 1, 1);
    branch.children.splice(left + 1, 1);
  }
}

function countNodes<V>(node: Node<V>): number {
  return (node.children ?? []).reduce((count, child) => count + countNodes(child), 1);
}

function firstKey<V>(node: Node<V>): SortableKey {
  return node.keys[0]!;
}

function holds<V>(leaf: Leaf<V>, index: number, key: SortableKey): boolean {
  return index < leaf.keys.length && compareKeys(leaf.keys[index]!, key) === 0;
}

/** The first of the keys, from `low` on, that isn't before the position; their number if all are. */
function firstNotBefore(keys: readonly SortableKey[], position: Position, low = 0): number {
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(keys[middle]!, position)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The child that holds the key, if any does. */
function childFor<V>(branch: Branch<V>, key: SortableKey): number {
  return lastChildBefore(branch, { key, after: true });
}

/** The last child that may hold keys before the position. */
function lastChildBefore<V>({ keys }: Branch<V>, position: Position): number {
  return firstNotBefore(keys, position, 1) - 1;
}

function collectAscending<V>(node: Node<V>, from: Position, to: Position, limit: number, found: V[]): void {
  if (!node.children) {
    for (let index = firstNotBefore(node.keys, from); index < node.keys.length && found.length < limit; index += 1) {
      if (!isBefore(node.keys[index]!, to)) return;
      found.push(node.values[index]!);
    }
    return;
  }
  const last = lastChildBefore(node, to);
  for (let index = lastChildBefore(node, from); index <= last && found.length < limit; index += 1) {
    collectAscending(node.children[index]!, from, to, limit, found);
  }
}

function collectDescending<V>(node: Node<V>, from: Position, to: Position, limit: number, found: V[]): void {
  if (!node.children) {
    for (let index = firstNotBefore(node.keys, to) - 1; index >= 0 && found.length < limit; index -= 1) {
      if (isBefore(node.keys[index]!, from)) return;
      found.push(node.values[index]!);
    }
    return;
  }
  const first = lastChildBefore(node, from);
  for (let index = lastChildBefore(node, to); index >= first && found.length < limit; index -= 1) {
    collectDescending(node.children[index]!, from, to, limit, found);
  }
}
