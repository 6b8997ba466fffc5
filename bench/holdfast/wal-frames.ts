import { closeSync, openSync, readSync } from 'node:fs';

const headerBytes = 32;
const frameHeaderBytes = 24;

/** Which of the log's beginnings something is of; each has salts of its own, in its header and in all of its frames. */
type Salts = bigint;

interface Header {
  readonly salts: Salts;
  readonly frameBytes: number;
}

/**
 * Counts what is written to a SQLite database, in frames of its WAL, a page each, from outside of the process that
 * writes: https://www.sqlite.org/fileformat2.html#walformat
 *
 * The log begins anew after a checkpoint. What was in it before is found as long as {@link WalFrames.count} is called
 * before that has been written over.
 */
export class WalFrames {
  readonly #file: number;
  readonly #buffer = Buffer.alloc(headerBytes);
  #header: Header | undefined;
  /** Of this beginning. */
  #frames = 0;
  #finished = 0;

  /** @param file - The log's, whose name ends in `-wal`. */
  constructor(file: string) {
    this.#file = openSync(file, 'r');
    this.#finished = -this.count();
  }

  /** All frames since this was opened. */
  count(): number {
    const header = this.#readHeader();
    if (this.#header !== undefined) this.#frames = this.#framesOf(this.#header, this.#frames);
    if (header !== undefined && header.salts !== this.#header?.salts) {
      this.#finished += this.#frames;
      this.#frames = this.#framesOf(header, 0);
      this.#header = header;
    }
    return this.#finished + this.#frames;
  }

  close(): void {
    closeSync(this.#file);
  }

  /** How many there are, of which some are known: in ever larger steps as far as it goes, and then halfway back. */
  #framesOf(header: Header, known: number): number {
    let step = 1;
    while (this.#isOf(header, known + step - 1)) step *= 2;
    let [low, high] = [known + Math.floor(step / 2), known + step - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#isOf(header, middle)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #isOf({ salts, frameBytes }: Header, frame: number): boolean {
    const at = headerBytes + frame * frameBytes;
    return this.#read(at, frameHeaderBytes) && this.#buffer.readBigUInt64BE(8) === salts;
  }

  /** Undefined if the log is empty. */
  #readHeader(): Header | undefined {
    if (!this.#read(0, headerBytes)) return undefined;
    return { salts: this.#buffer.readBigUInt64BE(16), frameBytes: frameHeaderBytes + this.#buffer.readUInt32BE(8) };
  }

  #read(position: number, length: number): boolean {
    return readSync(this.#file, this.#buffer, { position, length }) === length;
  }
}
