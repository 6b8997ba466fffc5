/**
 * Small enough to copy in about a microsecond, large enough that a million entries are three or four levels deep. No
 * array is ever longer, so growth never stalls.
 */
const largestNode = 64;
const smallestNode = 16;

interface Leaf<V> {
  readonly epoch: number;
  readonly keys: string[];
  readonly values: V[];
  readonly children?: undefined;
}

interface Branch<V> {
  readonly epoch: number;
  /** `keys[i]` is at most the first key of `children[i]`, and above all keys before it; `keys[0]` is unused. */
  readonly keys: string[];
  readonly children: Node<V>[];
}

type Node<V> = Leaf<V> | Branch<V>;

/** What every map starts with. It is older than any view, so it is copied before it is written to. */
const emptyLeaf: Leaf<never> = { epoch: -1, keys: [], values: [] };

/** What the maps of a store had in them at one moment: the roots of those that have changed since. */
export type View = Map<OrderedMap<unknown>, Node<unknown>>;

/** Shared by the maps of one store: which of their nodes a view may still see. */
export class Epochs {
  readonly views = new Set<View>();
  /** In which nodes are made now. */
  current = 0;
  /** Nodes of this epoch and of those before are read-only. */
  shared = -1;

  openView(): View {
    const view: View = new Map();
    this.views.add(view);
    this.shared = this.current;
    this.current += 1;
    return view;
  }

  closeView(view: View): void {
    this.views.delete(view);
    if (this.views.size === 0) this.shared = -1;
  }
}

/**
 * An ordered map with free snapshots: a copy-on-write B+ tree. Nodes are changed in place unless a view may still see
 * them; then the path to the change is copied first.
 */
export class OrderedMap<V> {
  readonly #epochs: Epochs;
  #root: Node<V> = emptyLeaf;
  /** Since this epoch, every view has the root that it sees. */
  #keptIn = -1;
  /** What the last change has taken out. */
  #previous: V | undefined;

  constructor(epochs: Epochs) {
    this.#epochs = epochs;
  }

  get isEmpty(): boolean {
    return this.#root.keys.length === 0;
  }

  get(key: string, view?: View): V | undefined {
    let node = this.#rootIn(view);
    while (node.children) node = node.children[childFor(node, key)]!;
    const index = firstNotBefore(node.keys, key);
    return node.keys[index] === key ? node.values[index] : undefined;
  }

  /** Returns the value that was there. */
  set(key: string, value: V): V | undefined {
    this.#beginChange();
    if (this.isEmpty) {
      // As small as can be: most maps of most partitions stay so.
      this.#root = { epoch: this.#epochs.current, keys: [key], values: [value] };
      return undefined;
    }
    const split = this.#insert(this.#root, key, value);
    if (split) {
      const children = [this.#root, split];
      this.#root = { epoch: this.#epochs.current, keys: children.map(firstKey), children };
    }
    return this.#takePrevious();
  }

  /** Returns the value that was there. */
  delete(key: string): V | undefined {
    this.#beginChange();
    this.#remove(this.#root, key);
    if (this.#root.children?.length === 1) this.#root = this.#root.children[0]!;
    return this.#takePrevious();
  }

  /** The values of the keys from `from` on and before `to`, at most `limit`, from the first on or from the last on. */
  scan({ from, to, limit, descending = false }: Scan, view?: View): V[] {
    const found: V[] = [];
    const root = this.#rootIn(view);
    if (descending) collectDescending(root, from, to, limit, found);
    else collectAscending(root, from, to, limit, found);
    return found;
  }

  /** The number of nodes, so that a test sees that deletions free memory. */
  nodeCount(): number {
    return countNodes(this.#root);
  }

  #rootIn(view: View | undefined): Node<V> {
    return (view?.get(this) as Node<V> | undefined) ?? this.#root;
  }

  #beginChange(): void {
    if (this.#keptIn !== this.#epochs.current) {
      for (const view of this.#epochs.views) if (!view.has(this)) view.set(this, this.#root);
      this.#keptIn = this.#epochs.current;
    }
    this.#root = this.#writable(this.#root);
  }

  #takePrevious(): V | undefined {
    const previous = this.#previous;
    this.#previous = undefined;
    return previous;
  }

  #writable(node: Node<V>): Node<V> {
    if (node.epoch > this.#epochs.shared) return node;
    const epoch = this.#epochs.current;
    if (node.children) return { epoch, keys: node.keys.slice(), children: node.children.slice() };
    return { epoch, keys: node.keys.slice(), values: node.values.slice() };
  }

  /** Returns the node to put behind this one if this one became too large. */
  #insert(node: Node<V>, key: string, value: V): Node<V> | undefined {
    if (!node.children) {
      const index = firstNotBefore(node.keys, key);
      if (node.keys[index] === key) {
        this.#previous = node.values[index];
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
    const epoch = this.#epochs.current;
    const keys = node.keys.splice(at);
    if (node.children) return { epoch, keys, children: node.children.splice(at) };
    return { epoch, keys, values: node.values.splice(at) };
  }

  #remove(node: Node<V>, key: string): void {
    if (!node.children) {
      const index = firstNotBefore(node.keys, key);
      if (node.keys[index] !== key) return;
      this.#previous = node.values[index];
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

/** Which part of a map, and how much of it. */
export interface Scan {
  readonly from: string;
  readonly to: string;
  readonly limit: number;
  readonly descending?: boolean | undefined;
}

function countNodes<V>(node: Node<V>): number {
  return (node.children ?? []).reduce((count, child) => count + countNodes(child), 1);
}

function firstKey<V>(node: Node<V>): string {
  return node.keys[0]!;
}

/** The first key that is at least this one; their number if none is. */
function firstNotBefore(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keys[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The last child that may hold the key or one before it. */
function childFor<V>({ keys }: Branch<V>, key: string): number {
  let low = 1;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keys[middle]! <= key) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function collectAscending<V>(node: Node<V>, from: string, to: string, limit: number, found: V[]): void {
  if (!node.children) {
    for (let index = firstNotBefore(node.keys, from); index < node.keys.length && found.length < limit; index += 1) {
      if (node.keys[index]! >= to) return;
      found.push(node.values[index]!);
    }
    return;
  }
  const last = childFor(node, to);
  for (let index = childFor(node, from); index <= last && found.length < limit; index += 1) {
    collectAscending(node.children[index]!, from, to, limit, found);
  }
}

function collectDescending<V>(node: Node<V>, from: string, to: string, limit: number, found: V[]): void {
  if (!node.children) {
    for (let index = firstNotBefore(node.keys, to) - 1; index >= 0 && found.length < limit; index -= 1) {
      if (node.keys[index]! < from) return;
      found.push(node.values[index]!);
    }
    return;
  }
  const first = childFor(node, from);
  for (let index = childFor(node, to); index >= first && found.length < limit; index -= 1) {
    collectDescending(node.children[index]!, from, to, limit, found);
  }
}
