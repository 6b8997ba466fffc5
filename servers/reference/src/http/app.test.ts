import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';

import type { Request } from 'express';
import { describe, expect, onTestFinished, test, vi } from 'vitest';

import { answerProblem } from '../../test/answer-problem.ts';
import { parseAddressRange } from '../address-range.ts';
import { createLogger } from '../log/logger.ts';
import { createApp } from './app.ts';
import type { AppOptions } from './app.ts';
import { listen } from './listen.ts';

async function startWith(handle: () => Promise<void>, replaced: Partial<AppOptions> = {}) {
  const lines: string[] = [];
  const app = createApp({
    api: { handle, refuseAtOnce: () => undefined } as unknown as AppOptions['api'],
    readiness: { isReady: async () => true } as unknown as AppOptions['readiness'],
    metricsPage: undefined,
    logger: createLogger('error', { write: (line) => void lines.push(line) }),
    corsOrigins: [],
    trustedProxies: [],
    own: { pages: {}, actions: {} },
    newToken: () => 'new-token',
    answerProblem,
    ...replaced,
  });
  const server = createServer(app);
  onTestFinished(() => void server.close());
  return { lines, url: await listen(server, '127.0.0.1', 0) };
}

test('an error outside of the gateway is a 500 that says nothing, with a request id and a line in the log', async () => {
  const { lines, url } = await startWith(() => Promise.reject(new Error('a secret detail')));
  const answer = await fetch(`${url}/api/v1/Reservation`);
  expect([answer.status, answer.headers.get('X-Request-Id')]).toEqual([500, 'new-token']);
  expect(await answer.json()).toEqual({
    error: 'internal_error',
    message: 'Something went wrong that nobody foresaw; the log of the server has it under new-token.',
    requestId: 'new-token',
  });
  expect(lines).toEqual([expect.stringContaining('a secret detail')]);
});

test('so is one in the refusal ahead of Express', async () => {
  const refuseAtOnce = () => Promise.reject(new Error('a secret detail'));
  const api = { refuseAtOnce } as unknown as AppOptions['api'];
  const { lines, url } = await startWith(() => Promise.resolve(), { api });
  const answer = await fetch(`${url}/api/v1/Reservation`);
  expect([answer.status, answer.headers.get('X-Request-Id')]).toEqual([500, 'new-token']);
  expect(lines).toEqual([expect.stringContaining('a secret detail')]);
});

test('below /v1 that is a problem', async () => {
  const { url } = await startWith(() => Promise.reject(new Error('a secret detail')));
  const answer = await fetch(`${url}/v1/reserve/any?a=b`);
  expect([answer.status, answer.headers.get('Content-Type')]).toEqual([500, 'application/problem+json']);
  expect(await answer.json()).toEqual({
    type: 'https://api.quotastack.io/errors/internal-error',
    title: 'Internal Error',
    status: 500,
    detail: 'Something went wrong that nobody foresaw; the log of the server has it under new-token.',
  });
});

test('below /api/capacity it has the shape of named resources', async () => {
  const { url } = await startWith(() => Promise.reject(new Error('a secret detail')));
  const answer = await fetch(`${url}/api/capacity/calendar?from=x`);
  expect([answer.status, await answer.json()]).toMatchObject([
    500,
    { error: 'internal_error', requestId: 'new-token' },
  ]);
});

test('no header tells what the server is made of', async () => {
  const { url } = await startWith(() => Promise.resolve());
  const answer = await fetch(`${url}/healthz`);
  expect([answer.headers.get('X-Powered-By'), answer.headers.get('Server')]).toEqual([null, null]);
});

describe.each(['development', 'production'])('in NODE_ENV=%s', (environment) => {
  const fail = () => {
    throw new Error('a secret detail');
  };

  test.each(['/readyz', '/metrics', '/api/v1/Reservation', '/nowhere'])(
    'nothing shows an error at %s',
    async (path) => {
      vi.stubEnv('NODE_ENV', environment);
      onTestFinished(() => void vi.unstubAllEnvs());
      const readiness = { whyNotReady: fail } as unknown as AppOptions['readiness'];
      const logger = { error: fail } as unknown as AppOptions['logger'];
      const parts = { readiness, metricsPage: fail, logger };
      const { url } = await startWith(() => Promise.reject(new Error('a secret detail')), parts);
      const answer = await fetch(`${url}${path}`);
      expect([answer.status, await answer.json()]).toMatchObject([500, { error: 'internal_error' }]);
      const { url: brokenUrl } = await startWith(fail, { ...parts, answerProblem: fail });
      const last = await fetch(`${brokenUrl}${path}`);
      expect([last.status, await last.text()]).toEqual([500, 'internal error\n']);
    },
  );
});

test.each([
  ['127.0.0.0/8', '203.0.113.7'],
  ['10.0.0.0/8', '127.0.0.1'],
])('of X-Forwarded-For it believes the proxies in %s: the client is %s', async (range, client) => {
  let address: string | undefined;
  const handle = vi.fn((request: Request, response: ServerResponse) => {
    address = request.ip;
    response.end();
  });
  const api = { handle, refuseAtOnce: () => undefined } as unknown as AppOptions['api'];
  const { url } = await startWith(() => Promise.resolve(), { api, trustedProxies: [parseAddressRange(range)!] });
  await fetch(`${url}/api/v1/Reservation`, { headers: { 'X-Forwarded-For': '198.51.100.1, 203.0.113.7' } });
  expect(address).toBe(client);
});
