import type { IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';

import { expect, test } from 'vitest';

import { createStaticPage } from './static-page.ts';

const text = 'A long page, which says ü. '.repeat(100);

async function ask(acceptEncoding?: string) {
  const page = createStaticPage({ headers: { 'Content-Type': 'text/plain' }, render: () => text });
  return page({ headers: { 'accept-encoding': acceptEncoding } } as IncomingMessage);
}

test.each(['gzip', 'br, GZIP', 'deflate, gzip;q=0.5', '*', 'gzip; q=1.0'])('is compressed for %s', async (accepted) => {
  const { headers, body } = await ask(accepted);
  expect(headers).toEqual({ 'Content-Type': 'text/plain', 'Content-Encoding': 'gzip' });
  expect(gunzipSync(body as Buffer).toString()).toBe(text);
});

test.each([undefined, '', 'br', 'gzip;q=0', 'gzip;q=0, *', 'gzip;q=many'])('is as it is for %s', async (accepted) => {
  const { headers, body } = await ask(accepted);
  expect(headers).toEqual({ 'Content-Type': 'text/plain' });
  expect(String(body)).toBe(text);
});

test('is rendered once, and not before it is asked for', async () => {
  let renders = 0;
  const page = createStaticPage({ headers: {}, render: () => `${(renders += 1)}` });
  expect(renders).toBe(0);
  await Promise.all([page({ headers: {} } as IncomingMessage), page({ headers: {} } as IncomingMessage)]);
  expect(renders).toBe(1);
});
