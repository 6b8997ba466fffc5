import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, describe, expect, test } from 'vitest';

import { createJwtIssuer } from '../../jwt-issuer.ts';
import type { JwtIssuer } from '../../jwt-issuer.ts';
import { describeTargets } from '../../targets/describe-targets.ts';
import { AccessClient, paths, statusWith } from '../administration/access-client.ts';
import type { Place } from '../administration/access-client.ts';
import { pathWith } from '../capacity/capacity-client.ts';
import { testBodyTooLarge, testUnsupportedMediaType } from '../every-operation.ts';
import { readProblem } from '../read-problem.ts';
import { wireTime } from '../wire-time.ts';

const path = '/api/v1/auth/token';

describeTargets('exchangeToken', (scenario) => {
  const { clock, send, unique } = scenario;
  const access = new AccessClient(scenario);
  const ask = (jwt: string) => send('POST', path, { body: { jwt }, apiKey: null });
  const tokenFor = async (jwt: string) => ((await ask(jwt)).json as { token: string }).token;

  async function newTrust(scopes: readonly string[] = ['resources:write', 'events:read'], tenant: object = {}) {
    const place: Place = { tenant_id: (await access.createTenant(tenant)).id, environment: 'live' };
    const issuer = createJwtIssuer(unique('issuer'), scopes);
    await trust(place, issuer.entry);
    return { place, issuer };
  }
  async function trust(place: Place, entry: object): Promise<void> {
    expect(await send('PUT', pathWith(paths.jwtIssuer, place), { body: entry })).toMatchObject({ status: 200 });
  }

  describe('200', () => {
    test('answers with a token for 15 minutes, and nothing else', async () => {
      const { issuer } = await newTrust();
      const answer = await ask(issuer.issue(clock.now()));
      expect(answer.status).toBe(200);
      expect(answer.json).toEqual({
        token: expect.stringMatching(/^hf_token_[0-9A-Za-z]{49}$/u),
        expiresAt: wireTime(clock, 900),
      });
    });

    test('the token is sent as an API key is, either way, and has the scopes of the entry alone', async () => {
      const { issuer } = await newTrust(['resources:write']);
      const token = await tokenFor(issuer.issue(clock.now()));
      const read = '/api/v1/Reservation';
      expect(await send('GET', read, { apiKey: token })).toMatchObject({ status: 200 });
      const headers = { Authorization: `Bearer ${token}` };
      expect(await send('GET', read, { apiKey: null, headers })).toMatchObject({ status: 200 });
      const other = await send('GET', '/v1/customers', { apiKey: token });
      expect(other).toMatchObject({ status: 403, json: { scope: 'credits:read' } });
    });

    test('acts in the tenant’s environment, under the label of the JWT’s subject', async () => {
      const { place, issuer } = await newTrust();
      const token = await tokenFor(issuer.issue(clock.now(), { sub: 'ada@example.com' }));
      const body = [{ requester: 'worker-1', resource: 'job' }];
      await send('POST', '/api/v1/Reservation/reserve', { apiKey: token, body });
      const apiKey = await access.newKey(place);
      const history = await send('GET', '/api/v1/events/history', { apiKey });
      expect(history.json).toMatchObject({
        events: [{ type: 'RESERVED', resource: 'job', apiKeyLabel: 'jwt:ada@example.com' }],
      });
    });

    test('the token is dead after 15 minutes, to the millisecond', async () => {
      const { issuer } = await newTrust();
      const token = await tokenFor(issuer.issue(clock.now()));
      await clock.advance({ milliseconds: 15 * 60_000 - 1 });
      expect(await statusWith(scenario, token)).toBe(200);
      await clock.advance({ milliseconds: 1 });
      expect(await statusWith(scenario, token)).toBe(401);
    });

    test('the token is dead with its JWT', async () => {
      const { issuer } = await newTrust();
      const exp = Math.floor(clock.now() / 1_000) + 60;
      const { token, expiresAt } = (await ask(issuer.issue(clock.now(), { exp }))).json as {
        token: string;
        expiresAt: string;
      };
      expect(Date.parse(expiresAt)).toBe(exp * 1_000);
      await clock.advance({ milliseconds: exp * 1_000 - clock.now() - 1 });
      expect(await statusWith(scenario, token)).toBe(200);
      await clock.advance({ milliseconds: 1 });
      expect(await statusWith(scenario, token)).toBe(401);
    });

    test('the token is dead with the next request once the issuer is no longer trusted, even if it is again', async () => {
      const { place, issuer } = await newTrust();
      const jwt = issuer.issue(clock.now());
      const token = await tokenFor(jwt);
      expect(await statusWith(scenario, token)).toBe(200);
      await send('DELETE', pathWith(paths.jwtIssuer, place));
      expect(await statusWith(scenario, token)).toBe(401);
      await trust(place, issuer.entry);
      expect(await statusWith(scenario, token)).toBe(401);
      expect(await statusWith(scenario, await tokenFor(jwt))).toBe(200);
    });

    test.each([
      ['another issuer', (other: JwtIssuer['entry']) => other],
      [
        'another audience',
        (_other: JwtIssuer['entry'], entry: JwtIssuer['entry']) => ({ ...entry, audience: 'another' }),
      ],
      ['other keys', ({ jwks }: JwtIssuer['entry'], entry: JwtIssuer['entry']) => ({ ...entry, jwks })],
    ])('the token is dead with the next request once the entry has %s', async (_what, change) => {
      const { place, issuer } = await newTrust();
      const token = await tokenFor(issuer.issue(clock.now()));
      expect(await statusWith(scenario, token)).toBe(200);
      await trust(place, change(createJwtIssuer(unique('issuer')).entry, issuer.entry));
      expect(await statusWith(scenario, token)).toBe(401);
    });

    test('other scopes of the entry hold for the token from the next request on', async () => {
      const { place, issuer } = await newTrust(['resources:read']);
      const token = await tokenFor(issuer.issue(clock.now()));
      const read = async (resource: string) => (await send('GET', resource, { apiKey: token })).status;
      expect(await read('/api/v1/Reservation')).toBe(200);
      await trust(place, { ...issuer.entry, scopes: ['credits:read'] });
      expect([await read('/api/v1/Reservation'), await read('/v1/customers')]).toEqual([403, 200]);
    });

    test('finds the keys behind a URI', async () => {
      const issuer = createJwtIssuer(unique('issuer'));
      const { jwks, ...entry } = issuer.entry;
      const uri = await serve(JSON.stringify(jwks));
      const { place } = await newTrust();
      await trust(place, { ...entry, jwks_uri: uri });
      expect(await ask(issuer.issue(clock.now()))).toMatchObject({ status: 200 });
    });

    test('takes a JWT that is for several audiences, of which it is one', async () => {
      const { issuer } = await newTrust();
      expect(await ask(issuer.issue(clock.now(), { aud: ['another', 'holdfast'] }))).toMatchObject({ status: 200 });
    });

    test('the token counts against the limits of its tenant, beside its keys', async () => {
      const { place, issuer } = await newTrust(['resources:read'], {
        tier: await access.createTier({ ops_per_minute: 1 }),
      });
      const [apiKey, token] = [await access.newKey(place), await tokenFor(issuer.issue(clock.now()))];
      const read = async (key: string) => (await send('GET', '/api/v1/Reservation', { apiKey: key })).status;
      await clock.advance({ milliseconds: 60_000 - (clock.now() % 60_000) });
      for (const key of [token, apiKey, token, apiKey, token]) expect(await read(key)).toBe(200);
      expect([await read(token), await read(apiKey)]).toEqual([429, 429]);
    });

    test('counts against no limit, and tells of none', async () => {
      const { place, issuer } = await newTrust(['resources:read'], {
        tier: await access.createTier({ ops_per_minute: 5 }),
      });
      const answer = await ask(issuer.issue(clock.now()));
      expect(answer.headers.get('RateLimit')).toBe(null);
      const { json } = await send('GET', '/v1/limits', { apiKey: await access.newKey(place) });
      expect(json).toMatchObject({ used: { ops_per_minute: 0, reads_per_minute: 0 } });
    });
  });

  scenario.describeGateway('400', () => {
    test.each([{}, { jwt: '' }, { jwt: 7 }, { jwt: 'a b' }, { jwt: 'a'.repeat(16_385) }])(
      'refuses %j',
      async (body) => {
        const answer = await send('POST', path, { body, apiKey: null });
        expect(readProblem(answer)).toMatchObject({ status: 400, faults: [{ field: '/jwt' }] });
      },
    );
  });

  describe('401', () => {
    /** A JWT's claims, signed by somebody else or not at all. */
    function forge(jwt: string, header: object, toSignature: (signed: string) => string): string {
      const signed = `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${jwt.split('.')[1]}`;
      return `${signed}.${toSignature(signed)}`;
    }
    const hmac = (secret: string) => (signed: string) =>
      createHmac('sha256', secret).update(signed).digest('base64url');

    const seconds = () => Math.floor(clock.now() / 1_000);
    test.each<[reason: string, toJwt: (issuer: JwtIssuer) => string, names: RegExp]>([
      ['is none', () => 'abc', /three parts/u],
      ['is unsigned', (issuer) => forge(issuer.issue(clock.now()), { alg: 'none' }, () => ''), /algorithm/u],
      [
        'is signed with the public key as the secret',
        (issuer) => forge(issuer.issue(clock.now()), { alg: 'HS256', kid: 'first' }, hmac(issuer.publicKeyPem)),
        /algorithm/u,
      ],
      [
        'brings its own key',
        (issuer) => {
          const thief = createJwtIssuer('thief');
          const { iss, aud } = { iss: issuer.entry.issuer, aud: issuer.entry.audience };
          return thief.issue(clock.now(), { iss, aud });
        },
        /signature/u,
      ],
      ['was changed', (issuer) => tamper(issuer.issue(clock.now())), /signature/u],
      ['has expired', (issuer) => issuer.issue(clock.now(), { exp: seconds() }), /expired/u],
      ['never expires', (issuer) => issuer.issue(clock.now(), { exp: undefined }), /exp/u],
      ['is not valid yet', (issuer) => issuer.issue(clock.now(), { nbf: seconds() + 60 }), /not valid yet/u],
      ['is for somebody else', (issuer) => issuer.issue(clock.now(), { aud: 'another' }), /\baud\b/u],
      ['is of somebody else', (issuer) => issuer.issue(clock.now(), { iss: 'https://another.example' }), /\biss\b/u],
      ['is about nobody', (issuer) => issuer.issue(clock.now(), { sub: undefined }), /\bsub\b/u],
    ])('refuses a JWT that %s, and says so', async (_reason, toJwt, names) => {
      const { issuer } = await newTrust();
      const answer = await ask(toJwt(issuer));
      expect(readProblem(answer)).toMatchObject({
        status: 401,
        code: 'unauthorized',
        message: expect.stringMatching(names),
      });
      expect(answer.text).not.toContain('token"');
    });

    test('refuses a JWT whose issuer’s keys can not be had', async () => {
      const issuer = createJwtIssuer(unique('issuer'));
      const { jwks: _, ...entry } = issuer.entry;
      const { place } = await newTrust();
      await trust(place, { ...entry, jwks_uri: await serve('no keys') });
      expect(readProblem(await ask(issuer.issue(clock.now())))).toMatchObject({
        status: 401,
        message: expect.stringMatching(/keys/u),
      });
    });

    test('refuses what was good, once the issuer is no longer trusted', async () => {
      const { place, issuer } = await newTrust();
      await send('DELETE', pathWith(paths.jwtIssuer, place));
      expect(readProblem(await ask(issuer.issue(clock.now())))).toMatchObject({ status: 401 });
    });

    test('an API key is no JWT', async () => {
      expect(readProblem(await ask(await access.newKey()))).toMatchObject({ status: 401 });
    });
  });

  describe('403', () => {
    test('is the answer where the tier has no exchange', async () => {
      const { place, issuer } = await newTrust();
      await access.updateTenant(place.tenant_id, { tier: 'free' });
      const answer = await ask(issuer.issue(clock.now()));
      expect(answer).toMatchObject({ status: 403, json: { error: 'upgrade_required', upgradeRequired: true } });
      await access.updateTenant(place.tenant_id, { tier: 'starter' });
      expect(await ask(issuer.issue(clock.now()))).toMatchObject({ status: 200 });
    });

    test('is the answer where the tenant is suspended, to whoever has a token as well', async () => {
      const { place, issuer } = await newTrust();
      const token = await tokenFor(issuer.issue(clock.now()));
      await access.updateTenant(place.tenant_id, { suspended: true });
      expect(readProblem(await ask(issuer.issue(clock.now())))).toMatchObject({
        status: 403,
        code: 'tenant_suspended',
      });
      expect(await statusWith(scenario, token)).toBe(403);
    });
  });

  const makeRequest = async () => {
    const { issuer } = await newTrust();
    return { method: 'POST', path, body: { jwt: issuer.issue(clock.now()) } };
  };
  describe('413', () => testBodyTooLarge(scenario, makeRequest));
  describe('415', () => testUnsupportedMediaType(scenario, makeRequest));
});

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Serves this text to whoever asks, on this machine. */
async function serve(text: string): Promise<string> {
  const server = createServer((_request, response) => {
    response.setHeader('Content-Type', 'application/json').end(text);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
}

/** Names somebody else in a JWT, whose signature stays as it is. */
function tamper(jwt: string): string {
  const [header, payload = '', signature] = jwt.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
  const changed = Buffer.from(JSON.stringify({ ...claims, sub: 'somebody else' })).toString('base64url');
  return [header, changed, signature].join('.');
}
