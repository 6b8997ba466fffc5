import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, expectTypeOf, test, vi } from 'vitest';

import { Holdfast, HoldfastError, verifyWebhook, WebhookVerificationError } from '../../src/index.ts';
import type { HoldfastEvent, WebhookRequestHeaders } from '../../src/index.ts';

/** The specification's own example. */
const published = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestamp: '1614265330',
  payload: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};
const { secret, id, timestamp, payload, signature } = published;
const otherSecret = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
const nowMs = Number(timestamp) * 1_000;

const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
const signedBy = (key: string, body = payload) => new Webhook(key).sign(id, new Date(nowMs), body);
const withSignature = (text: string) => ({ ...headers, 'webhook-signature': text });
const refusal = (message: string) => ({ name: 'WebhookVerificationError', message: expect.stringContaining(message) });

beforeEach(() => void vi.useFakeTimers({ now: nowMs }));
afterEach(() => void vi.useRealTimers());

describe('a webhook', () => {
  test('as the specification has it is taken, by the client too', async () => {
    expect(await verifyWebhook(payload, headers, secret)).toEqual({ test: 2_432_232_314 });
    const { webhooks } = new Holdfast({ baseUrl: 'https://holdfast.test', apiKey: 'key' });
    expect(await webhooks.verify(payload, headers, secret)).toEqual({ test: 2_432_232_314 });
  });

  test.each<[string, string | Uint8Array]>([
    ['text', '{"resource":"\u{1f600} caf\u00e9"}'],
    ['bytes', new TextEncoder().encode('{"resource":"\u{1f600} caf\u00e9"}')],
    ['bytes of a larger buffer', new TextEncoder().encode('___{"resource":"\u{1f600} caf\u00e9"}').subarray(3)],
  ])('comes as %s', async (_, body) => {
    const signed = signedBy(secret, '{"resource":"\u{1f600} caf\u00e9"}');
    expect(await verifyWebhook(body, withSignature(signed), secret)).toEqual({ resource: '\u{1f600} caf\u00e9' });
  });

  test.each<[string, WebhookRequestHeaders]>([
    ['of fetch', new Headers(headers)],
    ['of Node', { host: 'x', ...headers, 'set-cookie': ['a', 'b'], authorization: undefined }],
    ['in capitals', { 'Webhook-Id': id, 'WEBHOOK-TIMESTAMP': timestamp, 'Webhook-Signature': signature }],
    ['in a list', { ...headers, 'webhook-signature': ['v1,AAAA', signature] }],
  ])('has headers %s', async (_, given) => {
    expect(await verifyWebhook(payload, given, secret)).toEqual({ test: 2_432_232_314 });
  });

  test.each([
    ['one of two signatures', `${signedBy(otherSecret)} ${signature}`, secret],
    ['the other one', `${signature} ${signedBy(otherSecret)}`, secret],
    ['a signature beside others of other versions', `v1a,${signature.slice(3)} v2,AAAA ${signature} v1`, secret],
    ['a signature beside one that is no base64', `v1,*** ${signature}`, secret],
    ['one of two secrets', signature, [otherSecret, secret]],
    ['the new secret alone', signedBy(otherSecret), [otherSecret, secret]],
    ['a secret without its prefix', signature, secret.slice('whsec_'.length)],
  ])('is taken for %s', async (_, text, secrets) => {
    expect(await verifyWebhook(payload, withSignature(text), secrets)).toEqual({ test: 2_432_232_314 });
  });

  test.each([
    ['of another secret', signedBy(otherSecret)],
    ['of another body', signedBy(secret, `${payload} `)],
    ['of another id', new Webhook(secret).sign('msg_2', new Date(nowMs), payload)],
    ['of another time', new Webhook(secret).sign(id, new Date(nowMs + 1_000), payload)],
    ['of another version', signature.replace('v1', 'v2')],
    ['without a version', signature.slice(3)],
    ['that is cut short', signature.slice(0, -4)],
    ['that is longer', `${signature.slice(0, -1)}A=`],
    ['that is empty', 'v1,'],
    ['with commas in between', `${signedBy(otherSecret)},${signature}`],
  ])('with a signature %s is refused, by another library too', async (_, text) => {
    await expect(verifyWebhook(payload, withSignature(text), secret)).rejects.toMatchObject(refusal('No signature'));
    expect(() => new Webhook(secret).verify(payload, withSignature(text))).toThrow();
  });

  test('of which any character is another one is refused', async () => {
    for (let index = 0; index < payload.length; index++) {
      const forged =
        payload.slice(0, index) + String.fromCharCode(payload.charCodeAt(index) ^ 1) + payload.slice(index + 1);
      await expect(verifyWebhook(forged, headers, secret)).rejects.toBeInstanceOf(WebhookVerificationError);
    }
  });

  test.each(Object.keys(headers))('without %s is refused', async (name) => {
    for (const value of [undefined, '']) {
      const missing = verifyWebhook(payload, { ...headers, [name]: value }, secret);
      await expect(missing).rejects.toMatchObject(refusal(`no header ${name}`));
    }
    const { [name]: _, ...others } = headers as Record<string, string>;
    await expect(verifyWebhook(payload, new Headers(others), secret)).rejects.toMatchObject(refusal(name));
  });

  test.each([
    [300, undefined, true],
    [301, undefined, false],
    [-300, undefined, true],
    [-301, undefined, false],
    [60, 60, true],
    [61, 60, false],
    [1, 0, false],
    [0, 0, true],
    [86_400 * 365, Infinity, true],
  ])('that is %i seconds old is taken within %s seconds: %s', async (seconds, toleranceSeconds, isTaken) => {
    vi.setSystemTime(nowMs + seconds * 1_000);
    const verified = verifyWebhook(payload, headers, secret, { toleranceSeconds });
    if (isTaken) expect(await verified).toEqual({ test: 2_432_232_314 });
    else await expect(verified).rejects.toMatchObject(refusal(`another time: ${timestamp}`));
  });

  test.each(['now', '', '1614265330.0', '0x60378f32', '1e9', ' 1614265330', '-1'])(
    'whose time is %j is refused, however it is signed',
    async (text) => {
      const key = await crypto.subtle.importKey(
        'raw',
        Uint8Array.from(atob(secret.slice(6)), (character) => character.charCodeAt(0)),
        { name: 'HMAC', hash: 'SHA-256' },
        false,
        ['sign'],
      );
      const mac = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(`${id}.${text}.${payload}`));
      const signed = withSignature(`v1,${btoa(String.fromCharCode(...new Uint8Array(mac)))}`);
      const given = { ...signed, 'webhook-timestamp': text };
      const verified = verifyWebhook(payload, given, secret, { toleranceSeconds: Infinity });
      await expect(verified).rejects.toBeInstanceOf(WebhookVerificationError);
    },
  );

  test('that is signed and no JSON is refused', async () => {
    const verified = verifyWebhook('no JSON', withSignature(signedBy(secret, 'no JSON')), secret);
    await expect(verified).rejects.toMatchObject({ ...refusal('not JSON'), cause: expect.any(SyntaxError) });
  });
});

test.each([[''], ['whsec_'], ['whsec_no base64!'], [[]], [[secret, '']]])(
  'a secret %j is no fault of the request',
  async (wrong) => {
    await expect(verifyWebhook(payload, headers, wrong)).rejects.toBeInstanceOf(TypeError);
  },
);

test('a refusal is an error of this library, which is not worth a retry', () => {
  expect(new WebhookVerificationError('No.')).toBeInstanceOf(HoldfastError);
  expect(new WebhookVerificationError('No.')).toMatchObject({ retryable: false });
});

test('what 200 keys sign is taken, and what their neighbours sign is not', async () => {
  const secrets = Array.from({ length: 200 }, (_, index) => {
    const bytes = Uint8Array.from({ length: 24 + (index % 41) }, (_, at) => index * 31 + at * at * 17);
    return `whsec_${btoa(String.fromCharCode(...bytes))}`;
  });
  for (const [index, own] of secrets.entries()) {
    const body = JSON.stringify({ index, text: '\u00e9'.repeat(index) });
    const signed = withSignature(signedBy(own, body));
    expect(await verifyWebhook(body, signed, own)).toEqual(JSON.parse(body));
    const neighbour = secrets[(index + 1) % secrets.length]!;
    await expect(verifyWebhook(body, signed, neighbour)).rejects.toBeInstanceOf(WebhookVerificationError);
  }
});

test('an event is told apart by its type', () => {
  const read = (event: HoldfastEvent) => {
    if (event.type === 'RESERVED') return expectTypeOf(event.fencingToken).toEqualTypeOf<number>();
    if (event.type === 'credits.overage') return expectTypeOf(event.data.overage).toEqualTypeOf<number>();
    if (event.type === 'credits.held') return expectTypeOf(event.data.effective_balance).toEqualTypeOf<number>();
    if (event.type === 'key.revoked') return expectTypeOf(event.data.api_key_id).toEqualTypeOf<string>();
    return expectTypeOf(event.number).toEqualTypeOf<number>();
  };
  expectTypeOf(read).toBeFunction();
  expectTypeOf(verifyWebhook).returns.resolves.toEqualTypeOf<HoldfastEvent>();
});
