import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';

import type { HoldfastMock } from '@holdfast/mocks';
import type { Connect, Plugin } from 'vite';

import { answerSession, apiKeys } from './dev-session.ts';

const baseUrl = 'http://holdfast.mock';

/** `vite` alone: the API and the sign-in of a server, from a mock in which something goes on. */
export function serveWorld(): Plugin {
  return {
    name: 'holdfast-world',
    apply: 'serve',
    async configureServer(server) {
      // A build, for which `npm start` installs no mocks, doesn't get here.
      const { createHoldfastMock } = await import('@holdfast/mocks');
      const { liveOn, seed } = await import('./world.ts');
      const mock = createHoldfastMock({ baseUrl, clock: 'system', seed, apiKeys });
      const life = liveOn(mock, baseUrl);
      server.httpServer?.once('close', () => life.stop());
      server.middlewares.use(answerWith(mock));
    },
  };
}

function answerWith(mock: HoldfastMock): Connect.NextHandleFunction {
  return (request, response, next) => {
    const path = request.originalUrl ?? '/';
    if (/^\/(?:api|v1)\//u.test(path)) void passOn(mock, path, request, response);
    else if (!answerSession(path, request, response)) next();
  };
}

async function passOn(
  mock: HoldfastMock,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = request.method === 'GET' ? null : await buffer(request);
  const ending = new AbortController();
  void once(response, 'close').then(() => ending.abort());
  const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]);
  const answer = await mock.fetch(baseUrl + path, {
    method: request.method ?? 'GET',
    headers,
    body,
    signal: ending.signal,
  });
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.flushHeaders();
  if (answer.body === null) return void response.end();
  // A page that leaves ends its streams, which is no error.
  await pipeline(Readable.fromWeb(answer.body), response).catch(() => {});
}
