import { Holdfast } from '@holdfast/sdk';

import { apiKeyOf } from '../holdfast/api-key.ts';
import type { Caller, Driver } from '../load/driver.ts';
import { timed } from '../load/timed.ts';

export interface SdkPairsOptions {
  readonly url: string;
  readonly callers: number;
  readonly autoBatch: boolean;
}

export const sdkPairsDriver = import.meta.url;

/** How many names each caller goes round, and for how long it takes them: as without the SDK. */
const namesPerCaller = 1_000;
const ttlSeconds = 60;

/** Callers that share one client, as those of one program do. */
export async function openDriver({ url, callers, autoBatch }: SdkPairsOptions): Promise<Driver> {
  const holdfast = new Holdfast({ baseUrl: url, apiKey: apiKeyOf(0), autoBatch, maxRetries: 0 });
  return { callers: Array.from({ length: callers }, (_, index) => createCaller(holdfast, index)), close() {} };
}

function createCaller({ resources }: Holdfast, index: number): Caller {
  const requester = `bench-${index}`;
  let count = 0;
  return async (tally) => {
    const resource = `bench/${index}/${count % namesPerCaller}`;
    count += 1;
    try {
      const [{ releaseToken }] = await timed(tally, () => resources.reserve([{ requester, resource, ttlSeconds }]));
      if (releaseToken === null) throw new Error(`${resource} was not acquired`);
      const [{ status }] = await timed(tally, () => resources.unreserve([{ requester, resource, releaseToken }]));
      if (status !== 'RELINQUISHED') throw new Error(`${resource} was answered ${status}`);
      tally.unitsDone(1);
    } catch (error) {
      tally.wrongAnswer(String(error));
    }
    return true;
  };
}
