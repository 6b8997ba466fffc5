import { connect } from 'node:net';

import { createMemoryStore } from '@holdfast/store-memory';
import { expect, test } from 'vitest';

import { createLogger } from '../src/log/logger.ts';
import { createGate, sendRaw, startTestServer, storeWith } from './test-server.ts';

const items = [{ requester: 'alice', resource: 'demo' }];

/** A store whose commits wait at a gate once it is `slow.isOn`. */
function createSlowStore() {
  const [arrived, gate] = [createGate(), createGate()];
  const slow = { isOn: false };
  const memory = createMemoryStore();
  const store = storeWith(() => ({
    read: memory.read.bind(memory),
    openSnapshot: memory.openSnapshot.bind(memory),
    async commit(...parameters) {
      if (slow.isOn) {
        arrived.open();
        await gate.passed;
      }
      return memory.commit(...parameters);
    },
  }));
  return { store, slow, arrived, gate };
}

test('a stop answers what was taken in, and takes in nothing more', async () => {
  const { store, slow, arrived, gate } = createSlowStore();
  const server = await startTestServer({}, { store });
  slow.isOn = true;
  const answer = server.reserve(items);
  await arrived.passed;
  const stopped = server.stop();
  await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
  gate.open();
  const { status, headers } = await answer;
  expect([status, headers.get('Connection')]).toEqual([200, 'close']);
  expect(await (await answer).json()).toMatchObject([{ status: 'ACQUIRED' }]);
  await stopped;
});

test('a stop waits neither for idle connections nor for half a request', async () => {
  const server = await startTestServer();
  await (await server.ask('/healthz')).text();
  const half = sendRaw(server.url, 'GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow');
  await expect.poll(async () => (await server.ask('/metrics')).text()).toMatch(/http_connections [2-9]/u);
  await server.stop();
  expect(await half).toBe('');
});

test('a stop cuts off what takes too long, and says so', async () => {
  const lines: string[] = [];
  const logger = createLogger('error', { write: (line) => void lines.push(line) });
  const { store, slow, arrived, gate } = createSlowStore();
  const server = await startTestServer({ shutdownTimeoutMs: 20 }, { store, logger });
  slow.isOn = true;
  const answer = server.reserve(items).then(
    () => 'answered',
    () => 'cut off',
  );
  await arrived.passed;
  const stopped = server.stop();
  expect(await answer).toBe('cut off');
  gate.open();
  await stopped;
  expect(lines.join('')).toContain("requests were cut off: they weren't answered within 20 ms");
});

test('a server that stops is not ready', async () => {
  const { store, slow, arrived, gate } = createSlowStore();
  const server = await startTestServer({}, { store });
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  let received = '';
  socket.on('data', (chunk) => (received += chunk.toString()));
  // The first bytes of a request keep a connection that was there before the stop.
  socket.write('GET /readyz HTTP/1.1\r\nHost: x\r\n');
  slow.isOn = true;
  const answer = server.reserve(items);
  await arrived.passed;
  const stopped = server.stop();
  socket.write('\r\n');
  await expect.poll(() => received).toMatch(/^HTTP\/1\.1 503 /u);
  gate.open();
  await answer;
  await stopped;
});

test('stopping twice is stopping once', async () => {
  const server = await startTestServer();
  await Promise.all([server.stop(), server.stop()]);
  await server.stop();
});
