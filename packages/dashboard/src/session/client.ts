import { Holdfast } from '@holdfast/sdk';

import { latencyLog } from './latency-log.ts';
import type { TokenSource } from './token-source.ts';

export interface PlaceClient {
  readonly holdfast: Holdfast;
  /** Resolves once it follows events. What was loaded before may lack what happened before. */
  readonly whenFollowing: Promise<void>;
}

/** A client as anybody's, except that its key is the session's token, and changes as tokens end. */
export function createClient(tokens: TokenSource): PlaceClient {
  const following = Promise.withResolvers<void>();
  const send: typeof fetch = async (input, init) => {
    const sendWith = (token: string) => {
      const headers = new Headers(init?.headers);
      headers.set('x-api-key', token);
      return fetch(input, { ...init, headers });
    };
    const issued = await tokens.get();
    const response = await sendWith(issued.token);
    if (response.status !== 401) return response;
    // It ended before its time, as when a role has changed: there may be another.
    tokens.forget(issued);
    const next = await tokens.get();
    return sendWith(next.token);
  };
  const holdfast = new Holdfast({
    baseUrl: location.origin,
    apiKey: 'of-the-session',
    fetch: send,
    hooks: {
      onResponse: ({ operationId, status, durationMs }) => {
        if (operationId !== 'streamEvents') latencyLog.add(durationMs);
        else if (status === 200) following.resolve();
      },
    },
  });
  return { holdfast, whenFollowing: following.promise };
}
