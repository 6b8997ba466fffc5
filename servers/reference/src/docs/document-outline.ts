import type { OpenApiDocument, Operation } from './document.ts';

const methods: readonly string[] = ['get', 'put', 'post', 'delete', 'patch'];

export interface OperationAt {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

export interface TagGroup {
  readonly name: string;
  readonly description: string;
  readonly operations: readonly OperationAt[];
}

export interface Family {
  readonly name: string;
  readonly groups: readonly TagGroup[];
}

/** By the document's groups of tags; all tags are one group where it has none. */
export function groupByFamily(document: OpenApiDocument): readonly Family[] {
  const groups = groupByTag(document);
  const families = document['x-tagGroups'] ?? [{ name: 'Operations', tags: groups.map(({ name }) => name) }];
  return families.map(({ name, tags }) => ({ name, groups: groups.filter((group) => tags.includes(group.name)) }));
}

function groupByTag({ paths, tags = [] }: OpenApiDocument): readonly TagGroup[] {
  const all = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => methods.includes(method))
      .map(([method, operation]) => ({ method, path, operation })),
  );
  return tags.map(({ name, description = '' }) => ({
    name,
    description,
    operations: all.filter(({ operation }) => operation.tags?.[0] === name),
  }));
}

export interface SentEvent {
  readonly type: string;
  readonly operation: Operation;
}

/** What is sent to streams and webhooks. */
export function eventsOf({ webhooks = {} }: OpenApiDocument): readonly SentEvent[] {
  return Object.entries(webhooks).map(([type, { post }]) => ({ type, operation: post }));
}
