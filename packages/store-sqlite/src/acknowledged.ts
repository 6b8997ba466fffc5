import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { damaged } from './damage.ts';
import type { FileState } from './file-state.ts';

const length = 20;

/**
 * The number of the last commit that was acknowledged, in a file of its own beside the database.
 *
 * SQLite ends its log where a checksum is wrong, and takes what comes after it for commits that were never finished: a
 * single bit that flips in the log takes back what was acknowledged, without a word. So does an older copy of the file
 * that somebody puts in its place. This number tells. It isn't flushed, which would cost as much as a commit: it
 * survives the death of the process, and after a power cut it may be too low, but never too high.
 */
export class Acknowledged {
  readonly #fileId: string;
  /** Undefined where no file can be made, as on a full disk: then nothing is known, and nothing is missed. */
  readonly #descriptor: number | undefined;
  readonly #buffer = Buffer.alloc(length);

  /** @throws {@link StoreUnavailable} if commits are missing that were acknowledged. */
  constructor(file: string, { fileId, commits }: FileState) {
    this.#fileId = fileId;
    this.#descriptor = openIfPossible(acknowledgedFile(file));
    const acknowledged = this.#read();
    if (acknowledged <= commits) return;
    this.close();
    throw damaged(
      `its last ${acknowledged - commits} commits are missing: ${acknowledged} were acknowledged, and it has ${commits}`,
    );
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
      // On a full disk the number stays behind, which does no harm.
    }
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
  }

  /** 0 if it is of another file, or was never written as a whole. */
  #read(): number {
    const buffer = this.#buffer;
    if (this.#descriptor === undefined || readSync(this.#descriptor, buffer, 0, length, 0) < length) return 0;
    const isWhole = crc32(buffer.subarray(0, 16)) === buffer.readUInt32BE(16);
    return isWhole && buffer.toString('hex', 0, 8) === this.#fileId ? buffer.readDoubleBE(8) : 0;
  }
}

function openIfPossible(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDWR | constants.O_CREAT, 0o644);
  } catch {
    return undefined;
  }
}

export function acknowledgedFile(file: string): string {
  return `${file}-acknowledged`;
}
