import { expect, test } from 'vitest';

import { parseSecret, toSecret } from '../secrets.ts';
import { sign } from './signature.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const message = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestampSeconds: 1_614_265_330, body: '{"test": 2432232314}' };
const published = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';

test('is that of the published example', async () => {
  expect(await sign([secret], message)).toBe(published);
});

test('has one for each secret, the present one first, of the bytes that are sent', async () => {
  const other = toSecret('ab'.repeat(32));
  expect(parseSecret(other)).toHaveLength(32);
  const both = await sign([other, secret], message);
  expect(both.split(' ')).toEqual([await sign([other], message), published]);
  expect(await sign([secret], { ...message, body: '{"test": "ä"}' })).not.toBe(published);
});
