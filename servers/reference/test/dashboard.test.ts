import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { sendRaw, startTestServer } from './test-server.ts';

const page = '<!doctype html><script type="module" src="/dashboard/assets/main-1a2b3c.js"></script>';
const script = `console.log('${'the dashboard '.repeat(100)}');`;

function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-dashboard-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

function build(folder: string): void {
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), page);
  writeFileSync(join(folder, 'assets/main-1a2b3c.js'), script);
  writeFileSync(join(folder, 'assets/main-1a2b3c.js.map'), '{}');
  writeFileSync(join(folder, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
}

async function start() {
  const dashboardFolder = createFolder();
  build(dashboardFolder);
  return startTestServer({}, { dashboardFolder });
}

test.each(['/dashboard', '/dashboard/', '/dashboard/default/live/events?type=lock', '/dashboard/a/b/c.d'])(
  'the dashboard is at %s, under a strict policy',
  async (path) => {
    const server = await start();
    const answer = await server.ask(path);
    expect([answer.status, await answer.text()]).toEqual([200, page]);
    const headers = Object.fromEntries(answer.headers);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
        "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'x-request-id': expect.any(String),
    });
    const head = await server.ask(path, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect((await server.ask(path, { method: 'POST' })).headers.get('Allow')).toBe('GET, HEAD');
  },
);

test('assets are compressed for those who take that, and kept for ever', async () => {
  const server = await start();
  const { host } = new URL(server.url);
  const ask = (encoding: string) =>
    sendRaw(
      server.url,
      `GET /dashboard/assets/main-1a2b3c.js HTTP/1.1\r\nHost: ${host}\r\n${encoding}Connection: close\r\n\r\n`,
    );
  const common = ['Cache-Control: public, max-age=31536000, immutable', 'Vary: Accept-Encoding'];
  for (const encoding of ['', 'Accept-Encoding: br, gzip;q=0\r\n', 'Accept-Encoding: identity\r\n']) {
    const answer = await ask(encoding);
    for (const line of common) expect(answer).toContain(line);
    expect(answer).not.toContain('Content-Encoding');
    expect(answer).toContain(`Content-Length: ${script.length}\r\n`);
  }
  const compressed = await ask('Accept-Encoding: br;q=1.0, gzip;q=0.5\r\n');
  for (const line of [...common, 'Content-Encoding: gzip']) expect(compressed).toContain(line);
  const fetched = await fetch(`${server.url}/dashboard/assets/main-1a2b3c.js`, {
    headers: { 'Accept-Encoding': 'gzip' },
  });
  expect([fetched.headers.get('Content-Type'), await fetched.text()]).toEqual([
    'text/javascript; charset=utf-8',
    script,
  ]);
});

test('what is no file of the dashboard is not served', async () => {
  const server = await start();
  const { host } = new URL(server.url);
  for (const path of ['assets/main-0.js', 'assets/main-1a2b3c.js.map', 'assets/', 'assets/..%2Findex.html']) {
    expect((await server.ask(`/dashboard/${path}`)).status).toBe(404);
  }
  for (const path of ['../../../package.json', 'assets/../../../../package.json', '%2e%2e/%2e%2e/package.json']) {
    const answer = await sendRaw(
      server.url,
      `GET /dashboard/${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).not.toContain('"name"');
  }
  expect((await server.ask('/dashboard/favicon.svg')).headers.get('Content-Type')).toBe('image/svg+xml; charset=utf-8');
});

test('without it the server starts, and a page says how to build it; once it is built, it is there', async () => {
  const dashboardFolder = createFolder();
  const server = await startTestServer({}, { dashboardFolder });
  const answer = await server.ask('/dashboard');
  expect([answer.status, await answer.text()]).toEqual([
    503,
    expect.stringContaining('pnpm --filter @holdfast/dashboard build'),
  ]);
  expect((await server.ask('/readyz')).status).toBe(200);
  build(dashboardFolder);
  expect(await (await server.ask('/dashboard')).text()).toBe(page);
});
