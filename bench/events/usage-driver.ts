import { customerOf, isRecorded, ofTenant, usageRequest } from '../credits/credits-api.ts';
import type { Driver } from '../load/driver.ts';
import { exchange, giveUp, openHttpDriver } from '../load/http-driver.ts';
import type { ConnectionOptions } from '../load/http-driver.ts';
import { newIdempotencyKey } from '../load/idempotency-keys.ts';

export interface UsageOptions extends ConnectionOptions {
  /** Over how many tenants it is spread, each with one customer. */
  readonly tenants: number;
  /** The number of the first of them. */
  readonly firstTenant: number;
}

export const usageDriver = import.meta.url;

/** Records usage of one unit again and again on each connection, each with a key of its own. */
export async function openDriver(options: UsageOptions): Promise<Driver> {
  const { connections, tenants, firstTenant, keys = 'random' } = options;
  return openHttpDriver(options, (connection, index) => {
    let count = 0;
    return async (tally) => {
      const tenant = firstTenant + ((count * connections + index) % tenants);
      const request = ofTenant(usageRequest(customerOf(0), newIdempotencyKey(keys)), tenant);
      count += 1;
      const recorded = await exchange({ connection, request, status: 201, tally });
      if (!isRecorded(recorded)) return giveUp(tally, recorded);
      tally.unitsDone(1);
      return true;
    };
  });
}
