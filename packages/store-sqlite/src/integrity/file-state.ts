import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';

import { stateTable } from '../schema/tables.ts';
import { totalLimit } from './checksums.ts';

/** The file's state as a whole. It changes with every commit, in the same transaction. */
export interface FileState {
  readonly fileId: string;
  /** The number of commits. */
  readonly commits: number;
  /**
   * The sum of the checksums of all rows, so that a row that is missing or older than it should be shows.
   */
  readonly total: number;
  readonly schemaChecksum: number;
}

export function createState(database: DatabaseSync): void {
  database.exec(`
    CREATE TABLE IF NOT EXISTS ${stateTable} (
      only INTEGER PRIMARY KEY CHECK (only = 1),
      file_id TEXT NOT NULL,
      commits INTEGER NOT NULL,
      total INTEGER NOT NULL,
      schema_checksum INTEGER NOT NULL
    ) STRICT
  `);
  database.prepare(`INSERT OR IGNORE INTO ${stateTable} VALUES (1, ?, 0, 0, 0)`).run(newFileId());
}

export function hasState(database: DatabaseSync): boolean {
  return database.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(stateTable) !== undefined;
}

export function readState(database: DatabaseSync): FileState | undefined {
  const row = database.prepare(`SELECT file_id, commits, total, schema_checksum FROM ${stateTable}`).get();
  if (row === undefined) return undefined;
  const { file_id: fileId, commits, total, schema_checksum: schemaChecksum } = row;
  return { fileId, commits, total, schemaChecksum } as unknown as FileState;
}

/** Tells the file apart from the one it was copied from, of which more may have been acknowledged. */
export function renewFileId(database: DatabaseSync): void {
  database.prepare(`UPDATE ${stateTable} SET file_id = ?`).run(newFileId());
}

function newFileId(): string {
  return randomBytes(8).toString('hex');
}

/** Over the definitions of all tables and indexes, but those of tools such as litestream and of SQLite itself. */
export function checksumOfSchema(database: DatabaseSync): number {
  const rows = database
    .prepare(String.raw`SELECT type, name, tbl_name, sql FROM sqlite_schema
      WHERE name NOT LIKE '\_%' ESCAPE '\' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY type, name`)
    .all();
  return crc32(JSON.stringify(rows));
}

/** The writer's total: a transaction's part counts once it is committed. */
export class RunningTotal {
  #state: Pick<FileState, 'commits' | 'total'>;
  #next = 0;

  constructor(state: FileState) {
    this.#state = state;
  }

  begin(): void {
    this.#next = this.#state.total;
  }

  add(checksum: number): void {
    this.#next = (this.#next + checksum) % totalLimit;
  }

  subtract(checksum: number): void {
    this.#next = (this.#next - checksum + totalLimit) % totalLimit;
  }

  /** What the transaction is to write before it is committed. */
  next(): Pick<FileState, 'commits' | 'total'> {
    return { commits: this.#state.commits + 1, total: this.#next };
  }

  /** Returns how many commits there are now. */
  committed(): number {
    this.#state = this.next();
    return this.#state.commits;
  }
}
