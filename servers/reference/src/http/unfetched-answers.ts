import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface UnfetchedLimits {
  /** How long a client may take to fetch an answer, in milliseconds. */
  readonly timeoutMs: number;
  /** How much may wait for all clients together. */
  readonly bytes: number;
}

interface Client {
  bytes: number;
  readonly timer: NodeJS.Timeout;
  readonly onClose: () => void;
}

/**
 * Answers that the system has no room for, because their clients don't read. They stay in memory until they are
 * fetched, so a client that takes too long loses its connection, and when too much waits for all of them together
 * those who have stood still for longest do.
 */
export class UnfetchedAnswers {
  readonly #limits: UnfetchedLimits;
  /** Who has stood still for longest comes first. */
  readonly #clients = new Map<Socket, Client>();
  #bytes = 0;

  constructor(limits: UnfetchedLimits) {
    this.#limits = limits;
  }

  /** Keeps an eye on an answer that has just been sent, if its client hasn't taken all of it at once, as most do. */
  watch(response: ServerResponse): void {
    const settle = this.#hold(response);
    if (settle !== undefined) response.on('close', settle);
  }

  /** Resolves when a client has taken what there is of an answer that streams, or has lost its connection. */
  whenTaken(response: ServerResponse): Promise<void> {
    const settle = this.#hold(response);
    if (settle === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        response.off('drain', end);
        response.off('close', end);
        settle();
        resolve();
      };
      response.on('drain', end);
      response.on('close', end);
    });
  }

  /** Returns what to do when it has been taken; undefined if it has been, or nobody is there any more. */
  #hold(response: ServerResponse): (() => void) | undefined {
    const bytes = response.writableLength;
    const { socket } = response.req;
    if (bytes === 0 || socket.destroyed) return undefined;
    const client = this.#clients.get(socket) ?? this.#begin(socket);
    this.#add(client, bytes);
    while (this.#bytes > this.#limits.bytes) this.#dropFirst();
    return () => {
      if (this.#clients.get(socket) === client) this.#fetched(socket, client, bytes);
    };
  }

  #begin(socket: Socket): Client {
    const timer = setTimeout(() => socket.destroy(), this.#limits.timeoutMs);
    const client: Client = { bytes: 0, timer, onClose: () => this.#end(socket, client) };
    socket.on('close', client.onClose);
    this.#clients.set(socket, client);
    return client;
  }

  #fetched(socket: Socket, client: Client, bytes: number): void {
    this.#add(client, -bytes);
    if (client.bytes === 0) return this.#end(socket, client);
    client.timer.refresh();
    this.#clients.delete(socket);
    this.#clients.set(socket, client);
  }

  #end(socket: Socket, client: Client): void {
    this.#add(client, -client.bytes);
    clearTimeout(client.timer);
    socket.off('close', client.onClose);
    this.#clients.delete(socket);
  }

  #dropFirst(): void {
    for (const [socket, client] of this.#clients) {
      this.#end(socket, client);
      socket.destroy();
      return;
    }
  }

  #add(client: Client, bytes: number): void {
    client.bytes += bytes;
    this.#bytes += bytes;
  }
}

/** Shared by all servers of this process, as its memory is. */
export const unfetchedAnswers = new UnfetchedAnswers({ timeoutMs: 20_000, bytes: 268_435_456 });
