import { HttpConnection } from './http-connection.ts';

export interface ParallelOptions {
  readonly url: string;
  readonly connections: number;
  /** How much there is to do, and how much of it at once. */
  readonly count: number;
  readonly perRequest?: number;
}

/** A stretch of what there is to do, by number; `end` isn't a part of it. */
export interface Stretch {
  readonly first: number;
  readonly end: number;
}

/** Does something as fast as it can on several connections to one server. */
export async function inParallel(
  { url, connections, count, perRequest = 1 }: ParallelOptions,
  work: (connection: HttpConnection, stretch: Stretch) => Promise<void>,
): Promise<void> {
  let next = 0;
  const workOn = async (connection: HttpConnection) => {
    while (next < count) {
      const first = next;
      next = Math.min(count, first + perRequest);
      await work(connection, { first, end: next });
    }
  };
  const open = await Promise.all(Array.from({ length: connections }, () => HttpConnection.open(url)));
  try {
    await Promise.all(open.map(workOn));
  } finally {
    for (const connection of open) connection.close();
  }
}
