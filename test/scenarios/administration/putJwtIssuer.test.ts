import { describe, expect, test } from 'vitest';

import { createJwtIssuer } from '../../jwt-issuer.ts';
import { describeTargets } from '../../targets/describe-targets.ts';
import { pathWith } from '../capacity/capacity-client.ts';
import { expectFaults, expectProblem } from '../credits/problems.ts';
import { wireTime } from '../wire-time.ts';
import { AccessClient, paths } from './access-client.ts';
import { describeBody, describeRepeatable } from './any-write.ts';
import { expectForbidden } from './forbidden.ts';

const path = paths.jwtIssuer;

describeTargets('putJwtIssuer', (scenario) => {
  const { clock, send, unique } = scenario;
  const access = new AccessClient(scenario);
  const newEntry = () => createJwtIssuer(unique('issuer')).entry;
  const newPlace = async () => ({ tenant_id: (await access.createTenant()).id, environment: 'test' }) as const;

  describe('200', () => {
    test('sets whom an environment trusts, and answers with exactly these members', async () => {
      const [place, entry] = [await newPlace(), newEntry()];
      const { status, json } = await send('PUT', pathWith(path, place), { body: entry });
      const times = { created_at: wireTime(clock), updated_at: wireTime(clock) };
      expect(status).toBe(200);
      expect(json).toEqual({ ...place, ...entry, jwks_uri: null, ...times });
      expect((await send('GET', pathWith(path, place))).json).toEqual(json);
    });

    test.each(['https://id.example/keys', 'http://127.0.0.1:8080/keys', 'http://localhost/keys'])(
      'takes keys behind %s',
      async (uri) => {
        const { jwks: _, ...entry } = newEntry();
        const { status, json } = await send('PUT', pathWith(path, await newPlace()), {
          body: { ...entry, jwks_uri: uri },
        });
        expect([status, json]).toMatchObject([200, { jwks_uri: uri, jwks: null }]);
      },
    );

    test('replaces whom it trusted before, and keeps when the entry was created', async () => {
      const place = await newPlace();
      await access.trustIssuer(place);
      const createdAt = wireTime(clock);
      await clock.advance({ seconds: 1 });
      const { entry } = await access.trustIssuer(place);
      const { json } = await send('GET', pathWith(path, place));
      expect(json).toMatchObject({ ...entry, created_at: createdAt, updated_at: wireTime(clock) });
    });

    test('is for the environment of whoever asks, unless told', async () => {
      const place = await newPlace();
      const apiKey = await access.newKey({ ...place, scopes: ['keys:admin', 'resources:read'] });
      expect((await send('PUT', path, { apiKey, body: newEntry() })).json).toMatchObject(place);
    });

    test('is written down, with who did it', async () => {
      const place = await newPlace();
      const label = unique('Operator');
      const own = new AccessClient(scenario, await access.newKey({ ...place, label }));
      const { issuer, audience, scopes, ...keys } = newEntry();
      await own.ask('PUT', path, { issuer, audience, scopes, ...keys });
      const deed = { api_key_label: label, tenant_id: place.tenant_id, issuer, audience, scopes };
      expect(await own.lastDeed('jwt_issuer.updated')).toEqual(deed);
    });
  });

  describe('400', () => {
    const secret = { kty: 'oct', k: 'c2VjcmV0' };
    test.each([
      [{ issuer: 'http://id.example' }, '/issuer'],
      [{ issuer: 'id.example' }, '/issuer'],
      [{ audience: '' }, '/audience'],
      [{ scopes: [] }, '/scopes'],
      [{ jwks: undefined }, '/jwks_uri'],
      [{ jwks_uri: 'https://id.example/keys' }, '/jwks_uri'],
      [{ jwks: undefined, jwks_uri: 'http://id.example/keys' }, '/jwks_uri'],
      [{ jwks: undefined, jwks_uri: 'file:///etc/passwd' }, '/jwks_uri'],
    ])('refuses %j', async (members, pointer) => {
      const answer = await send('PUT', path, { body: { ...newEntry(), ...members } });
      expect(answer).toMatchObject({ status: 400, json: { errors: [{ pointer }] } });
    });

    test('refuses keys that are no public ones', async () => {
      const [key] = newEntry().jwks.keys;
      for (const wrong of [secret, { ...key, d: 'c2VjcmV0' }]) {
        const answer = await send('PUT', path, { body: { ...newEntry(), jwks: { keys: [wrong] } } });
        expect(answer.status).toBe(400);
        expect(answer.text).not.toContain('c2VjcmV0');
      }
    });

    test('refuses an environment that there is not', async () => {
      const answer = await send('PUT', `${path}?environment=staging`, { body: newEntry() });
      expectFaults(answer, ['query.environment', 'enum']);
    });
  });

  describe('403', () => {
    test('is the answer to whoever would have tokens given a scope that he lacks', async () => {
      const apiKey = await access.newKey({ ...(await newPlace()), scopes: ['keys:admin', 'resources:read'] });
      const ask = (scope: string) => send('PUT', path, { apiKey, body: { ...newEntry(), scopes: [scope] } });
      expectForbidden(await ask('resources:write'), 'resources:write');
      expectForbidden(await ask('platform:admin'));
      expectProblem(await send('GET', path, { apiKey }), 'not-found');
    });

    test('is the answer for another tenant or environment to whoever does not administer the platform', async () => {
      const apiKey = await access.newKey();
      for (const query of ['tenant_id=other', 'environment=test']) {
        expectForbidden(await send('PUT', `${path}?${query}`, { apiKey, body: newEntry() }));
      }
    });
  });

  describe('404', () => {
    test('is the answer for a tenant that there is not', async () => {
      const answer = await send('PUT', pathWith(path, { tenant_id: 'nobody' }), { body: newEntry() });
      expectProblem(answer, 'not-found');
    });
  });

  describe('409', () => {
    test('is the answer while another environment trusts the same issuer for the same audience', async () => {
      const [one, other] = [await newPlace(), await newPlace()];
      const entry = newEntry();
      const ask = (place: typeof one | { tenant_id: string; environment: 'live' }, members: object = {}) =>
        send('PUT', pathWith(path, place), { body: { ...entry, ...members } });
      expect(await ask(one)).toMatchObject({ status: 200 });
      expect(await ask(one)).toMatchObject({ status: 200 });
      expectProblem(await ask(other), 'conflict');
      expectProblem(await ask({ ...one, environment: 'live' }), 'conflict');
      expect(await ask(other, { audience: 'another' })).toMatchObject({ status: 200 });
      await send('DELETE', pathWith(path, one));
      expect(await ask({ ...one, environment: 'live' })).toMatchObject({ status: 200 });
    });
  });

  const makeRequest = async () => ({ method: 'PUT', path: pathWith(path, await newPlace()), body: newEntry() });
  describeBody(scenario, { method: 'PUT', path }, makeRequest);
  describeRepeatable(scenario, makeRequest);
});
