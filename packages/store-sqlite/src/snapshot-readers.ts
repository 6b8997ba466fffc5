import { StoreUnavailable } from '@holdfast/engine/store';
import type { ReadRequest, ReadResult, Snapshot } from '@holdfast/engine/store';
import { TimeSlices } from '@holdfast/engine/time-slices';
import type { EventLoop } from '@holdfast/engine/time-slices';

import type { Connection } from './connection.ts';
import type { Soundness } from './integrity/damage.ts';
import { stateTable } from './schema/tables.ts';
import { asStoreError } from './sqlite-errors.ts';

/** The most idle connections kept: opening one and preparing its statements takes a while. */
const idleCount = 4;

/** Connections for snapshots. Each snapshot has one to itself, in a read transaction of its own. */
export class SnapshotReaders {
  readonly #connect: () => Connection;
  readonly #eventLoop: EventLoop;
  readonly #idle: Connection[] = [];
  readonly #busy = new Set<Connection>();
  readonly #onNoneOpen: () => void;
  readonly #soundness: Soundness;

  /** @param onNoneOpen - Called whenever the last open snapshot was closed. */
  constructor(connect: () => Connection, eventLoop: EventLoop, soundness: Soundness, onNoneOpen: () => void) {
    this.#connect = connect;
    this.#eventLoop = eventLoop;
    this.#onNoneOpen = onNoneOpen;
    this.#soundness = soundness;
  }

  open(): Snapshot {
    const connection = this.#idle.pop() ?? this.#connect();
    try {
      connection.run('BEGIN');
      // A read transaction is pinned by its first read, so it reads something now.
      connection.statement('pin', () => `SELECT 1 FROM ${stateTable}`).get();
    } catch (error) {
      connection.close();
      throw error;
    }
    this.#busy.add(connection);
    return new SqliteSnapshot(connection, this.#eventLoop, this.#soundness, () => this.#release(connection));
  }

  close(): void {
    for (const connection of [...this.#idle, ...this.#busy]) connection.close();
    this.#idle.length = 0;
    this.#busy.clear();
  }

  #release(connection: Connection): void {
    // Closed along with the store.
    if (!this.#busy.delete(connection)) return;
    connection.run('COMMIT');
    if (this.#idle.length < idleCount) this.#idle.push(connection);
    else connection.close();
    if (this.#busy.size === 0) this.#onNoneOpen();
  }
}

class SqliteSnapshot implements Snapshot {
  readonly #connection: Connection;
  readonly #eventLoop: EventLoop;
  readonly #soundness: Soundness;
  readonly #release: () => void;
  #readsUnderWay = 0;
  #isClosed = false;

  constructor(connection: Connection, eventLoop: EventLoop, soundness: Soundness, release: () => void) {
    this.#connection = connection;
    this.#eventLoop = eventLoop;
    this.#soundness = soundness;
    this.#release = release;
  }

  async read(request: ReadRequest): Promise<ReadResult> {
    this.#assertOpen();
    this.#soundness.assertSound();
    this.#readsUnderWay += 1;
    try {
      return await this.#connection.read(request, new TimeSlices(this.#eventLoop));
    } catch (error) {
      this.#assertOpen(); // It may have been closed while the read paused.
      throw this.#soundness.note(asStoreError(error));
    } finally {
      this.#readsUnderWay -= 1;
    }
  }

  /** Not while a large read yields, which may be in the middle of the statement that this needs. */
  readNow(request: ReadRequest): ReadResult | undefined {
    if (this.#readsUnderWay > 0) return undefined;
    this.#assertOpen();
    this.#soundness.assertSound();
    try {
      return this.#connection.readNow(request);
    } catch (error) {
      throw this.#soundness.note(asStoreError(error));
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#release();
  }

  #assertOpen(): void {
    if (this.#isClosed || !this.#connection.database.isOpen) throw new StoreUnavailable('The snapshot is closed.');
  }
}
