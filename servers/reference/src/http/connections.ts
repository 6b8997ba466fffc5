import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How long a client may take to notice that its connection is closing, in milliseconds. */
const noticeMs = 1_000;

/** The most pipelined requests of a connection. Node accepts a thousand if they arrive in one piece. */
const mostRequestsAhead = 64;

/** Pipelined requests handled per turn of the event loop. */
const sentAheadPerTurn = 8;

interface Connection {
  /** Accepted requests without an answer. The first one is in progress, the others wait. */
  readonly requests: (() => void)[];
  /** Bytes received when the last of them was answered. More means that a next request has begun. */
  bytesRead: number;
  /** Whether it accepts no more requests: it closes after the accepted ones are answered. */
  isFull: boolean;
  isClosing: boolean;
  /** Work to do once this few requests are unanswered. */
  last: { readonly unanswered: number; readonly work: () => void } | undefined;
}

/**
 * Open connections and their requests, so that each connection ends cleanly: after the answers to all accepted
 * requests, and without a reset. Closing a socket with unread data resets it, and loses what of the last answer is
 * still in flight (RFC 9112, 9.6). So this side half-closes, then reads and drops what arrives until the client has
 * noticed.
 */
export class Connections {
  readonly #open = new Map<Socket, Connection>();
  readonly #sentAhead: (() => void)[] = [];
  #requests = 0;
  #isStopping = false;
  #onIdle: (() => void)[] = [];

  get requestCount(): number {
    return this.#requests;
  }

  add(socket: Socket): void {
    this.#open.set(socket, { requests: [], bytesRead: 0, isFull: false, isClosing: false, last: undefined });
    // Node closes a connection with this after the answer it announced as the last.
    socket.destroySoon = () => this.close(socket);
    socket.on('close', () => this.#forget(socket));
  }

  /**
   * Accepts a request and handles it after those before it on the same connection are answered: a client that
   * pipelines, or doesn't read its answers, delays only itself. Drops it if the connection is closing, or will close:
   * because too many requests were pipelined, or because the server stops and accepted one on it before.
   */
  take(request: IncomingMessage, response: ServerResponse, work: () => void): void {
    const { socket } = request;
    const connection = this.#open.get(socket);
    if (connection === undefined) return void request.resume();
    connection.isFull ||= connection.requests.length === mostRequestsAhead;
    if (connection.isFull || connection.isClosing) return void request.resume();
    connection.isFull = this.#isStopping;
    this.#requests += 1;
    response.on('close', () => this.#end(socket, connection));
    if (connection.requests.push(() => socket.destroyed || work()) === 1) work();
  }

  /** Whether an answer sent now is the last on its connection. */
  isLast(socket: Socket): boolean {
    const connection = this.#open.get(socket);
    if (connection?.requests.length !== 1 || connection.last !== undefined) return false;
    return connection.isFull;
  }

  /** Accepts nothing more on a connection, and does the work once all but this many earlier requests are answered. */
  workLast(socket: Socket, unanswered: number, work: () => void): void {
    const connection = this.#open.get(socket);
    if (connection === undefined || connection.requests.length <= unanswered) return work();
    connection.isFull = true;
    connection.last ??= { unanswered, work };
  }

  isClosing(socket: Socket): boolean {
    return this.#open.get(socket)?.isClosing ?? true;
  }

  close(socket: Socket): void {
    const connection = this.#open.get(socket);
    if (connection === undefined || connection.isClosing) return;
    connection.isClosing = true;
    socket.end(() => {
      const timer = setTimeout(() => socket.destroy(), noticeMs).unref();
      socket.on('close', () => clearTimeout(timer));
    });
  }

  /**
   * From now on connections close once all requests are answered that were accepted so far, or the one that has begun to
   * arrive. A client that always has a next request under way would keep the server from stopping otherwise.
   */
  closeIdle(): void {
    this.#isStopping = true;
    for (const [socket, connection] of this.#open) {
      if (connection.requests.length > 0) connection.isFull = true;
      else if (socket.bytesRead === connection.bytesRead) this.close(socket);
    }
  }

  closeAll(): void {
    for (const socket of this.#open.keys()) this.close(socket);
  }

  /** Resolves when every answer is with the operating system, or its client is gone. */
  idle(): Promise<void> {
    if (this.#requests === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onIdle.push(resolve));
  }

  #end(socket: Socket, connection: Connection): void {
    if (!this.#open.has(socket)) return;
    connection.requests.shift();
    connection.bytesRead = socket.bytesRead;
    const [next] = connection.requests;
    // With an answer that ended the connection, nothing sent behind it is carried out (RFC 9112, 9.6).
    if (connection.isClosing) return this.#subtract(1);
    if (connection.last !== undefined && connection.requests.length <= connection.last.unanswered)
      connection.last.work();
    else if (next !== undefined) this.#workLater(next);
    else if (connection.isFull) this.close(socket);
    this.#subtract(1);
  }

  /** A few in each turn of the event loop, which leaves the rest to clients that don't pipeline. */
  #workLater(work: () => void): void {
    if (this.#sentAhead.push(work) === 1) setImmediate(() => this.#workOnSentAhead());
  }

  #workOnSentAhead(): void {
    const batch = this.#sentAhead.splice(0, sentAheadPerTurn);
    if (this.#sentAhead.length > 0) setImmediate(() => this.#workOnSentAhead());
    for (const work of batch) work();
  }

  /** When a connection is lost, Node reports only the first request's answer as closed. */
  #forget(socket: Socket): void {
    const requests = this.#open.get(socket)?.requests.length ?? 0;
    this.#open.delete(socket);
    this.#subtract(requests);
  }

  #subtract(requests: number): void {
    this.#requests -= requests;
    if (this.#requests === 0) for (const resolve of this.#onIdle.splice(0)) resolve();
  }
}
