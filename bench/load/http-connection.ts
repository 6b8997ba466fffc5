import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

interface Waiting {
  resolve(answer: HttpAnswer): void;
  reject(reason: Error): void;
}

const endOfHead = '\r\n\r\n';
const contentLength = /\r\ncontent-length: *(\d+)/iu;

/**
 * A keep-alive connection with one request under way at a time, and no more HTTP than a benchmark needs: answers must
 * have a `Content-Length`. On a machine that server and load share, the load has to be cheap: undici takes two to four
 * times the processor time for each request.
 */
export class HttpConnection {
  readonly #socket: Socket;
  #waiting: Waiting | undefined;
  #received = '';

  static async open(url: string): Promise<HttpConnection> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await once(socket, 'connect');
    return new HttpConnection(socket);
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    // Bytes as characters: lengths in the one are lengths in the other.
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => this.#receive(text));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the connection was closed before the answer was complete')));
  }

  /** Sends a request as it stands, which must be ASCII, and resolves to its answer. */
  exchange(request: string): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      if (this.#waiting !== undefined) throw new Error('A request is under way on this connection.');
      if (this.#socket.destroyed) throw new Error('the connection is closed');
      this.#waiting = { resolve, reject };
      this.#socket.write(request, 'latin1');
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(text: string): void {
    this.#received = this.#received === '' ? text : this.#received + text;
    const headLength = this.#received.indexOf(endOfHead);
    if (headLength === -1) return;
    const bodyLength = Number(contentLength.exec(this.#received.slice(0, headLength))?.[1]);
    if (Number.isNaN(bodyLength)) return this.#fail(new Error(`an answer without a length: ${this.#received}`));
    const bodyStart = headLength + endOfHead.length;
    if (this.#received.length < bodyStart + bodyLength) return;
    const answer = { status: Number(this.#received.slice(9, 12)), body: this.#received.slice(bodyStart) };
    this.#received = '';
    this.#settle()?.resolve(answer);
  }

  #fail(error: Error): void {
    this.#settle()?.reject(error);
  }

  #settle(): Waiting | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting;
  }
}
