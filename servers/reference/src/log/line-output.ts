import { constants, fstatSync, openSync, write } from 'node:fs';
import { isatty } from 'node:tty';

import { systemErrorCode } from '../start-error.ts';

/** How long to wait before retrying a full pipe, in milliseconds. */
const fullPipeIntervalMs = 50;

/** How long to wait after a failure, in milliseconds. */
const retryIntervalMs = 1_000;

const newline = 0x0a;

/** What is being written. */
interface Chunk {
  readonly bytes: Buffer;
  /** Where its first line starts: after the newline that ends a torn line. */
  readonly start: number;
  /** How many dropped lines its last line reports; 0 if it has no such line. */
  readonly reported: number;
  /** How much of it has been written. */
  offset: number;
}

export interface LineOutputOptions {
  /** A file, a pipe, a socket or a terminal. It stays open. */
  readonly descriptor: number;
  /** The most bytes buffered for a slow reader. Default 1 MiB. */
  readonly waitingBytes?: number;
  /** The line that replaces dropped lines, once writing works again. */
  readonly describeDropped?: (count: number) => string;
}

/**
 * Output by lines, such as a log, without backpressure: nothing waits for it or fails because of it. Lines that can't
 * be written, or exceed what a reader takes, are dropped whole and counted.
 *
 * @example
 * ```ts
 * const output = new LineOutput({ descriptor: 2 });
 * output.write('{"msg":"listening"}\n');
 * await output.flush(1_000);
 * ```
 */
export class LineOutput {
  readonly #given: number;
  readonly #waitingBytes: number;
  readonly #describeDropped: LineOutputOptions['describeDropped'];
  #descriptor: number | undefined;
  #lines: string[] = [];
  #lineBytes = 0;
  #chunk: Chunk | undefined;
  /** Whether the last write ended in the middle of a line. */
  #isTorn = false;
  #dropped = 0;
  #unreported = 0;
  #hasEnded = false;
  /** Writing: in one of Node's threads. Paused: until the next try. */
  #phase: 'idle' | 'writing' | 'paused' = 'idle';
  #whenSettled: (() => void)[] = [];

  constructor({ descriptor, waitingBytes = 1_048_576, describeDropped }: LineOutputOptions) {
    this.#given = descriptor;
    this.#waitingBytes = waitingBytes;
    this.#describeDropped = describeDropped;
  }

  /** How many lines were dropped since the start. */
  get droppedLines(): number {
    return this.#dropped;
  }

  /** Takes a line with its newline. It never throws. */
  write(line: string): void {
    const bytes = Buffer.byteLength(line);
    if ((this.#chunk?.bytes.length ?? 0) + this.#lineBytes + bytes > this.#waitingBytes) return this.#drop(1);
    this.#lines.push(line);
    this.#lineBytes += bytes;
    if (this.#phase === 'idle') this.#writeNext();
  }

  /**
   * Resolves when everything is written that can be, or after `timeoutMs`: to whether everything has been written since
   * the start.
   */
  async flush(timeoutMs: number): Promise<boolean> {
    if (this.#phase !== 'idle') await this.#settled(timeoutMs);
    return this.#phase === 'idle' && this.#dropped === 0;
  }

  /**
   * Stops writing, and resolves to whether the last write has finished: a process can't exit while one is stuck. Waits
   * `timeoutMs` at most.
   */
  async end(timeoutMs: number): Promise<boolean> {
    this.#hasEnded = true;
    if (this.#phase === 'writing') await this.#settled(timeoutMs);
    return this.#phase !== 'writing';
  }

  async #settled(timeoutMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, timeoutMs);
    this.#whenSettled.push(resolve);
    await promise;
    clearTimeout(timer);
  }

  #drop(count: number): void {
    this.#dropped += count;
    this.#unreported += count;
  }

  #writeNext(): void {
    this.#chunk = this.#nextChunk();
    if (this.#chunk === undefined) return this.#settle('idle');
    this.#write(this.#chunk);
  }

  /** Everything that waits, then the number of dropped lines. */
  #nextChunk(): Chunk | undefined {
    const reported = this.#describeDropped === undefined ? 0 : this.#unreported;
    const notice = reported === 0 ? '' : (this.#describeDropped?.(reported) ?? '');
    const text = `${this.#takeLines().join('')}${notice}`;
    if (text === '') return undefined;
    const bytes = Buffer.from(this.#isTorn ? `\n${text}` : text);
    return { bytes, start: this.#isTorn ? 1 : 0, reported, offset: 0 };
  }

  #takeLines(): readonly string[] {
    this.#lineBytes = 0;
    return this.#lines.splice(0);
  }

  /** One write at a time, so that a stuck disk or reader takes one of Node's threads, not all. */
  #write(chunk: Chunk): void {
    if (this.#hasEnded) return this.#settle('paused');
    this.#phase = 'writing';
    this.#descriptor ??= withoutBlocking(this.#given);
    write(this.#descriptor, chunk.bytes, chunk.offset, null, null, (error, bytes) => {
      if (error !== null) return this.#hold(chunk, error);
      chunk.offset += bytes;
      this.#isTorn = chunk.bytes[chunk.offset - 1] !== newline;
      if (chunk.offset < chunk.bytes.length) return this.#write(chunk);
      this.#unreported -= chunk.reported;
      this.#writeNext();
    });
  }

  /** A full pipe keeps its lines for later. After any other failure they would wait for an unknown time. */
  #hold(chunk: Chunk, error: Error): void {
    if (systemErrorCode(error) === 'EAGAIN') {
      if (this.#hasEnded) return this.#settle('paused');
      return this.#pause(fullPipeIntervalMs, () => this.#write(chunk));
    }
    const unwritten = chunk.bytes.subarray(Math.max(chunk.start, chunk.offset));
    const notices = chunk.reported > 0 ? 1 : 0;
    this.#drop(countLines(unwritten) - notices + this.#takeLines().length);
    this.#chunk = undefined;
    this.#settle('paused');
    this.#pause(retryIntervalMs, () => this.#writeNext());
  }

  #pause(milliseconds: number, then: () => void): void {
    this.#phase = 'paused';
    // Doesn't keep the process alive.
    setTimeout(then, milliseconds).unref();
  }

  #settle(phase: 'idle' | 'paused'): void {
    this.#phase = phase;
    for (const resolve of this.#whenSettled.splice(0)) resolve();
  }
}

function countLines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, at + 1)) count += 1;
  return count;
}

/**
 * A non-blocking descriptor of the same file: a blocked thread would delay the end of the process. Regular files never
 * block.
 */
function withoutBlocking(descriptor: number): number {
  try {
    if (isatty(descriptor)) {
      // A new open file description: the shell's, of the same terminal, stays as it is.
      return openSync(`/proc/self/fd/${descriptor}`, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    }
    const stat = fstatSync(descriptor);
    if (stat.isFIFO() || stat.isSocket()) letNodeOpen(descriptor);
  } catch {
    // Then one of Node's threads may block.
  }
  return descriptor;
}

/** Node makes a pipe or socket non-blocking when it opens a stream on it, and restores it at exit. */
function letNodeOpen(descriptor: number): void {
  const streams: Readonly<Record<number, NodeJS.WriteStream>> = { 1: process.stdout, 2: process.stderr };
  const stream = streams[descriptor];
  stream?.on('error', () => {});
}
