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
    const bytes = response.writableLength;
    const { socket } = response.req;
    if (bytes === 0 || socket.destroyed) return;
    const client = this.#clients.get(socket) ?? this.#begin(socket);
    this.#add(client, bytes);
    response.on('close', () => {
      if (this.#clients.get(socket) === client) this.#fetched(socket, client, bytes);
    });
    while (this.#bytes > this.#limits.bytes) this.#dropFirst();
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
