import { operations } from '@holdfast/contract';
import type { OperationDescription } from '@holdfast/contract';

import type { Problem } from './problems/problems.ts';

/** An operation, and its path parameters still percent-encoded. */
export interface Route {
  readonly operation: OperationDescription;
  readonly pathValues: Readonly<Record<string, string>>;
}

/** A trie of segments. A parameter has its own child, tried after the literal ones. */
interface Node {
  readonly literals: Map<string, Node>;
  parameter: Node | undefined;
  readonly methods: Map<string, OperationDescription>;
}

const root = buildTree(Object.values(operations));

/** The nodes of paths without parameters, most of all: no other path leads to them. */
const literalNodes: ReadonlyMap<string, Node | undefined> = new Map(
  Object.values(operations)
    .filter(({ path }) => !path.includes('{'))
    .map(({ path }) => [path, findNode(root, path.split('/').slice(1), 0, [])]),
);

const noValues: Route['pathValues'] = {};

/** Finds the operation of a path, exactly: case and trailing slashes count. */
export function findRoute(method: string, path: string): Route | Problem {
  const values: string[] = [];
  const node = literalNodes.get(path) ?? findNode(root, path.split('/').slice(1), 0, values);
  if (node === undefined) return { code: 'not_found', message: `There is nothing at ${path}.` };
  const operation = node.methods.get(method === 'HEAD' ? 'GET' : method);
  if (operation === undefined) {
    const allow = [...node.methods.keys()].flatMap((allowed) => (allowed === 'GET' ? ['GET', 'HEAD'] : [allowed]));
    return { code: 'method_not_allowed', message: `${path} can't be asked with ${method}.`, allow };
  }
  const names = operation.pathParameters;
  if (names.length === 0) return { operation, pathValues: noValues };
  return { operation, pathValues: Object.fromEntries(names.map((name, index) => [name, values[index] ?? ''])) };
}

function findNode(node: Node, segments: readonly string[], index: number, values: string[]): Node | undefined {
  const segment = segments[index];
  if (segment === undefined) return node.methods.size > 0 ? node : undefined;
  const literal = node.literals.get(segment);
  const found = literal && findNode(literal, segments, index + 1, values);
  if (found !== undefined || node.parameter === undefined || segment === '') return found;
  values[values.length] = segment;
  return findNode(node.parameter, segments, index + 1, values);
}

function buildTree(descriptions: readonly OperationDescription[]): Node {
  const tree = emptyNode();
  for (const operation of descriptions) {
    let node = tree;
    for (const segment of operation.path.split('/').slice(1)) node = childOf(node, segment);
    node.methods.set(operation.method, operation);
  }
  return tree;
}

function childOf(node: Node, segment: string): Node {
  if (segment.startsWith('{')) return (node.parameter ??= emptyNode());
  const child = node.literals.get(segment) ?? emptyNode();
  node.literals.set(segment, child);
  return child;
}

function emptyNode(): Node {
  return { literals: new Map(), parameter: undefined, methods: new Map() };
}
