import { request } from 'node:http';

import { sealingKey } from '@holdfast/engine';
import { EncryptJWT } from 'jose';
import { describe, expect, test } from 'vitest';

import type { ServerConfig } from '../../src/config/config.ts';
import type { StartOptions } from '../../src/start-server.ts';
import { startTestServer } from '../test-server.ts';
import { Browser } from './browser.ts';
import { ada, startProvider } from './provider.ts';

interface Started {
  readonly config?: Partial<ServerConfig>;
  readonly options?: Omit<StartOptions, 'config'>;
  readonly hasParticularsInToken?: boolean;
}

async function start({ config = {}, options = {}, hasParticularsInToken = false }: Started = {}) {
  const provider = await startProvider(hasParticularsInToken);
  const settings = { signInProvider: provider.config, signInAllow: ['example.com'], ...config };
  const server = await startTestServer(settings, options);
  provider.register(server.url);
  const browser = new Browser();
  const callbackPrefix = `${server.url}/sign-in/callback`;
  /** As far as the way back from the provider, which isn't taken yet. */
  const comeBack = (path = '/sign-in', by = browser) => by.followTo(`${server.url}${path}`, callbackPrefix);
  const whoIs = async (by = browser) => (await by.ask(`${server.url}/dashboard/session`)).json();
  return { provider, server, browser, comeBack, whoIs };
}

/** What a refusal says in its title. */
async function refusalOf(response: Response): Promise<readonly [number, string | undefined]> {
  expect(response.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
  expect(response.headers.getSetCookie().filter((line) => line.includes('hf_session'))).toEqual([]);
  return [response.status, /<h1>(.*)<\/h1>/u.exec(await response.text())?.[1]];
}

const unproven = [400, 'The sign-in couldn’t be verified'] as const;
const elsewhere = [400, 'This sign-in can’t be finished here'] as const;

describe.each([true, false])('a provider with the address in the ID token: %s', (hasParticularsInToken) => {
  test('signs in, founds a tenant, and leads back to where the person came from', async () => {
    const { server, browser, comeBack, whoIs } = await start({ hasParticularsInToken });
    expect(await whoIs()).toEqual({ signInUrl: '/sign-in' });
    const callback = await comeBack(`/sign-in?return=${encodeURIComponent('/dashboard/a/test/events?type=lock')}`);
    const answer = await browser.ask(callback);
    expect([answer.status, answer.headers.get('Location')]).toEqual([
      303,
      `${server.url}/dashboard/a/test/events?type=lock`,
    ]);
    expect(answer.headers.get('Cache-Control')).toBe('no-store');
    const cookies = answer.headers.getSetCookie();
    expect(cookies).toEqual([
      expect.stringMatching(/^hf_session=hf_session_\w+; Path=\/; Max-Age=\d{6}; HttpOnly; SameSite=Lax$/u),
      'hf_sign_in=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax',
    ]);
    expect(await whoIs()).toEqual({
      person: { id: expect.stringMatching(/^person_[0-9a-f]{20}$/u), name: 'Ada Lovelace', email: 'ada@example.com' },
      isOperator: false,
      memberships: [{ tenantId: 'ada', tenantName: 'Ada Lovelace', role: 'owner' }],
      signInUrl: '/sign-in',
    });
  });
});

describe('refused, without a session', () => {
  test('a callback with another state, or none', async () => {
    const { server, browser, comeBack, provider } = await start();
    for (const change of [
      (parameters: URLSearchParams) => parameters.set('state', 'another'),
      (parameters: URLSearchParams) => parameters.delete('state'),
      (parameters: URLSearchParams) => parameters.append('state', 'another'),
    ]) {
      const callback = new URL(await comeBack());
      change(callback.searchParams);
      expect(await refusalOf(await browser.ask(callback.href))).toEqual(unproven);
    }
    expect(provider.asked).not.toContain('/token');
    expect((await browser.ask(`${server.url}/dashboard/session`)).status).toBe(401);
  });

  test('a callback of another issuer, or of none, where the provider says that it names itself', async () => {
    const { browser, comeBack } = await start();
    for (const change of [
      (parameters: URLSearchParams) => parameters.set('iss', 'https://evil.example.com'),
      (parameters: URLSearchParams) => parameters.delete('iss'),
    ]) {
      const callback = new URL(await comeBack());
      change(callback.searchParams);
      expect(await refusalOf(await browser.ask(callback.href))).toEqual(unproven);
    }
  });

  test.each([
    ['nonce', { claims: { nonce: 'another' } }],
    ['issuer', { claims: { iss: 'https://evil.example.com' } }],
    ['audience', { claims: { aud: 'somebody-else' } }],
    ['second audience without being meant', { claims: { aud: ['holdfast', 'other'], azp: 'other' } }],
    ['expiry', { claims: { exp: 1_700_000_000 } }],
    ['signature', { isOwnKey: false }],
  ])('an ID token with a wrong %s', async (_, forged) => {
    const { provider, browser, comeBack } = await start();
    provider.forged = forged;
    expect(await refusalOf(await browser.ask(await comeBack()))).toEqual(unproven);
    provider.forged = {};
    expect((await browser.ask(await comeBack())).status).toBe(303);
  });

  test('a code that was used before, although everything else is right', async () => {
    const { browser, server, comeBack } = await start();
    const callback = await comeBack();
    const thief = new Browser();
    for (const [name, value] of browser.cookies(server.url)) thief.cookies(server.url).set(name, value);
    expect((await browser.ask(callback)).status).toBe(303);
    expect(await refusalOf(await thief.ask(callback))).toEqual(unproven);
  });

  test('a callback in a browser that began no sign-in, or has finished it', async () => {
    const { browser, comeBack } = await start();
    const callback = await comeBack();
    expect(await refusalOf(await new Browser().ask(callback))).toEqual(elsewhere);
    expect((await browser.ask(callback)).status).toBe(303);
    expect(await refusalOf(await browser.ask(callback))).toEqual(elsewhere);
  });

  test('a callback of another flow: a victim does not end up in the account of an attacker', async () => {
    const { server, browser, comeBack } = await start();
    const ofAttacker = await comeBack('/sign-in', new Browser());
    await browser.ask(`${server.url}/sign-in`);
    expect(await refusalOf(await browser.ask(ofAttacker))).toEqual(unproven);
  });

  test('a sign-in that took more than ten minutes', async () => {
    let nowMs = Date.now();
    const { browser, comeBack } = await start({ options: { now: () => nowMs } });
    const late = await comeBack();
    nowMs += 600_000;
    expect(await refusalOf(await browser.ask(late))).toEqual(elsewhere);
  });

  test('a cookie that was sealed with another key, for something else, or not at all', async () => {
    const { server, browser, comeBack } = await start();
    const key = await sealingKey(server.service);
    const flow = { state: 'a', nonce: 'b', verifier: 'c'.repeat(43), returnPath: '/dashboard' };
    const seal = (withKey: Uint8Array, audience: string) =>
      new EncryptJWT(flow)
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .setAudience(audience)
        .setExpirationTime('10m')
        .encrypt(withKey);
    const callback = new URL(await comeBack());
    callback.searchParams.set('state', 'a');
    const jar = browser.cookies(server.url);
    const real = jar.get('hf_sign_in') ?? '';
    // Sealed right, it is opened: it fails at the provider, which gave no code for it.
    jar.set('hf_sign_in', await seal(key, 'holdfast sign-in'));
    expect(await refusalOf(await browser.ask(callback.href))).toEqual(unproven);
    for (const sealed of [
      await seal(new Uint8Array(32), 'holdfast sign-in'),
      await seal(key, 'something else'),
      `${real.slice(0, -4)}AAAA`,
      'not sealed',
    ]) {
      jar.set('hf_sign_in', sealed);
      expect(await refusalOf(await browser.ask(callback.href))).toEqual(elsewhere);
    }
  });

  test.each([false, undefined])('an address that the provider has not verified: %s', async (email_verified) => {
    const { provider, browser, comeBack } = await start();
    const { email_verified: _verified, ...rest } = ada;
    provider.account = { ...rest, ...(email_verified !== undefined && { email_verified }) };
    const answer = await browser.ask(await comeBack());
    expect(await refusalOf(answer)).toEqual([403, 'Your email address isn’t verified']);
  });

  test('somebody who was neither invited nor is allowed, who can then take another account', async () => {
    const { provider, browser, server, comeBack, whoIs } = await start();
    provider.account = { ...ada, sub: 'mallory', email: 'mallory@example.org' };
    const answer = await browser.ask(await comeBack('/sign-in?return=/dashboard/a/live/keys'));
    const page = await answer.text();
    expect([answer.status, page]).toEqual([403, expect.stringContaining('mallory@example.org')]);
    const [, link = ''] = /<a href="([^"]+)">Sign in with another account/u.exec(page) ?? [];
    expect(link).toBe(`${server.url}/sign-in?account=other&amp;return=%2Fdashboard%2Fa%2Flive%2Fkeys`);
    provider.account = ada;
    await browser.ask(await comeBack(link.slice(server.url.length).replaceAll('&amp;', '&')));
    expect(await whoIs()).toMatchObject({ person: { email: 'ada@example.com' } });
  });

  test('somebody who declines at the provider', async () => {
    const { provider, browser, comeBack } = await start();
    provider.declines = true;
    expect(await refusalOf(await browser.ask(await comeBack()))).toEqual([403, 'You weren’t signed in']);
  });
});

test('nobody is whom his address says: another account with the same address is somebody else', async () => {
  const { provider, browser, comeBack, whoIs } = await start();
  await browser.ask(await comeBack());
  const first = (await whoIs()) as { person: { id: string }; memberships: object[] };
  provider.account = { ...ada, sub: 'another-ada' };
  const other = new Browser();
  await other.ask(await comeBack('/sign-in', other));
  const second = (await whoIs(other)) as typeof first;
  expect(second.person).toMatchObject({ email: 'ada@example.com' });
  expect(second.person.id).not.toBe(first.person.id);
  expect(second.memberships).not.toEqual(first.memberships);
});

test.each([
  'https://evil.example.com/dashboard',
  '//evil.example.com/dashboard',
  '/\\evil.example.com/dashboard',
  '/dashboard/../sign-in',
  '/dashboardevil',
  'javascript:alert(1)',
  `/dashboard/${'x'.repeat(2_000)}`,
])('whoever is signed in is led to nowhere but the dashboard: not to %s', async (path) => {
  const { server, browser, comeBack } = await start();
  const answer = await browser.ask(await comeBack(`/sign-in?return=${encodeURIComponent(path)}`));
  expect([answer.status, answer.headers.get('Location')]).toEqual([303, `${server.url}/dashboard`]);
});

test('a provider that is away: everything else works, and a person is told', async () => {
  const { provider, server, browser, comeBack, whoIs } = await start();
  await browser.ask(await comeBack());
  const callback = await comeBack();
  await provider.stop();
  const away = [503, 'The sign-in provider doesn’t answer'];
  expect(await refusalOf(await browser.ask(callback))).toEqual(away);
  expect(await whoIs()).toMatchObject({ person: { name: 'Ada Lovelace' } });
  const fresh = await startTestServer({ signInProvider: provider.config });
  expect(await refusalOf(await new Browser().ask(`${fresh.url}/sign-in`))).toEqual(away);
  expect((await server.ask('/readyz')).status).toBe(200);
});

test('a provider that was away is asked again, and one that is there is asked once where its endpoints are', async () => {
  const provider = await startProvider();
  const server = await startTestServer({ signInProvider: provider.config });
  const browser = new Browser();
  expect((await browser.ask(`${server.url}/sign-in`)).status).toBe(503);
  provider.register(server.url);
  for (let count = 0; count < 3; count += 1) expect((await browser.ask(`${server.url}/sign-in`)).status).toBe(303);
  expect(provider.asked).toEqual(Array.from({ length: 2 }, () => '/.well-known/openid-configuration'));
});

test('behind a proxy with TLS: the public address, and cookies that only https carries', async () => {
  const publicUrl = 'https://holdfast.example.com';
  const { provider, server, browser } = await start({ config: { publicUrl } });
  provider.register(publicUrl);
  const begun = await browser.ask(`${server.url}/sign-in`);
  const parameters = new URL(begun.headers.get('Location') ?? '').searchParams;
  expect(parameters.get('redirect_uri')).toBe(`${publicUrl}/sign-in/callback`);
  expect(begun.headers.getSetCookie()).toEqual([
    expect.stringMatching(/^__Host-hf_sign_in=\S+; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax; Secure$/u),
  ]);
  const callback = await browser.followTo(begun.headers.get('Location') ?? '', publicUrl);
  const answer = await browser.ask(callback.replace(publicUrl, server.url));
  expect(answer.headers.get('Location')).toBe(`${publicUrl}/dashboard`);
  expect(answer.headers.getSetCookie()[0]).toMatch(/^__Host-hf_session=.*; Secure$/u);
});

test('by http from another machine nobody is signed in', async () => {
  const { server } = await start();
  const { hostname, port } = new URL(server.url);
  const status = await new Promise((resolve) => {
    request({ hostname, port, path: '/sign-in', headers: { Host: '192.168.1.5:4000' } }, (response) =>
      resolve(response.resume().statusCode),
    ).end();
  });
  expect(status).toBe(403);
});
