import type { RequestListener } from 'node:http';
import { getDefaultAutoSelectFamily, setDefaultAutoSelectFamily } from 'node:net';

import { isPublicAddress } from '@holdfast/engine';
import { describe, expect, onTestFinished, test, vi } from 'vitest';

import { OutboundError } from './guarded-dispatcher.ts';
import { createGuardedFetch } from './guarded-fetch.ts';
import { forbiddenHosts } from './testing/forbidden-hosts.ts';
import { loopback, range, resolver, serve } from './testing/receiver.ts';

const refusal = 'This URL leads to an address that is not allowed: a special one, or by http.';

describe('an address that is not public', () => {
  test.each(forbiddenHosts)('is refused as %s, in a URL and as the address of a name', async (host) => {
    const resolve = resolver();
    const fetchText = createGuardedFetch({ allowedRanges: [], resolve });
    await expect(fetchText(`https://${host}/jwks`)).rejects.toThrow(refusal);
    await expect(fetchText(`https://${host}:8443/jwks`)).rejects.toThrow(refusal);
    expect(resolve).not.toHaveBeenCalled();

    const address = new URL(`https://${host}`).hostname.replace(/^\[|\]$/gu, '');
    const fetchByName = createGuardedFetch({ allowedRanges: [], resolve: resolver([address]) });
    await expect(fetchByName('https://login.example.com/jwks')).rejects.toThrow(refusal);
  });

  test('is refused behind the name localhost', async () => {
    const fetchText = createGuardedFetch({ allowedRanges: [] });
    await expect(fetchText('https://localhost/')).rejects.toThrow(refusal);
  });

  test.each([
    ['localhost.', '127.0.0.1'],
    ['a.localhost', '::1'],
    ['127.0.0.1.nip.example', '127.0.0.1'],
    ['metadata.google.internal.', '169.254.169.254'],
  ])('is refused behind the name %s', async (name, address) => {
    const resolve = resolver([address]);
    await expect(createGuardedFetch({ allowedRanges: [], resolve })(`https://${name}/`)).rejects.toThrow(refusal);
    expect(resolve).toHaveBeenCalledExactlyOnceWith(name);
  });

  test.each(['fe80::1%eth0', '::ffff:127.0.0.1%1', '0x7f.1', '::1%lo'])(
    'is refused where a resolver answers %s',
    async (address) => {
      const fetchText = createGuardedFetch({ allowedRanges: [], resolve: resolver([address]) });
      await expect(fetchText('https://login.example.com/jwks')).rejects.toThrow(refusal);
    },
  );

  test.each(['[fe80::1%25eth0]', '[fe80::1%eth0]', '[::1', '127.0.0.256', '1.2.3.4.5', '0x100000000'])(
    'has no further spelling: %s is no host',
    async (host) => {
      const fetchText = createGuardedFetch({ allowedRanges: [] });
      await expect(fetchText(`https://${host}/jwks`)).rejects.toThrow('This is not an http or https URL');
    },
  );

  test.each(['8.8.8.8', '1.1.1.1', '100.63.255.255', '172.32.0.1', '192.0.1.1', '223.255.255.255', '::ffff:8.8.8.8'])(
    'is not %s',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  test.each(['2606:4700::1111', '2001:4860:4860::8888', '2a00::1', '2c0f:f248::1'])('is not %s', (address) =>
    expect(isPublicAddress(address)).toBe(true),
  );
});

describe('a name', () => {
  test.each([true, false])(
    'is looked up once, for all addresses: %s, and what was checked is connected to',
    async (all) => {
      const before = getDefaultAutoSelectFamily();
      onTestFinished(() => setDefaultAutoSelectFamily(before));
      setDefaultAutoSelectFamily(all);
      const server = await serve((_request, response) => response.end('hello'));
      const resolve = resolver(['127.0.0.1'], ['169.254.169.254'], ['10.0.0.1']);
      const fetchText = createGuardedFetch({ allowedRanges: [range('127.0.0.1/32')], resolve });
      expect(await fetchText(`http://login.example.com:${server.port}/`)).toBe('hello');
      expect(resolve.mock.calls).toEqual([['login.example.com']]);
      await expect(fetchText(`http://login.example.com:${server.port}/`)).rejects.toThrow(refusal);
    },
  );

  test('that is forbidden at first is not looked up again', async () => {
    const server = await serve((_request, response) => response.end('hello'));
    const resolve = resolver(['10.0.0.1'], ['127.0.0.1']);
    const fetchText = createGuardedFetch({ allowedRanges: loopback, resolve });
    await expect(fetchText(`http://login.example.com:${server.port}/`)).rejects.toThrow(refusal);
    expect(resolve).toHaveBeenCalledOnce();
    expect(server.asked()).toBe(0);
  });

  test('with several addresses is reached at those that are allowed', async () => {
    const server = await serve((_request, response) => response.end('hello'));
    const resolve = resolver(['127.0.0.2', '::1', '127.0.0.1', '10.0.0.1']);
    const fetchText = createGuardedFetch({ allowedRanges: [range('127.0.0.1/32')], resolve });
    expect(await fetchText(`http://login.example.com:${server.port}/`)).toBe('hello');
  });

  test('without an address, and one whose look-up fails, is an error', async () => {
    const resolve = () => Promise.reject(new Error('no such name'));
    await expect(createGuardedFetch({ allowedRanges: [], resolve })('https://example.com/')).rejects.toThrow('no such');
    const findNothing = resolver();
    const fetchText = createGuardedFetch({ allowedRanges: [], resolve: findNothing });
    await expect(fetchText('https://example.com/')).rejects.toThrow(refusal);
  });
});

describe('an allowed range', () => {
  test.each(['127.0.0.1', '2130706433', '[::ffff:127.0.0.1]', 'localhost'])(
    'is reached by http, as %s',
    async (host) => {
      const server = await serve((_request, response) => response.end('{"keys":[]}'));
      const fetchText = createGuardedFetch({ allowedRanges: loopback });
      expect(await fetchText(`http://${host}:${server.port}/jwks`)).toBe('{"keys":[]}');
    },
  );

  test('is reached by https, with a certificate only', async () => {
    const server = await serve((_request, response) => response.end());
    const fetchText = createGuardedFetch({ allowedRanges: loopback });
    await expect(fetchText(`https://127.0.0.1:${server.port}/`)).rejects.toThrow(/SSL|TLS/iu);
    expect(server.asked()).toBe(0);
  });

  test('is the only one that is reached by http', async () => {
    const fetchText = createGuardedFetch({ allowedRanges: loopback, resolve: resolver(['8.8.8.8']) });
    for (const host of ['8.8.8.8', '[2606:4700::1111]', '10.0.0.1', '[::1]', 'example.com']) {
      await expect(fetchText(`http://${host}/`)).rejects.toThrow(refusal);
    }
  });
});

describe('a URL', () => {
  test.each([
    'ftp://127.0.0.1/',
    'file:///etc/passwd',
    'data:application/json,{}',
    'http+unix://%2Fvar%2Frun%2Fdocker.sock/',
    '//127.0.0.1/',
    'http://user@127.0.0.1/',
    'http://:password@127.0.0.1/',
    '',
  ])('like %s is refused', async (url) => {
    await expect(createGuardedFetch({ allowedRanges: loopback })(url)).rejects.toThrow('This is not an http');
  });

  test.each([0, 1, 22, 25, 79, 81, 444, 1_023])('with port %i is refused, in allowed ranges too', async (port) => {
    const fetchText = createGuardedFetch({ allowedRanges: loopback });
    await expect(fetchText(`http://127.0.0.1:${port}/`)).rejects.toThrow(`Port ${port} is not allowed`);
  });

  test.each(['http://10.0.0.1:80/', 'http://10.0.0.1:443/', 'http://10.0.0.1:1024/', 'https://10.0.0.1/'])(
    'like %s has a port that is allowed',
    async (url) => {
      await expect(createGuardedFetch({ allowedRanges: [] })(url)).rejects.toThrow(refusal);
    },
  );
});

describe('an answer', () => {
  const get = (port: number, timeoutMs?: number) =>
    createGuardedFetch({ allowedRanges: loopback, ...(timeoutMs === undefined ? {} : { timeoutMs }) })(
      `http://127.0.0.1:${port}/`,
    );

  test.each([301, 302, 303, 307, 308])('of %i is not followed', async (status) => {
    const target = await serve((_request, response) => response.end('secret'));
    const location = `http://127.0.0.1:${target.port}/`;
    const { port } = await serve((_request, response) => response.writeHead(status, { location }).end('moved'));
    await expect(get(port)).rejects.toThrow(
      new OutboundError(`The answer is ${status}, but only 200 is taken. Redirects are not followed.`),
    );
    expect(target.asked()).toBe(0);
  });

  test.each([204, 206, 404, 500])('of %i is an error, whatever comes with it', async (status) => {
    const { port } = await serve((_request, response) => response.writeHead(status).end('a'.repeat(1_000_000)));
    await expect(get(port)).rejects.toThrow(`The answer is ${status}`);
  });

  test('may be 64 KiB long, and no byte more', async () => {
    let body = 'é'.repeat(32_768);
    const { port } = await serve((_request, response) => response.end(body));
    expect(await get(port)).toBe(body);
    body += 'a';
    await expect(get(port)).rejects.toThrow('The answer is longer than 65536 bytes.');
  });

  test('without an end is given up when it is too long, and the connection with it', async () => {
    const closed = vi.fn();
    const { port } = await serve((_request, response) => {
      response.on('close', closed);
      const write = () => void response.write('a'.repeat(1_024), write);
      write();
    });
    await expect(get(port)).rejects.toThrow('The answer is longer');
    await vi.waitFor(() => expect(closed).toHaveBeenCalled(), { timeout: 60_000 });
  });

  test.each<[string, RequestListener]>([
    ['never begins', () => {}],
    ['never ends', (_request, response) => void response.write('{')],
  ])('that %s is given up in time', async (_, listener) => {
    const { port } = await serve(listener);
    await expect(get(port, 50)).rejects.toThrow(/timeout/iu);
  });

  test('is given up in time while its server is looked up', async () => {
    const fetchText = createGuardedFetch({ allowedRanges: [], timeoutMs: 50, resolve: () => new Promise(() => {}) });
    await expect(fetchText('https://login.example.com/')).rejects.toThrow(/timeout/iu);
  });

  test('is asked for by one request on a connection of its own, which says nothing of the server', async () => {
    const { port } = await serve(({ headers, method }, response) => response.end(JSON.stringify({ method, headers })));
    expect(JSON.parse(await get(port))).toEqual({
      method: 'GET',
      headers: { host: `127.0.0.1:${port}`, connection: 'close', accept: 'application/json' },
    });
  });
});
