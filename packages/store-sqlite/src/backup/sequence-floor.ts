import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';

import { soundHeads } from '../integrity/check-file.ts';
import { damaged } from '../integrity/damage.ts';
import { sequenceFloorTable } from '../schema/tables.ts';

/** The floor of every sequence in the file; 0 before the first restore. */
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

/** The highest number given out in any partition of the file, as far as the file knows. */
export function readHighestSequence(database: DatabaseSync): number {
  let highest = 0;
  for (const number of numbers(database)) highest = Math.max(highest, number);
  return highest;
}

/**
 * The same for a file that may be missing or damaged, from what is readable and intact. The time of the restore makes
 * up for the rest.
 */
export function readHighestSoundSequence(file: string): number {
  if (!existsSync(file)) return 0;
  let highest = 0;
  try {
    const database = new DatabaseSync(file, { readOnly: true });
    try {
      for (const number of numbers(database)) highest = Math.max(highest, number);
    } finally {
      database.close();
    }
  } catch {
    // The file is being replaced for just that.
  }
  return highest;
}

function* numbers(database: DatabaseSync): Generator<number> {
  yield readSequenceFloor(database);
  for (const { sequence } of soundHeads(database)) yield sequence;
}

function checksumOf(floor: number): number {
  return crc32(`sequence floor ${floor}`);
}
