import { createStartLink, StoreUnavailable } from '@holdfast/engine';
import { describe, expect, test } from 'vitest';

import type { ServerConfig } from '../../src/config/config.ts';
import type { StartOptions } from '../../src/start-server.ts';
import { sendRaw, startTestServer, storeWith } from '../test-server.ts';
import { Browser } from './browser.ts';

async function start(config: Partial<ServerConfig> = {}, options: Omit<StartOptions, 'config'> = {}) {
  const server = await startTestServer(config, options);
  const at = (path: string) => `${server.url}/dashboard/${path}`;
  /** A browser that is signed in by a link. */
  const signIn = async () => {
    const browser = new Browser();
    const token = await createStartLink(server.service);
    const answer = await browser.post(at('start'), { token });
    expect([answer.status, await answer.text()]).toEqual([204, '']);
    return browser;
  };
  const statusOf = async (browser: Browser) => (await browser.ask(at('session'))).status;
  return { server, at, signIn, statusOf };
}

const place = { tenantId: 'default', environment: 'test' };

describe('a start link', () => {
  test('signs in the operator, who owns the first tenant', async () => {
    const { at, signIn } = await start();
    const browser = await signIn();
    const answer = await browser.ask(at('session'));
    expect(answer.headers.get('Cache-Control')).toBe('no-store');
    expect([answer.status, await answer.json()]).toEqual([
      200,
      {
        person: { id: expect.stringMatching(/^person_/u), name: 'Operator', email: null },
        isOperator: true,
        memberships: [{ tenantId: 'default', tenantName: expect.any(String), role: 'owner' }],
        signInUrl: null,
      },
    ]);
  });

  test('works once, even if it is used at the same time, and for 15 minutes', async () => {
    let nowMs = Date.now();
    const { server, at } = await start({}, { now: () => nowMs });
    const token = await createStartLink(server.service);
    const browsers = Array.from({ length: 5 }, () => new Browser());
    const answers = await Promise.all(browsers.map((browser) => browser.post(at('start'), { token })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 410, 410, 410, 410]);
    const late = await createStartLink(server.service);
    nowMs += 15 * 60_000;
    for (const wrong of [token, late, `${token}x`, '', undefined, 7]) {
      const answer = await new Browser().post(at('start'), { token: wrong });
      expect([answer.status, answer.headers.getSetCookie(), await answer.json()]).toEqual([
        410,
        [],
        { error: 'gone', message: expect.stringContaining('npm run sign-in-link') },
      ]);
    }
  });
});

test('a token of the session works like an API key, in its place, as far as its role allows', async () => {
  const { server, at, signIn } = await start();
  const browser = await signIn();
  const answer = await browser.post(at('token'), place);
  const { token, expiresAt, scopes } = (await answer.json()) as { token: string; expiresAt: string; scopes: string[] };
  expect(token).toMatch(/^hf_token_/u);
  expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now());
  expect(scopes).toContain('keys:admin');
  const keys = await server.ask('/v1/admin/api-keys', { headers: { 'X-API-Key': token } });
  expect(keys.status).toBe(200);
  for (const wrong of [
    { ...place, tenantId: 'other' },
    { ...place, environment: 'staging' },
    { environment: 'test' },
  ]) {
    const refused = await browser.post(at('token'), wrong);
    expect([refused.status, await refused.json()]).toMatchObject([403, { error: 'forbidden' }]);
  }
  expect((await new Browser().post(at('token'), place)).status).toBe(401);
});

test('the first keys are shown once', async () => {
  const { server, at, signIn } = await start({ bootstrapApiKey: undefined });
  const browser = await signIn();
  const tenantId = 'default';
  const answer = await browser.post(at('first-keys'), { tenantId });
  const keys = (await answer.json()) as Record<string, string>;
  expect([answer.status, keys]).toEqual([
    200,
    { live: expect.stringMatching(/^hf_live_/u), test: expect.stringMatching(/^hf_test_/u) },
  ]);
  for (const key of Object.values(keys)) {
    expect((await server.ask('/v1/limits', { headers: { 'X-API-Key': key } })).status).toBe(200);
  }
  const again = await browser.post(at('first-keys'), { tenantId });
  expect([again.status, await again.text()]).toEqual([204, '']);
  expect((await new Browser().post(at('first-keys'), { tenantId })).status).toBe(401);
});

describe('signing out', () => {
  test('ends this session, also for whoever has copied its cookie, and no other one', async () => {
    const { server, at, signIn, statusOf } = await start();
    const [browser, other] = [await signIn(), await signIn()];
    const copy = new Browser();
    copy.cookies(server.url).set('hf_session', browser.cookies(server.url).get('hf_session') ?? '');
    expect(await statusOf(copy)).toBe(200);
    const answer = await browser.post(at('sign-out'));
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([
      204,
      ['hf_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax'],
    ]);
    expect([await statusOf(browser), await statusOf(copy), await statusOf(other)]).toEqual([401, 401, 200]);
    expect((await copy.post(at('token'), place)).status).toBe(401);
  });

  test('everywhere ends all sessions of the person, and the tokens that came of them', async () => {
    const { server, at, signIn, statusOf } = await start();
    const [browser, other] = [await signIn(), await signIn()];
    const { token } = (await (await other.post(at('token'), place)).json()) as { token: string };
    const read = () => server.ask('/v1/limits', { headers: { 'X-API-Key': token } });
    expect((await read()).status).toBe(200);
    expect((await browser.post(at('sign-out-everywhere'))).status).toBe(204);
    expect([await statusOf(browser), await statusOf(other)]).toEqual([401, 401]);
    expect((await read()).status).toBe(401);
    expect((await browser.post(at('sign-out-everywhere'))).status).toBe(204);
  });
});

test('a session ends after seven days', async () => {
  let nowMs = Date.now();
  const { signIn, statusOf } = await start({}, { now: () => nowMs });
  const browser = await signIn();
  nowMs += 7 * 86_400_000 - 1;
  expect(await statusOf(browser)).toBe(200);
  nowMs += 1;
  expect(await statusOf(browser)).toBe(401);
});

describe('what a page of another site sends', () => {
  const paths = ['start', 'token', 'first-keys', 'sign-out', 'sign-out-everywhere'];
  const foreign: readonly Readonly<Record<string, string>>[] = [
    { 'Sec-Fetch-Site': 'cross-site' },
    // Another port of this machine is the same site, but another origin.
    { 'Sec-Fetch-Site': 'same-site' },
    { 'Sec-Fetch-Site': 'none' },
    { Origin: 'https://evil.example.com' },
    { Origin: 'null' },
    {},
  ];

  test.each(paths)('is refused by %s, whatever the browser says about it', async (path) => {
    const { server, at, signIn, statusOf } = await start();
    const browser = await signIn();
    const token = await createStartLink(server.service);
    for (const headers of [...foreign, { 'Sec-Fetch-Site': 'cross-site', Origin: server.url }]) {
      const body = JSON.stringify({ ...place, token });
      const answer = await browser.ask(at(path), { method: 'POST', body, headers });
      expect([answer.status, answer.headers.getSetCookie()]).toEqual([403, []]);
      expect(await answer.json()).toMatchObject({ error: 'forbidden' });
    }
    expect(await statusOf(browser)).toBe(200);
    expect((await new Browser().post(at('start'), { token })).status).toBe(204);
  });

  test('is refused even where the API may be called from there', async () => {
    const { server, at, signIn } = await start({ corsOrigins: ['https://app.example.com'] });
    const browser = await signIn();
    const headers = { Origin: 'https://app.example.com', 'Sec-Fetch-Site': 'cross-site' };
    const preflight = { ...headers, 'Access-Control-Request-Method': 'POST' };
    const answers = [
      await browser.ask(at('token'), { method: 'OPTIONS', headers: preflight }),
      await browser.ask(at('token'), { method: 'POST', headers }),
      await browser.ask(at('session'), { headers }),
      await browser.ask(`${server.url}/dashboard`, { headers }),
      await browser.ask(`${server.url}/sign-in`, { headers }),
    ];
    for (const answer of answers) {
      expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
    expect(answers.map(({ status }) => status).slice(0, 3)).toEqual([405, 403, 200]);
    expect((await server.ask('/healthz', { headers })).headers.get('Access-Control-Allow-Origin')).not.toBe(null);
  });

  test('and what an old browser says about its own page is enough', async () => {
    const { server, at, signIn } = await start();
    const browser = await signIn();
    const headers = { Origin: server.url, 'Content-Type': 'application/json' };
    const answer = await browser.ask(at('token'), { method: 'POST', headers, body: JSON.stringify(place) });
    expect(answer.status).toBe(200);
  });
});

test('requests that are wrong are refused as everywhere: method, type, length, form', async () => {
  const { server, at, signIn } = await start();
  const browser = await signIn();
  const got = await browser.ask(at('token'));
  expect([got.status, got.headers.get('Allow')]).toEqual([405, 'POST']);
  const posted = await browser.post(at('session'));
  expect([posted.status, posted.headers.get('Allow')]).toEqual([405, 'GET, HEAD']);
  const send = (body: string | Uint8Array<ArrayBuffer>, headers: Readonly<Record<string, string>> = {}) => {
    const own = { 'Sec-Fetch-Site': 'same-origin', 'Content-Type': 'application/json', ...headers };
    return browser.ask(at('token'), { method: 'POST', body, headers: own });
  };
  expect((await send('{}', { 'Content-Type': 'text/plain' })).status).toBe(415);
  expect((await send('{}', { 'Content-Encoding': 'gzip' })).status).toBe(415);
  expect((await send(JSON.stringify({ tenantId: 'x'.repeat(5_000) }))).status).toBe(413);
  for (const body of ['{', '[]', 'null', '"text"', Buffer.from([0x7b, 0xff, 0x7d])]) {
    const answer = await send(body);
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: 'invalid_request' }]);
  }
  const asked = await send(JSON.stringify(place), { 'X-Request-Id': 'my-id' });
  expect([asked.status, asked.headers.get('X-Request-Id')]).toEqual([200, 'my-id']);
  const head = await browser.ask(at('session'), { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
  const { host } = new URL(server.url);
  const endless = `POST /dashboard/token HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 900000\r\n\r\n`;
  expect(await sendRaw(server.url, endless)).toMatch(/^HTTP\/1\.1 403 .*\r\nConnection: close\r\n/su);
});

test('a store that is away is a 503, and nobody is signed out', async () => {
  let isAway = false;
  const unlessAway = async <Result>(work: () => Promise<Result>) => {
    if (isAway) throw new StoreUnavailable('It is away.');
    return work();
  };
  const store = storeWith((real) => ({
    openSnapshot: () => unlessAway(() => real.openSnapshot()),
    read: (request) => unlessAway(() => real.read(request)),
  }));
  const { at, signIn, statusOf } = await start({ requestTimeoutMs: 100 }, { store });
  const browser = await signIn();
  isAway = true;
  const answer = await browser.ask(at('session'));
  expect([answer.status, await answer.json()]).toMatchObject([503, { error: 'unavailable' }]);
  isAway = false;
  expect(await statusOf(browser)).toBe(200);
});

test('without a provider there is none to send people to', async () => {
  const { server } = await start();
  for (const path of ['/sign-in', '/sign-in/callback?code=a&state=b']) {
    const answer = await server.ask(path);
    expect([answer.status, await answer.text()]).toEqual([404, expect.stringContaining('npm run sign-in-link')]);
  }
});
