/** What of redlock is used here: its own types can't be found from an ES module. */
declare module 'redlock' {
  import type { Redis } from 'ioredis';

  export default class Redlock {
    constructor(clients: Iterable<Redis>, settings?: { readonly retryCount?: number });
    acquire(resources: readonly string[], durationMs: number): Promise<{ release(): Promise<unknown> }>;
  }
}
