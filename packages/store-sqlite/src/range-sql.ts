import type { IndexValue, RangeQuery } from '@holdfast/engine/store';

import { columnOf, indexOf, tableOf } from './schema/table-names.ts';

/** Queries of the same shape share one prepared statement. */
export function rangeShape(query: RangeQuery): string {
  const { kind, index, equals, from, to, after, descending } = query;
  return [
    kind.name,
    index ?? '',
    equals?.length ?? 0,
    from === undefined ? '' : 'from',
    to === undefined ? '' : 'to',
    after ? 'after' : '',
    descending ? 'descending' : '',
  ].join(' ');
}

/** The parameters of {@link rangeSql}'s statement, in its order. */
export function rangeParameters({ partition, equals, from, to, after, limit }: RangeQuery): IndexValue[] {
  const parameters: IndexValue[] = [partition, ...(equals ?? [])];
  if (from !== undefined) parameters.push(from);
  if (to !== undefined) parameters.push(to);
  if (after) parameters.push(...after);
  parameters.push(limit);
  return parameters;
}

export function rangeSql({ kind, index, equals = [], from, to, after, descending }: RangeQuery): string {
  const fields = index === undefined ? [] : kind.indexes[index];
  if (!fields) throw new Error(`The kind ${kind.name} has no index ${index}.`);
  const components = [...fields.map(columnOf), 'id'];
  const rest = components.slice(equals.length);

  const conditions = ['partition = ?', ...components.slice(0, equals.length).map((column) => `${column} = ?`)];
  // The plus sign keeps a bound from being searched by, where the position is at least as close: without it SQLite
  // might start each page at the bound and walk to the position.
  if (from !== undefined) conditions.push(`${after && !descending ? '+' : ''}${rest[0]} >= ?`);
  if (to !== undefined) conditions.push(`${after && descending ? '+' : ''}${rest[0]} < ?`);
  if (after) conditions.push(`(${rest.join(', ')}) ${descending ? '<' : '>'} (${rest.map(() => '?').join(', ')})`);
  // The condition of the partial index, so that SQLite may use it.
  for (const field of fields.slice(equals.length)) conditions.push(`${columnOf(field)} IS NOT NULL`);

  const source = index === undefined ? tableOf(kind) : `${tableOf(kind)} INDEXED BY ${indexOf(kind, index)}`;
  const order = (rest.length === 0 ? ['id'] : rest).map((column) => `${column}${descending ? ' DESC' : ''}`);
  return `SELECT id, body, checksum FROM ${source} WHERE ${conditions.join(' AND ')} ORDER BY ${order.join(', ')} LIMIT ?`;
}
