import { responseValidator } from '@holdfast/contract/responses';
import { StoreUnavailable } from '@holdfast/engine';
import { createMemoryStore } from '@holdfast/store-memory';
import { expect, test } from 'vitest';

import { createLogger } from '../src/log/logger.ts';
import { apiKey, compileContractFirst, startTestServer, storeWith } from './test-server.ts';

compileContractFirst();

const items = [{ requester: 'alice', resource: 'demo', metadata: { note: 'Sesame' } }];

function createLog() {
  const lines: string[] = [];
  return { lines, logger: createLogger('debug', { write: (line) => void lines.push(line) }) };
}

test('a store out of reach is a 503 with Retry-After', async () => {
  let isDown = false;
  const memory = createMemoryStore();
  const store = storeWith(() => ({
    read: memory.read.bind(memory),
    openSnapshot: memory.openSnapshot.bind(memory),
    commit: (...parameters) =>
      isDown ? Promise.reject(new StoreUnavailable('The disk is full.')) : memory.commit(...parameters),
  }));
  const server = await startTestServer({}, { store });
  isDown = true;
  const answer = await server.reserve(items);
  expect([answer.status, answer.headers.get('Retry-After')]).toEqual([503, '1']);
  expect(responseValidator('reserve', 503)(await answer.json())).toBe(true);
});

test('a surprise is a 500 that says nothing, and a line in the log with the request id', async () => {
  const { lines, logger } = createLog();
  let isBroken = false;
  const memory = createMemoryStore();
  const store = storeWith(() => ({
    commit: memory.commit.bind(memory),
    openSnapshot: memory.openSnapshot.bind(memory),
    read: (request) => (isBroken ? Promise.reject(new Error('a secret detail')) : memory.read(request)),
  }));
  const server = await startTestServer({}, { store, logger });
  isBroken = true;
  const answer = await server.reserve(items, { 'X-Request-Id': 'find-me' });
  const text = await answer.text();
  expect(answer.status).toBe(500);
  expect(text).not.toContain('secret detail');
  expect(lines.find((line) => line.includes('a request failed'))).toMatch(/"requestId":"find-me"/u);
});

test('an answer outside of the contract is a 500 if the contract is checked, and the log says why', async () => {
  const { lines, logger } = createLog();
  const server = await startTestServer({ checkContract: true }, { logger });
  server.service.call = async () => ({ outcome: { ok: true, value: [{ status: 'ACQUIRED' }] }, isReplayed: false });
  const answer = await server.reserve(items, { 'X-Request-Id': 'find-me' });
  expect([answer.status, await answer.json()]).toMatchObject([500, { error: 'internal_error', requestId: 'find-me' }]);
  const line = lines.find((candidate) => candidate.includes('the two validators of the contract disagree'));
  expect(JSON.parse(line ?? '{}')).toMatchObject({
    level: 'error',
    requestId: 'find-me',
    operationId: 'reserve',
    status: 200,
  });
  expect(line).toContain('must have required property');
  expect(await (await server.ask('/metrics')).text()).toContain(
    'holdfast_contract_disagreements_total{operation="reserve"} 1',
  );
});

test('logs tell each request at the level debug, but neither keys nor bodies', async () => {
  const { lines, logger } = createLog();
  const server = await startTestServer({}, { logger });
  const [result] = (await (await server.reserve(items, { 'Idempotency-Key': 'secret-idempotency-key' })).json()) as [
    { releaseToken: string },
  ];
  await server.reserve([{ requester: 'alice' }]);
  const requests = lines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ msg }) => msg === 'request');
  expect(requests).toMatchObject([
    { level: 'debug', method: 'POST', path: '/api/v1/Reservation/reserve', status: 200, requestId: expect.any(String) },
    { status: 400 },
  ]);
  for (const secret of [apiKey, 'Sesame', 'secret-idempotency-key', result.releaseToken]) {
    expect(lines.join('')).not.toContain(secret);
  }
});
