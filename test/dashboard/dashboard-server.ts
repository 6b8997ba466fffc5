import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, request as forward } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { json } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';

import { recordKinds } from '@holdfast/engine';
import { readConfig, startServer } from '@holdfast/server';
import { createMemoryStore } from '@holdfast/store-memory';

import { addApiKeys } from '../targets/add-api-keys.ts';
import { buildDashboard } from './build-dashboard.ts';

export const apiKeys = { live: `hf_live_${'7'.repeat(43)}`, test: `hf_test_${'7'.repeat(43)}` };

export interface DashboardServer {
  readonly url: string;
  stop(): Promise<void>;
}

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const mediaTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
};

const scopes = ['resources', 'credits', 'capacity', 'webhooks', 'keys', 'platform'].map((each) => `${each}:admin`);

/** A server on the memory store, with the dashboard in front of it, and somebody signed in. */
export async function startDashboardServer(): Promise<DashboardServer> {
  const files = await buildDashboard();
  const store = createMemoryStore({ kinds: recordKinds });
  await addApiKeys(store, [{ apiKey: apiKeys.test, tenantId: 'default', environment: 'test' }]);
  const config = readConfig({
    PORT: '0',
    HOLDFAST_STORE: 'memory',
    HOLDFAST_BOOTSTRAP_API_KEY: apiKeys.live,
    HOLDFAST_LOG_LEVEL: 'warn',
    HOLDFAST_WEBHOOK_ALLOW: '127.0.0.0/8',
  });
  const api = await startServer({ config, store });
  const front = createServer((request, response) => void answer({ request, response, files, apiUrl: api.url }));
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  return {
    url: `http://127.0.0.1:${(front.address() as AddressInfo).port}`,
    async stop() {
      front.closeAllConnections();
      front.close();
      await api.stop();
    },
  };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly files: string;
  readonly apiUrl: string;
}

async function answer(exchange: Exchange): Promise<void> {
  const { request, response, files } = exchange;
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  if (!pathname.startsWith('/dashboard')) return passOn(exchange);
  const session = await answerSession(pathname, request);
  if (session !== undefined) {
    response.writeHead(session.status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    return void response.end(JSON.stringify(session.body));
  }
  const asset = join(files, pathname.slice('/dashboard'.length));
  const path = extname(pathname) !== '' && existsSync(asset) ? asset : join(files, 'index.html');
  response.writeHead(200, {
    'content-type': mediaTypes[extname(path)] ?? 'application/octet-stream',
    'content-security-policy': policy,
  });
  response.end(readFileSync(path));
}

async function answerSession(
  path: string,
  request: IncomingMessage,
): Promise<{ readonly status: number; readonly body?: unknown } | undefined> {
  if (path === '/dashboard/session') return { status: 200, body: session };
  if (path === '/dashboard/first-keys' || path.startsWith('/dashboard/sign-out')) return { status: 204 };
  if (path !== '/dashboard/token') return undefined;
  const { environment } = (await json(request)) as { environment: keyof typeof apiKeys };
  const expiresAt = new Date(Date.now() + 900_000).toISOString();
  return { status: 200, body: { token: apiKeys[environment], expiresAt, scopes: [...scopes, 'events:read'] } };
}

const session = {
  person: { id: 'person_1', name: 'Ada Lovelace', email: 'ada@example.com' },
  isOperator: true,
  memberships: [{ tenantId: 'default', tenantName: 'Default', role: 'owner' }],
  signInUrl: null,
};

async function passOn({ request, response, apiUrl }: Exchange): Promise<void> {
  const asked = forward(apiUrl + (request.url ?? '/'), { method: request.method, headers: request.headers });
  asked.on('response', (answered) => {
    response.writeHead(answered.statusCode ?? 502, answered.headers);
    // A page that leaves ends its streams.
    void pipeline(answered, response).catch(() => {});
  });
  asked.on('error', () => response.destroy());
  response.on('close', () => asked.destroy());
  await pipeline(request, asked).catch(() => {});
}
