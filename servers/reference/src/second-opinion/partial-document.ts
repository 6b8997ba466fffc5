import type { OperationDescription } from '@holdfast/contract';

type Json = Readonly<Record<string, unknown>>;
type Components = Record<string, Record<string, unknown>>;

/** A document with only these operations of another one, and what validates them. */
export function documentOf(operations: readonly OperationDescription[], document: Json): Json {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { path, method } of operations) {
    const item = (paths[path] ??= {});
    item[method.toLowerCase()] = withoutExamples(read(document, 'paths', path, method.toLowerCase()));
  }
  const { openapi, info, servers, security } = document;
  const { securitySchemes = {} } = document['components'] as Components;
  const components: Components = { securitySchemes };
  addReferences(paths, document, components);
  return { openapi, info, servers, security, paths, components };
}

function addReferences(node: unknown, document: Json, components: Components): void {
  if (typeof node !== 'object' || node === null) return;
  for (const value of Object.values(node)) addReferences(value, document, components);
  if (!('$ref' in node) || typeof node.$ref !== 'string') return;
  const [, , section = '', name = ''] = node.$ref.split('/');
  const known = (components[section] ??= {});
  if (name in known) return;
  known[name] = withoutExamples(read(document, 'components', section, name));
  addReferences(known[name], document, components);
}

/** Examples and links are most of a contract and validate nothing. */
function withoutExamples(node: unknown): unknown {
  const text = JSON.stringify(node, (_name, value: unknown) => {
    if (typeof value !== 'object' || value === null) return value;
    if ('schema' in value && 'examples' in value) return { ...value, examples: undefined };
    return 'content' in value && 'links' in value ? { ...value, links: undefined } : value;
  });
  return JSON.parse(text) as unknown;
}

function read(node: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce((parent, key) => (parent as Record<string, unknown> | undefined)?.[key], node);
}
