import { constants, fstatSync, openSync, write } from 'node:fs';
import { isatty } from 'node:tty';

import { systemErrorCode } from './start-error.ts';

/** How long a reader that takes nothing is left alone before it is offered more, in milliseconds. */
const fullPipeIntervalMs = 50;

/** After a failure, how long until it is tried again, in milliseconds. */
const retryIntervalMs = 1_000;

const newline = 0x0a;

/** What is being written. */
interface Chunk {
  readonly bytes: Buffer;
  /** Where its first line begins: after the newline that ends a line which was torn. */
  readonly start: number;
  /** How many dropped lines its last line tells of; 0 if it has no such line. */
  readonly reported: number;
  /** How much of it has been written. */
  offset: number;
}

export interface LineOutputOptions {
  /** A file, a pipe, a socket or a terminal. It stays open. */
  readonly descriptor: number;
  /** How many bytes wait at most for somebody to take them; 1 MiB unless told. */
  readonly waitingBytes?: number;
  /** The line that takes the place of lines that were dropped, once something can be written again. */
  readonly describeDropped?: (count: number) => string;
}

/**
 * Lines for somebody to read, such as a log. Nothing ever waits for them and nothing fails because of them: what can't
 * be written, or is more than a reader takes, is dropped and counted, a whole line at a time.
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
  /** Whether what was written last ends in the middle of a line. */
  #isTorn = false;
  #dropped = 0;
  #unreported = 0;
  #hasEnded = false;
  /** Writing: one of Node's threads is at it. Paused: until it is tried again. */
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

  /** Resolves when all is written that can be; after `timeoutMs` at the latest. */
  async flush(timeoutMs: number): Promise<void> {
    if (this.#phase === 'idle') return;
    await this.#settled(timeoutMs);
  }

  /**
   * Begins no write any more, and resolves to whether the last one has come to its end: a process in which one stands
   * still can't exit. Waits `timeoutMs` for it at most.
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

  /** Everything that waits, and then how many lines there was no room for. */
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

  /** One write at a time, so that a disk or a reader that stands still costs one of Node's threads, not all of them. */
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

  /** A reader may take the rest later. After any other failure, what is there would have to wait for nobody knows what. */
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
    // It doesn't keep a process that has nothing else to do.
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
 * A descriptor for the same file which refuses what nobody takes, instead of waiting: a thread that waited would hold
 * up the end of the process. Files have nobody to wait for.
 */
function withoutBlocking(descriptor: number): number {
  try {
    if (isatty(descriptor)) {
      // A description of our own: the shell's, which is the same terminal's, stays as it is.
      return openSync(`/proc/self/fd/${descriptor}`, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    }
    const stat = fstatSync(descriptor);
    if (stat.isFIFO() || stat.isSocket()) letNodeOpen(descriptor);
  } catch {
    // Then this one thread of Node's may wait.
  }
  return descriptor;
}

/** Node makes a pipe or a socket non-blocking when it opens its own stream for it, and gives it back as it was. */
function letNodeOpen(descriptor: number): void {
  const streams: Readonly<Record<number, NodeJS.WriteStream>> = { 1: process.stdout, 2: process.stderr };
  const stream = streams[descriptor];
  stream?.on('error', () => {});
}
