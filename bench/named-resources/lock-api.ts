import type { HttpRequest } from '../load/http-request.ts';

export const reservePath = '/api/v1/Reservation/reserve';
export const unreservePath = '/api/v1/Reservation/unreserve';

export interface LockItem {
  readonly requester: string;
  readonly resource: string;
}

type WithoutBody = Omit<HttpRequest, 'path' | 'body'>;

export function reserveRequest(items: readonly LockItem[], ttlSeconds: number, request: WithoutBody): HttpRequest {
  const texts = items.map(
    ({ requester, resource }) => `{"requester":"${requester}","resource":"${resource}","ttlSeconds":${ttlSeconds}}`,
  );
  return { ...request, path: reservePath, body: `[${texts.join(',')}]` };
}

export function unreserveRequest(
  items: readonly LockItem[],
  releaseTokens: readonly string[],
  request: WithoutBody,
): HttpRequest {
  const texts = items.map(
    ({ requester, resource }, index) =>
      `{"requester":"${requester}","resource":"${resource}","releaseToken":"${releaseTokens[index] ?? ''}"}`,
  );
  return { ...request, path: unreservePath, body: `[${texts.join(',')}]` };
}

/** The release tokens in the answer to a reserve, if each of its items was acquired. */
export function releaseTokensIn(body: string, itemCount: number): readonly string[] | undefined {
  const tokens = [...body.matchAll(/"releaseToken":"([^"]+)"/gu)].flatMap(([, token]) => token ?? []);
  const isComplete = tokens.length === itemCount && countIn(body, '"status":"ACQUIRED"') === itemCount;
  return isComplete ? tokens : undefined;
}

export function countIn(text: string, part: string): number {
  return text.split(part).length - 1;
}
