import type { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { damaged } from './damage.ts';
import { headsTable, sequenceFloorTable } from './table-names.ts';

/** What every sequence in the file is at least; 0 before the first restore. */
export function readSequenceFloor(database: DatabaseSync): number {
  const row = database.prepare(`SELECT floor, checksum FROM ${sequenceFloorTable}`).get();
  if (row === undefined) return 0;
  const floor = row['floor'] as number;
  if (row['checksum'] !== checksumOf(floor)) throw damaged('the floor of the sequences is not what was written');
  return floor;
}

export function writeSequenceFloor(database: DatabaseSync, floor: number): void {
  database.prepare(`INSERT OR REPLACE INTO ${sequenceFloorTable} VALUES (1, ?, ?)`).run(floor, checksumOf(floor));
}

/** The highest number that was given out in any partition of the file, as far as the file knows. */
export function readHighestSequence(database: DatabaseSync): number {
  const { highest } = database.prepare(`SELECT max(sequence) AS highest FROM ${headsTable}`).get()!;
  return Math.max((highest as number | null) ?? 0, readSequenceFloor(database));
}

function checksumOf(floor: number): number {
  return crc32(`sequence floor ${floor}`);
}
