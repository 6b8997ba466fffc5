import { apiKeyOf } from '../holdfast/api-key.ts';
import { HttpConnection } from '../load/http-connection.ts';
import { toRequestText } from '../load/http-request.ts';
import { releaseTokensIn, reservePath, reserveRequest, unreservePath, unreserveRequest } from './lock-api.ts';

/** What a server answers to a reserve and an unreserve, by path, so that an echo can give answers of the same size. */
export async function sampleAnswers(url: string): Promise<Readonly<Record<string, string>>> {
  const connection = await HttpConnection.open(url);
  const items = [{ requester: 'sample-00-0', resource: 'bench/00/000' }];
  const keys = { apiKey: apiKeyOf(0) };
  try {
    const reserved = await connection.exchange(toRequestText(reserveRequest(items, 60, keys)));
    const tokens = releaseTokensIn(reserved.body, 1);
    if (tokens === undefined) throw new Error(`The server answered ${reserved.status}: ${reserved.body}`);
    const freed = await connection.exchange(toRequestText(unreserveRequest(items, tokens, keys)));
    return { [reservePath]: reserved.body, [unreservePath]: freed.body };
  } finally {
    connection.close();
  }
}
