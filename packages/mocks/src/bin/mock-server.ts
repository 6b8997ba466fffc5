import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { WireAnswer } from '@holdfast/gateway';

import { MockBackend } from '../mock-backend.ts';
import type { CommandOptions } from './command-options.ts';
import { answerControl, controlRoot } from './control.ts';
import { toWireRequest } from './incoming-request.ts';
import { sendOverNetwork } from './network-receiver.ts';
import { sendAnswer } from './send-answer.ts';

export interface MockServer {
  /** The server's address, such as `http://127.0.0.1:4010`. */
  readonly url: string;
  stop(): Promise<void>;
}

const tendIntervalMs = 250;

/** Pages of every origin may call the mock, which has nothing to protect. */
const openToAll = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers':
    'Allow, Idempotent-Replayed, RateLimit, RateLimit-Policy, Retry-After, X-Idempotent-Replayed, X-Request-Id',
};
const preflight: WireAnswer = {
  status: 204,
  headers: {
    'Access-Control-Allow-Methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
    'Access-Control-Allow-Headers':
      'Authorization, Content-Type, Idempotency-Key, Last-Event-ID, X-API-Key, X-Request-Id',
  },
  body: '',
};

/** Serves a mock over HTTP. */
export async function startMockServer({ host, port, backend: options }: CommandOptions): Promise<MockServer> {
  const backend = new MockBackend(options, sendOverNetwork);
  const server = createServer((request, response) => void handle(backend, request, response));
  await listen(server, port, host);
  // Nobody moves the system's clock here: what it brings is done all the same, also while nothing is asked.
  const timer = options.clock === 'manual' ? undefined : setInterval(() => void tend(backend), tendIntervalMs);
  return {
    url: urlOf(server, host),
    async stop() {
      clearInterval(timer);
      await stop(server);
    },
  };
}

async function tend(backend: MockBackend): Promise<void> {
  try {
    await backend.tend();
  } catch (error) {
    console.error(error);
  }
}

async function handle(backend: MockBackend, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const answer = await answerTo(backend, request);
    if (answer === 'networkError') return void response.destroy();
    await sendAnswer(response, { ...answer, headers: { ...answer.headers, ...openToAll } });
  } catch (error) {
    // A client that disconnected is no error; anything else is the mock's.
    if (!request.errored && !isGone(error)) console.error(error);
    response.destroy();
  }
}

/** Whether it says that the client went away in the middle of an answer. */
function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}

async function answerTo(backend: MockBackend, request: IncomingMessage): Promise<WireAnswer | 'networkError'> {
  const wireRequest = await toWireRequest(request);
  const isPreflight =
    wireRequest.method === 'OPTIONS' && wireRequest.header('Access-Control-Request-Method') !== undefined;
  if (isPreflight) return preflight;
  return wireRequest.path.startsWith(controlRoot) ? answerControl(backend, wireRequest) : backend.answer(wireRequest);
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
