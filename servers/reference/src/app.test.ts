import { createServer } from 'node:http';

import { expect, onTestFinished, test } from 'vitest';

import { createApp } from './app.ts';
import type { AppOptions } from './app.ts';
import { listen } from './listen.ts';
import { answerProblem } from '../test/answer-problem.ts';
import { createLogger } from './logger.ts';
import { Metrics } from './metrics.ts';

async function startWith(handle: () => Promise<void>) {
  const lines: string[] = [];
  const app = createApp({
    api: { handle } as unknown as AppOptions['api'],
    readiness: { isReady: async () => true } as unknown as AppOptions['readiness'],
    metrics: new Metrics(),
    logger: createLogger('error', { write: (line) => void lines.push(line) }),
    corsOrigins: [],
    environment: { newToken: () => 'new-token' },
    answerProblem,
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
  expect([answer.status, await answer.json()]).toMatchObject([500, { error: 'internal_error', requestId: 'new-token' }]);
});

test('no header tells what the server is made of', async () => {
  const { url } = await startWith(() => Promise.resolve());
  const answer = await fetch(`${url}/healthz`);
  expect([answer.headers.get('X-Powered-By'), answer.headers.get('Server')]).toEqual([null, null]);
});
