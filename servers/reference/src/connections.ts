import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How long a client may take to notice that its connection is closing, in milliseconds. */
const noticeMs = 1_000;

/** How many requests a client may send ahead of their answers. Node takes in a thousand if they arrive in one piece. */
const mostRequestsAhead = 64;

/** How many of them are worked on before everybody else has a turn. */
const sentAheadPerTurn = 8;

interface Connection {
  /** Requests that were taken in and aren't answered yet. The first one is being worked on, the others wait. */
  readonly requests: (() => void)[];
  /** What had arrived when the last of them was answered. More than that is the beginning of the next request. */
  bytesRead: number;
  /** Whether more was sent ahead than is taken in: after the answers to what was, the connection ends. */
  isFull: boolean;
  isClosing: boolean;
  /** What is to be done when no more than so many requests are unanswered. */
  last: { readonly unanswered: number; readonly work: () => void } | undefined;
}

/**
 * The open connections and the requests on them, so that each connection ends in good order: after the answers to what
 * was taken in, and without a reset. Closing a socket on which something arrives that nobody reads resets it, and takes
 * along what of the last answer is still under way (RFC 9112, 9.6). So this side only says that it has finished, and
 * reads and drops what comes until the client has noticed.
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
    // By this, Node closes a connection after an answer that it said is the last.
    socket.destroySoon = () => this.close(socket);
    socket.on('close', () => this.#forget(socket));
  }

  /**
   * Takes a request in, and has it worked on when those before it on the same connection have been answered: whoever
   * sends many at once, or doesn't read the answers, only keeps himself waiting. Drops it if the connection is closing,
   * or will after the answers to what was taken in, because more than those were sent ahead.
   */
  take(request: IncomingMessage, response: ServerResponse, work: () => void): void {
    const { socket } = request;
    const connection = this.#open.get(socket);
    if (connection === undefined) return void request.resume();
    connection.isFull ||= connection.requests.length === mostRequestsAhead;
    if (connection.isFull || connection.isClosing) return void request.resume();
    this.#requests += 1;
    response.on('close', () => this.#end(socket, connection));
    if (connection.requests.push(() => socket.destroyed || work()) === 1) work();
  }

  /** Whether an answer that is sent now is to be the last on its connection, which no others wait on. */
  isLast(socket: Socket): boolean {
    const connection = this.#open.get(socket);
    if (connection?.requests.length !== 1 || connection.last !== undefined) return false;
    return this.#isStopping || connection.isFull;
  }

  /** Takes nothing more in on a connection, and works when all but so many requests of those before have been answered. */
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

  /** From now on connections close as soon as nothing is unanswered on them, nor half a request has arrived. */
  closeIdle(): void {
    this.#isStopping = true;
    for (const [socket, { requests, bytesRead }] of this.#open) {
      if (requests.length === 0 && socket.bytesRead === bytesRead) this.close(socket);
    }
  }

  closeAll(): void {
    for (const socket of this.#open.keys()) this.close(socket);
  }

  /** Resolves when every answer has been handed to the operating system, or its client has gone. */
  idle(): Promise<void> {
    if (this.#requests === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onIdle.push(resolve));
  }

  #end(socket: Socket, connection: Connection): void {
    if (!this.#open.has(socket)) return;
    connection.requests.shift();
    connection.bytesRead = socket.bytesRead;
    const [next] = connection.requests;
    if (connection.last !== undefined && connection.requests.length <= connection.last.unanswered)
      connection.last.work();
    else if (next !== undefined) this.#workLater(next);
    else if (this.#isStopping || connection.isFull) this.close(socket);
    this.#subtract(1);
  }

  /** A few in each turn of the event loop, so that those who don't send ahead have all the rest of it. */
  #workLater(work: () => void): void {
    if (this.#sentAhead.push(work) === 1) setImmediate(() => this.#workOnSentAhead());
  }

  #workOnSentAhead(): void {
    const batch = this.#sentAhead.splice(0, sentAheadPerTurn);
    if (this.#sentAhead.length > 0) setImmediate(() => this.#workOnSentAhead());
    for (const work of batch) work();
  }

  /** Of the requests on a connection that is gone, Node tells only the first one's answer. */
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
