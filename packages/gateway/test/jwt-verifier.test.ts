import { base64url, CompactEncrypt, CompactSign, exportJWK, exportSPKI, importJWK, UnsecuredJWT } from 'jose';
import type { CryptoKey } from 'jose';
import { describe, expect, test } from 'vitest';

import { createKey, JwtIssuer, now } from './jwt-issuer.ts';
import type { Changes } from './jwt-issuer.ts';

const minuteMs = 60_000;

/** One for all tests: RSA keys are slow to make. */
const rsa = await createKey('RS256', 'rsa');
const key = await createKey('ES256', 'one');

function encode(value: unknown): string {
  return base64url.encode(typeof value === 'string' ? value : JSON.stringify(value));
}

/** A JWT with its header or payload replaced, and its signature left. */
function tamper(jwt: string, part: 0 | 1, change: (value: Record<string, unknown>) => unknown): string {
  const parts = jwt.split('.');
  parts[part] = encode(change(JSON.parse(new TextDecoder().decode(base64url.decode(parts[part] ?? '')))));
  return parts.join('.');
}

describe('a good JWT', () => {
  test.each(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'])(
    'signed with %s says whom it is about, and until when',
    async (alg) => {
      const signer = await createKey(alg);
      const issuer = await JwtIssuer.start(rsa, key, signer);
      const jwt = await issuer.sign(signer, { exp: now + 299.9999, nbf: now });
      expect(issuer.peek(jwt)).toEqual({ issuer: issuer.trusted.issuer, audiences: ['holdfast'] });
      expect(await issuer.verify(jwt)).toEqual({ subject: 'alice', expiresAtMs: now * 1_000 + 299_999 });
    },
  );

  test.each<[string, Changes, readonly string[]]>([
    ['several audiences', { aud: ['other', 'holdfast'] }, ['other', 'holdfast']],
    ['other claims', { jti: 'x', scope: 'platform:admin', exp: 1e300 }, ['holdfast']],
    ['an nbf of a clock that is a little ahead', { nbf: now + 5 }, ['holdfast']],
    ['a long sub', { sub: '\u{1f512}'.repeat(256) }, ['holdfast']],
  ])('may have %s', async (_, claims, audiences) => {
    const issuer = await JwtIssuer.start(key);
    const jwt = await issuer.sign(key, claims);
    expect(issuer.peek(jwt)).toMatchObject({ audiences });
    expect(await issuer.verify(jwt)).toMatchObject({ subject: claims['sub'] ?? 'alice' });
  });

  test('may leave out the kid, where one of several keys has signed it', async () => {
    const [first, second] = [await createKey('ES256', 'a'), await createKey('ES256', 'b')];
    const issuer = await JwtIssuer.start(first, second);
    expect(await issuer.outcomeOf(await issuer.sign(second, {}, { kid: undefined }))).toBe('alice');
    expect(await issuer.outcomeOf(await issuer.sign(key, {}, { kid: undefined }))).toBe('signature');
  });

  test('is verified with keys that were given along, and nothing is fetched', async () => {
    const issuer = await JwtIssuer.start();
    const given = { jwksUri: null, jwksJson: JSON.stringify({ keys: [key.jwk] }) };
    expect(await issuer.outcomeOf(await issuer.sign(key), given)).toBe('alice');
    expect(await issuer.outcomeOf(await issuer.sign(rsa), given)).toBe('key');
    expect(await issuer.outcomeOf(await issuer.sign(key), { jwksUri: null, jwksJson: '{}' })).toBe('keysUnavailable');
    expect(issuer.asked).toBe(0);
  });
});

describe('a JWT is refused', () => {
  test.each<[string, Changes, string]>([
    ['has expired', { exp: now }, 'expiry'],
    ['expired long ago', { exp: -1 }, 'expiry'],
    ['has no exp', { exp: undefined }, 'expiry'],
    ['has an exp that is text', { exp: `${now + 300}` }, 'expiry'],
    ['is not valid yet', { nbf: now + 6 }, 'notBefore'],
    ['has an nbf that is text', { nbf: '0' }, 'notBefore'],
    ['has another issuer', { iss: 'https://attacker.example' }, 'issuer'],
    ['has no issuer', { iss: undefined }, 'issuer'],
    ['has the issuer in a list', { iss: ['https://attacker.example'] }, 'issuer'],
    ['has another audience', { aud: 'holdfast-2' }, 'audience'],
    ['has only other audiences', { aud: ['Holdfast', 'hold', ''] }, 'audience'],
    ['has no audience', { aud: undefined }, 'audience'],
    ['has an audience that is an object', { aud: { holdfast: true } }, 'audience'],
    ['has no sub', { sub: undefined }, 'subject'],
    ['has an empty sub', { sub: '' }, 'subject'],
    ['has a sub that is too long', { sub: 'a'.repeat(257) }, 'subject'],
    ['has a sub that is a number', { sub: 7 }, 'subject'],
    ['has a sub with a line break', { sub: 'alice\nINFO' }, 'subject'],
    ['has a sub with half a surrogate pair', { sub: '\ud83d' }, 'subject'],
  ])('that %s', async (_, claims, check) => {
    const issuer = await JwtIssuer.start(key);
    const identity = await issuer.verify(await issuer.sign(key, claims));
    expect(identity).toEqual({ check, message: expect.stringMatching(/^The .+\.$/u) });
  });

  test('whose issuer differs from the trusted one by a slash', async () => {
    const issuer = await JwtIssuer.start(key);
    const jwt = await issuer.sign(key, { iss: `${issuer.trusted.issuer}/` });
    expect(await issuer.outcomeOf(jwt)).toBe('issuer');
  });

  test.each<[string, (jwt: string) => string, string]>([
    ['has another payload', (jwt) => tamper(jwt, 1, (claims) => ({ ...claims, sub: 'root' })), 'signature'],
    ['has another header', (jwt) => tamper(jwt, 0, (header) => ({ ...header, typ: 'JWT' })), 'signature'],
    ['has another kid', (jwt) => tamper(jwt, 0, (header) => ({ ...header, kid: 'two' })), 'key'],
    ['has a kid that is no text', (jwt) => tamper(jwt, 0, (header) => ({ ...header, kid: ['one'] })), 'key'],
    ['has another algorithm', (jwt) => tamper(jwt, 0, (header) => ({ ...header, alg: 'RS256' })), 'key'],
    ['has no algorithm', (jwt) => tamper(jwt, 0, () => ({ kid: 'one' })), 'algorithm'],
    ['has an algorithm that objects inherit', (jwt) => tamper(jwt, 0, () => ({ alg: 'toString' })), 'algorithm'],
    ['has a header that is a list', (jwt) => tamper(jwt, 0, () => [{ alg: 'ES256' }]), 'form'],
    ['has a header that is no JSON', (jwt) => `${encode('{')}.${jwt.split('.', 2)[1] ?? ''}.AAAA`, 'form'],
    ['has a payload that is text', (jwt) => tamper(jwt, 1, () => 'claims'), 'form'],
    ['has no signature', (jwt) => jwt.replace(/[^.]*$/u, ''), 'signature'],
    ['lacks the end of its signature', (jwt) => jwt.slice(0, -2), 'signature'],
    ['lacks so much of it that it is no base64url', (jwt) => jwt.slice(0, -1), 'form'],
    ['lacks its signature and a dot', (jwt) => jwt.replace(/\.[^.]*$/u, ''), 'form'],
    ['has three dots', (jwt) => `${jwt}.`, 'form'],
    ['has a space after it', (jwt) => `${jwt} `, 'form'],
    ['is in plain base64', (jwt) => jwt.replace('.', '=.'), 'form'],
    ['is empty', () => '', 'form'],
    ['is three parts of nothing', () => '..', 'form'],
  ])('that %s', async (_, change, check) => {
    const issuer = await JwtIssuer.start(key, await createKey('ES384', 'one'));
    expect(await issuer.outcomeOf(change(await issuer.sign(key)))).toBe(check);
  });

  test('that is longer than 16 KiB, before anything of it is read', async () => {
    const issuer = await JwtIssuer.start(key);
    expect(await issuer.outcomeOf(await issuer.sign(key, { padding: 'a'.repeat(12_000) }))).toBe('alice');
    const tooLong = { check: 'form', message: 'The JWT is longer than 16384 bytes.' };
    expect(await issuer.verify(await issuer.sign(key, { padding: 'a'.repeat(12_300) }))).toEqual(tooLong);
    expect(issuer.peek('a'.repeat(16_385))).toEqual(tooLong);
    expect(issuer.peek('a'.repeat(16_384))).not.toEqual(tooLong);
  });

  test('that claims to need no signature', async () => {
    const issuer = await JwtIssuer.start(key);
    const claims = { iss: issuer.trusted.issuer, aud: 'holdfast', sub: 'root', exp: now + 300 };
    expect(await issuer.outcomeOf(new UnsecuredJWT(claims).encode())).toBe('algorithm');
    for (const alg of ['None', 'NONE', 'nOnE', '', 'HS256', 'ML-DSA-44']) {
      expect(await issuer.outcomeOf(`${encode({ alg })}.${encode(claims)}.`)).toBe('algorithm');
    }
  });

  test('that is signed by HMAC with the public key as the secret', async () => {
    const issuer = await JwtIssuer.start(rsa);
    const publicKey = (await importJWK(rsa.jwk, 'RS256', { extractable: true })) as CryptoKey;
    const claims = encode({ iss: issuer.trusted.issuer, aud: 'holdfast', sub: 'root', exp: now + 300 });
    for (const secret of [await exportSPKI(publicKey), JSON.stringify(rsa.jwk), rsa.jwk.n ?? '']) {
      const jwt = await new CompactSign(base64url.decode(claims))
        .setProtectedHeader({ alg: 'HS256', kid: 'rsa' })
        .sign(new TextEncoder().encode(secret));
      expect(await issuer.outcomeOf(jwt)).toBe('algorithm');
    }
  });

  test('that is encrypted', async () => {
    const issuer = await JwtIssuer.start(rsa);
    const jwe = await new CompactEncrypt(new TextEncoder().encode('{}'))
      .setProtectedHeader({ alg: 'RSA-OAEP', enc: 'A256GCM' })
      .encrypt(await importJWK(rsa.jwk, 'RSA-OAEP'));
    expect(await issuer.verify(jwe)).toMatchObject({ check: 'form', message: expect.stringContaining('encrypted') });
  });

  test('that has extensions, known to jose or not', async () => {
    const issuer = await JwtIssuer.start(key);
    const unknown = await issuer.sign(key, {}, { crit: ['holdfast'], holdfast: true });
    const known = await issuer.sign(key, {}, { crit: ['b64'], b64: true });
    expect(await issuer.outcomeOf(unknown)).toBe('form');
    expect(await issuer.outcomeOf(known)).toBe('form');
    expect(await issuer.outcomeOf(tamper(known, 0, (header) => ({ ...header, crit: null })))).toBe('form');
  });

  test('that brings its own key, or says where to find one', async () => {
    const attacker = await createKey('ES256', 'one');
    const [issuer, elsewhere] = [await JwtIssuer.start(key), await JwtIssuer.start(attacker)];
    const jku = `${elsewhere.trusted.issuer}/jwks`;
    for (const kid of ['one', undefined]) {
      const header = { kid, jwk: attacker.jwk, jku, x5u: jku, x5c: ['AAAA'] };
      expect(await issuer.outcomeOf(await issuer.sign(attacker, {}, header))).toBe('signature');
    }
    expect(elsewhere.asked).toBe(0);
  });

  test('whose RSA key is too short', async () => {
    const { privateKey, publicKey } = await crypto.subtle.generateKey(
      { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 1_024, publicExponent: new Uint8Array([1, 0, 1]) },
      true,
      ['sign', 'verify'],
    );
    const issuer = await JwtIssuer.start({
      jwk: { ...(await exportJWK(publicKey)), kid: 'short' },
      alg: 'RS256',
      privateKey,
    });
    const signed = `${encode({ alg: 'RS256', kid: 'short' })}.${encode({ sub: 'alice' })}`;
    const signature = await crypto.subtle.sign('RSASSA-PKCS1-v1_5', privateKey, new TextEncoder().encode(signed));
    expect(await issuer.verify(`${signed}.${base64url.encode(new Uint8Array(signature))}`)).toEqual({
      check: 'key',
      message: 'The RSA key of the issuer has fewer than 2048 bits.',
    });
    issuer.publish({ jwk: await exportJWK(publicKey) }, rsa);
    issuer.elapsedMs = 10 * minuteMs;
    expect(await issuer.outcomeOf(await issuer.sign(rsa, {}, { kid: undefined }))).toBe('alice');
  });

  test('that an entry can’t be found for, when it is peeked at', async () => {
    const issuer = await JwtIssuer.start(key);
    expect(issuer.peek(await issuer.sign(key, { iss: undefined }))).toMatchObject({ check: 'issuer' });
    expect(issuer.peek(await issuer.sign(key, { aud: [] }))).toMatchObject({ check: 'audience' });
    expect(issuer.peek('a.b.c')).toMatchObject({ check: 'form' });
  });
});

describe('keys behind a URI', () => {
  test('are fetched once by any number of JWTs, and again after 10 minutes', async () => {
    const issuer = await JwtIssuer.start(key);
    const jwt = await issuer.sign(key);
    const outcomes = () => Promise.all([jwt, jwt, jwt].map((each) => issuer.outcomeOf(each)));
    expect(await outcomes()).toEqual(['alice', 'alice', 'alice']);
    issuer.elapsedMs = 10 * minuteMs - 1;
    expect(await outcomes()).toEqual(['alice', 'alice', 'alice']);
    expect(issuer.asked).toBe(1);

    issuer.publish();
    issuer.elapsedMs = 10 * minuteMs;
    expect(await outcomes()).toEqual(['key', 'key', 'key']);
    expect(issuer.asked).toBe(2);
  });

  test('are fetched once at a time, however long that takes', async () => {
    const issuer = await JwtIssuer.start();
    const jwt = await issuer.sign(key);
    let answer = () => {};
    issuer.answer = new Promise((resolve) => {
      answer = () => resolve({ status: 200, body: JSON.stringify({ keys: [key.jwk] }) });
    });
    const first = issuer.outcomeOf(jwt);
    issuer.elapsedMs = 10 * minuteMs;
    const second = issuer.outcomeOf(jwt);
    answer();
    expect(await Promise.all([first, second])).toEqual(['alice', 'alice']);
    expect(issuer.asked).toBe(1);
  });

  test('are fetched again for an unknown kid, once in 30 seconds', async () => {
    const issuer = await JwtIssuer.start(key);
    expect(await issuer.outcomeOf(await issuer.sign(key))).toBe('alice');
    const rotated = await createKey('ES256', 'two');
    issuer.publish(rotated);
    const jwt = await issuer.sign(rotated);
    issuer.elapsedMs = 29_999;
    expect(await issuer.outcomeOf(jwt)).toBe('key');
    expect(issuer.asked).toBe(1);

    issuer.elapsedMs = 30_000;
    expect(await Promise.all([jwt, jwt].map((each) => issuer.outcomeOf(each)))).toEqual(['alice', 'alice']);
    expect(await issuer.outcomeOf(await issuer.sign(key))).toBe('key');
    expect(issuer.asked).toBe(2);
  });

  test.each<[string, (issuer: JwtIssuer) => void]>([
    ['hangs up', (issuer) => (issuer.answer = 'hang up')],
    ['fails', (issuer) => issuer.serve('{"keys":[]}', 500)],
    ['sends what is no JSON', (issuer) => issuer.serve('<!doctype html>')],
    ['sends what is no JWKS', (issuer) => issuer.serve('{"keys":{}}')],
    ['sends null', (issuer) => issuer.serve('null')],
    ['sends more than 64 KiB', (issuer) => issuer.serve(JSON.stringify({ keys: [key.jwk], x: 'é'.repeat(32_768) }))],
    ['sends more than 100 keys', (issuer) => issuer.publish(...Array.from({ length: 101 }, () => key))],
  ])('work on for an hour while the server %s, and without old ones none do', async (_, breakDown) => {
    const issuer = await JwtIssuer.start(key);
    const jwt = await issuer.sign(key);
    breakDown(issuer);
    expect(await issuer.outcomeOf(jwt)).toBe('keysUnavailable');
    expect(await issuer.outcomeOf(jwt)).toBe('keysUnavailable');
    expect(issuer.asked).toBe(1);

    issuer.publish(key);
    issuer.elapsedMs += 30_000;
    expect(await issuer.outcomeOf(jwt)).toBe('alice');

    breakDown(issuer);
    issuer.elapsedMs += 60 * minuteMs - 1;
    expect(await issuer.outcomeOf(jwt)).toBe('alice');
    issuer.elapsedMs += 1;
    expect(await issuer.outcomeOf(jwt)).toBe('keysUnavailable');
    expect(issuer.failures).toEqual([issuer.trusted.jwksUri, issuer.trusted.jwksUri]);
  });

  test('are kept for 1,000 URIs, of which those last used stay', async () => {
    const issuer = await JwtIssuer.start(key);
    const jwt = await issuer.sign(key);
    const use = (number: number) => issuer.outcomeOf(jwt, { jwksUri: `${issuer.trusted.issuer}/${number}` });
    for (let number = 0; number < 1_000; number += 1) await use(number);
    await use(0);
    await use(1_000);
    await use(0);
    expect(issuer.asked).toBe(1_001);
    await use(1);
    expect(issuer.asked).toBe(1_002);
  });

  test('of which there are none verify nothing', async () => {
    const issuer = await JwtIssuer.start();
    expect(await issuer.outcomeOf(await issuer.sign(key))).toBe('key');
  });

  test('that are not public, or damaged, are ignored, and the others work', async () => {
    const secret = { kty: 'oct', kid: 'one', alg: 'ES256', k: base64url.encode('a secret') };
    const lyingOpen = { ...(await exportJWK(key.privateKey)), kid: 'one' };
    const damaged = { ...key.jwk, x: 'AAAA' };
    const forEncryption = { ...key.jwk, use: 'enc' };
    const issuer = await JwtIssuer.start();
    const jwt = await issuer.sign(key);
    const useless = [secret, lyingOpen, damaged, forEncryption, null, 'key', {}, []];
    issuer.serve(JSON.stringify({ keys: useless }));
    expect(await issuer.outcomeOf(jwt)).toBe('key');
    issuer.serve(JSON.stringify({ keys: [...useless, key.jwk] }));
    issuer.elapsedMs = 10 * minuteMs;
    expect(await issuer.outcomeOf(jwt)).toBe('alice');
  });
});
