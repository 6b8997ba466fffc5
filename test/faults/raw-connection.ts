import { connect } from 'node:net';
import type { Socket } from 'node:net';

import { operations } from '@holdfast/contract';

import { targetOf } from './wire-client.ts';
import type { Answer, Write } from './wire-client.ts';

/** An answer with what the SDK and `fetch` don't show. */
export interface RawAnswer extends Answer {
  /** Whether it says that the connection ends after it. */
  readonly isLast: boolean;
}

/** How a connection ended, as nobody but the client of a raw socket can tell. */
export interface ConnectionEnd {
  /** How many whole answers came. */
  readonly answers: number;
  /** The bytes of an answer that broke off. */
  readonly halfAnswer: string;
  /** The error's code, such as ECONNRESET; undefined if the server closed it in good order. */
  readonly error: string | undefined;
}

/** A connection on which bytes are sent as they are, and answers are counted out byte by byte. */
export class RawConnection {
  readonly ended: Promise<ConnectionEnd>;
  readonly #socket: Socket;
  readonly #onAnswer: (answer: RawAnswer) => void;
  /** One character for each byte. */
  #received = '';
  #answers = 0;

  constructor(url: string, onAnswer: (answer: RawAnswer) => void = () => undefined) {
    const { hostname, port } = new URL(url);
    this.#onAnswer = onAnswer;
    this.#socket = connect({ host: hostname, port: Number(port), noDelay: true });
    this.#socket.on('data', (chunk: Buffer) => this.#take(chunk));
    let code: string | undefined;
    this.#socket.on('error', (error: NodeJS.ErrnoException) => (code = error.code ?? error.message));
    this.ended = new Promise((resolve) => {
      this.#socket.on('close', () => resolve({ answers: this.#answers, halfAnswer: this.#received, error: code }));
    });
  }

  /** Whether the server has not ended it yet. */
  get isOpen(): boolean {
    return this.#socket.writable;
  }

  send(text: string): void {
    if (this.isOpen) this.#socket.write(text);
  }

  stopReading(): void {
    this.#socket.pause();
  }

  goOnReading(): void {
    this.#socket.resume();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#received += chunk.toString('latin1');
    for (let answer = this.#nextAnswer(); answer !== undefined; answer = this.#nextAnswer()) {
      this.#answers += 1;
      this.#onAnswer(answer);
    }
  }

  /** The first answer of what was received, if it is whole. */
  #nextAnswer(): RawAnswer | undefined {
    const headEnd = this.#received.indexOf('\r\n\r\n');
    if (headEnd === -1) return undefined;
    const head = this.#received.slice(0, headEnd);
    const bodyEnd = headEnd + 4 + Number(/^content-length: (\d+)/imu.exec(head)?.[1] ?? 0);
    if (this.#received.length < bodyEnd) return undefined;
    const body = Buffer.from(this.#received.slice(headEnd + 4, bodyEnd), 'latin1').toString();
    this.#received = this.#received.slice(bodyEnd);
    return {
      status: Number(/^HTTP\/1\.1 (\d{3}) /u.exec(head)?.[1]),
      body,
      isReplayed: /^idempotent-replayed: true/imu.test(head),
      isLast: /^connection: close/imu.test(head),
    };
  }
}

/** A write as the bytes of an HTTP request. */
export function toRequest(write: Write, apiKey: string, idempotencyKey: string): string {
  const json = write.body === undefined ? undefined : Buffer.from(JSON.stringify(write.body));
  const lines = [
    `${operations[write.operationId].method} ${targetOf(write)} HTTP/1.1`,
    'Host: localhost',
    `X-API-Key: ${apiKey}`,
    `Idempotency-Key: ${idempotencyKey}`,
    ...(json === undefined
      ? ['Content-Length: 0']
      : ['Content-Type: application/json', `Content-Length: ${json.length}`]),
  ];
  return `${lines.join('\r\n')}\r\n\r\n${json?.toString() ?? ''}`;
}
