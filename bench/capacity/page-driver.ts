import type { Driver } from '../load/driver.ts';
import { exchange, giveUp, openHttpDriver } from '../load/http-driver.ts';
import type { ConnectionOptions } from '../load/http-driver.ts';
import { getRequest } from './capacity-api.ts';

export interface PageOptions extends ConnectionOptions {
  readonly path: string;
  /** What every answer has to be, to the letter. */
  readonly page: string;
  readonly rowCount: number;
}

export const pageDriver = import.meta.url;

/** Asks for one page again and again on each connection. Nothing changes it meanwhile. */
export async function openDriver(options: PageOptions): Promise<Driver> {
  const { path, page, rowCount } = options;
  return openHttpDriver(options, (connection) => async (tally) => {
    const answered = await exchange({ connection, request: getRequest(path), status: 200, tally });
    if (answered !== page) return giveUp(tally, answered);
    tally.unitsDone(rowCount);
    return true;
  });
}
