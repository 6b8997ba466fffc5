import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { NoAnswer, WireClient } from '../faults/wire-client.ts';

/** Where requests go, and from how many callers at a time. */
export interface Stream {
  readonly url: string;
  readonly callers: number;
}

/** How long a caller who was refused waits before he asks again, so that refusals aren't all that a machine does. */
const pauseMs = 20;

/** Callers with the API key of one tenant, whose operations are limited, and what became of their requests. */
export class LimitedLoad {
  readonly #apiKey: string;
  admitted = 0;
  refused = 0;
  /** Nobody knows whether these were admitted. */
  unknown = 0;

  constructor(apiKey: string) {
    this.#apiKey = apiKey;
  }

  /** Sends until it is over. Callers whose process dies end with it. */
  async run(streams: readonly Stream[], isOver: () => boolean): Promise<void> {
    const lane = async (url: string) => {
      while (!isOver()) {
        const status = await this.send(url);
        if (status === 'gone') return;
        if (status !== 200) await delay(pauseMs);
      }
    };
    await Promise.all(streams.flatMap(({ url, callers }) => Array.from({ length: callers }, () => lane(url))));
  }

  /** `gone`: its process died. */
  async send(url: string): Promise<200 | 429 | 'unknown' | 'gone'> {
    const body = [{ requester: 'a', resource: randomUUID(), ttlSeconds: 60 }];
    try {
      const { status } = await new WireClient(url, this.#apiKey).write({ operationId: 'reserve', body });
      if (status !== 200 && status !== 429) throw new Error(`A request was answered with ${status}.`);
      if (status === 200) this.admitted += 1;
      else this.refused += 1;
      return status;
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      this.unknown += 1;
      return error.cause === undefined ? 'unknown' : 'gone';
    }
  }
}
