import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';

import { damaged } from './damage.ts';
import type { FileState } from './file-state.ts';

const length = 20;

/** The number of acknowledged commits, and of which file. */
type Mark = Pick<FileState, 'fileId' | 'commits'>;

/**
 * The number of the last acknowledged commit, in a file beside the database.
 *
 * SQLite ends its WAL at the first wrong checksum and takes the rest for unfinished commits: one flipped bit silently
 * loses acknowledged writes. So does an older copy of the file put in its place. This number detects both. It isn't
 * flushed, which would cost as much as a commit: it survives a killed process, and after a power cut it may be too low,
 * never too high.
 */
export class Acknowledged {
  readonly #fileId: string;
  /** Undefined if the file can't be created, as on a full disk: then nothing is checked. */
  readonly #descriptor: number | undefined;
  readonly #buffer = Buffer.alloc(length);

  /** @throws {@link StoreUnavailable} if acknowledged commits are missing. */
  constructor(file: string, state: FileState) {
    assertNoneMissing(readAcknowledged(file), state);
    this.#fileId = state.fileId;
    this.#descriptor = openIfPossible(acknowledgedFile(file), constants.O_RDWR | constants.O_CREAT);
  }

  write(commits: number): void {
    if (this.#descriptor === undefined) return;
    const buffer = this.#buffer;
    buffer.write(this.#fileId, 0, 8, 'hex');
    buffer.writeDoubleBE(commits, 8);
    buffer.writeUInt32BE(crc32(buffer.subarray(0, 16)), 16);
    try {
      writeSync(this.#descriptor, buffer, 0, length, 0);
    } catch {
      // On a full disk the number falls behind, which does no harm.
    }
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
  }
}

function openIfPossible(path: string, flags: number): number | undefined {
  try {
    return openSync(path, flags, 0o644);
  } catch {
    return undefined;
  }
}

/** What was acknowledged of a file, whose store may be open; undefined if unknown. */
export function readAcknowledged(file: string): Mark | undefined {
  const descriptor = openIfPossible(acknowledgedFile(file), constants.O_RDONLY);
  if (descriptor === undefined) return undefined;
  try {
    return read(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** @throws {@link StoreUnavailable} if the file lacks acknowledged commits. */
export function assertNoneMissing(mark: Mark | undefined, { fileId, commits }: FileState): void {
  if (mark === undefined || mark.fileId !== fileId || mark.commits <= commits) return;
  throw damaged(
    `its last ${mark.commits - commits} commits are missing: ${mark.commits} were acknowledged, and it has ${commits}`,
  );
}

/** Undefined if it was never written completely. */
function read(descriptor: number): Mark | undefined {
  const buffer = Buffer.alloc(length);
  if (readSync(descriptor, buffer, 0, length, 0) < length) return undefined;
  if (crc32(buffer.subarray(0, 16)) !== buffer.readUInt32BE(16)) return undefined;
  return { fileId: buffer.toString('hex', 0, 8), commits: buffer.readDoubleBE(8) };
}

function acknowledgedFile(file: string): string {
  return `${file}-acknowledged`;
}
