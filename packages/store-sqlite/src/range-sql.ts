import type { RangeQuery } from '@holdfast/engine/store';

import { keyBounds } from './index-keys.ts';
import { entryKind, rowTables, tableOf } from './schema/tables.ts';

type RangeShape = Pick<RangeQuery, 'kind' | 'index' | 'descending'>;

/** Queries of the same shape share one prepared statement. */
export function rangeShape({ kind, index, descending = false }: RangeShape): string {
  return `range of ${tableOf(kind)} ${index === undefined ? 'by id' : 'by index'} ${descending ? 'descending' : ''}`;
}

/** The parameters of {@link rangeSql}'s statement, in its order. */
export function rangeParameters(query: RangeQuery): (string | number | Uint8Array)[] {
  const { kind, index, partition, limit } = query;
  const fields = index === undefined ? [] : kind.indexes[index];
  if (!fields) throw new Error(`The kind ${kind.name} has no index ${index}.`);
  const { from, to } = keyBounds(query, fields);
  const names = index === undefined ? [kind.name] : [kind.name, entryKind(kind, index).name];
  return [...names, partition, ...from, ...to, limit];
}

/** A damaged entry would name a record that isn't there: then the row is of nulls. */
export function rangeSql({ kind, index, descending }: RangeShape): string {
  const [entries] = rowTables;
  const source =
    index === undefined
      ? `${tableOf(kind)} AS place WHERE place.kind = ?`
      : `${entries} AS place LEFT JOIN ${tableOf(kind)} AS record
          ON record.partition = place.partition AND record.kind = ? AND record.key = place.body WHERE place.kind = ?`;
  const columns =
    index === undefined
      ? 'place.key, place.body, place.checksum'
      : 'record.key, record.body, record.checksum, place.key, place.checksum';
  return `SELECT ${columns} FROM ${source}
    AND place.partition = ? AND place.key >= max(?, ?) AND place.key < min(?, ?)
    ORDER BY place.key${descending ? ' DESC' : ''} LIMIT ?`;
}
