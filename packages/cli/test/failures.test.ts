import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';

import { afterEach, describe, expect, onTestFinished, test } from 'vitest';

import { UsageError } from '../src/exit-codes.ts';
import { confirm } from '../src/input/confirm.ts';
import { holdfast, startCommand } from './command-line.ts';

const apiKey = 'hf_live_a-key-that-nobody-may-see';
const stops: (() => void)[] = [];

afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** Something that answers where a server should be. */
async function listen(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  stops.push(() => void server.close().closeAllConnections());
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A server that always has the same answer. */
function listenWith(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  return listen((_, response) => {
    const isText = typeof body === 'string';
    response.writeHead(status, { 'Content-Type': isText ? 'text/html' : 'application/problem+json', ...headers });
    response.end(isText ? body : JSON.stringify(body));
  });
}

/** Where nothing listens. */
async function findFreeUrl(): Promise<string> {
  const url = await listen(() => {});
  for (const stop of stops.splice(0)) stop();
  return url;
}

function problem(slug: string, detail: string, members: object = {}): object {
  return { type: `https://api.quotastack.io/errors/${slug}`, title: slug, detail, ...members };
}

/** What became of `holdfast limits` there. */
async function limitsAt(url: string, key = apiKey) {
  const ended = await holdfast(['limits'], { env: { HOLDFAST_URL: url, HOLDFAST_API_KEY: key } });
  expect(ended.output).toBe('');
  expect(ended.errors).not.toMatch(/^\s+at /mu);
  expect(ended.errors).not.toContain(apiKey);
  return [ended.exitCode, ended.errors.trim()];
}

describe('a refusal', () => {
  test.each([
    [
      400,
      1,
      problem('invalid-request', 'It is invalid.', { errors: [{ pointer: '/tier', rule: 'x', detail: 'is unknown' }] }),
      'It is invalid.\n  /tier: is unknown',
    ],
    [
      401,
      4,
      problem('unauthorized', 'The API key is unknown.'),
      "URL takes no such API key: it is unknown, expired or revoked. HOLDFAST_API_KEY, or --api-key, must be one of that server's.",
    ],
    [
      403,
      4,
      problem('forbidden', 'It may not do this.', { scope: 'keys:admin' }),
      'It may not do this. The API key lacks the scope keys:admin.',
    ],
    [404, 5, problem('not-found', 'There is none.'), 'There is none.'],
    [409, 6, problem('conflict', 'It is there.'), 'It is there.'],
    [429, 7, problem('rate-limited', 'That was too much.'), 'That was too much. Try again in 7 s.'],
    [500, 1, problem('internal-error', 'It broke.'), "It broke. The server's log has it as id-1."],
  ])('%s ends with exit code %s and a sentence', async (status, exitCode, body, sentence) => {
    const headers = { 'Retry-After': '7', 'X-Request-Id': 'id-1' };
    const url = await listenWith(status, body, headers);
    expect(await limitsAt(url)).toEqual([exitCode, sentence.replace('URL', url)]);
  });

  test('that quotes the API key, or would write over the terminal, does neither', async () => {
    const url = await listen((request, response) => {
      const key = String(request.headers['x-api-key']);
      response.writeHead(409).end(JSON.stringify(problem('conflict', `\u001b[2J${key} is unknown.`)));
    });
    expect(await limitsAt(url)).toEqual([6, expect.stringContaining(String.raw`\u{1b}[2J(the API key) is unknown.`)]);
  });
});

describe('a server that is not there', () => {
  test.each([
    ['a proxy', () => listenWith(502, '<html>Bad Gateway</html>'), 'answered 502, but not as Holdfast does'],
    ['another program', () => listenWith(404, '<html>no such page</html>'), 'answered 404, but not as Holdfast does'],
    ['a page', () => listenWith(200, '<html>Welcome</html>'), 'answered, but not as Holdfast does'],
    [
      'a redirect',
      () => listenWith(308, '', { Location: 'https://elsewhere.example' }),
      'to https://elsewhere.example',
    ],
    ['a connection that breaks', () => listen(({ socket }) => void socket.destroy()), "can't be reached"],
    ['nothing', findFreeUrl, 'Nothing listens at'],
    ['no host', () => Promise.resolve('http://holdfast.invalid'), 'http://holdfast.invalid'],
  ])('but %s: exit code 3, and the URL', async (_, start, sentence) => {
    const url = await start();
    const [exitCode, errors] = await limitsAt(url);
    expect([exitCode, errors]).toEqual([3, expect.stringContaining(sentence)]);
    expect(errors).toContain(url);
  });

  test('leaves open whether a write was done, unless it was never sent', async () => {
    const env = { HOLDFAST_API_KEY: apiKey };
    const write = ['tenants', 'create', 'Acme'];
    const broken = await listen(({ socket }) => void socket.destroy());
    const sent = await holdfast(write, { env: { ...env, HOLDFAST_URL: broken } });
    expect(sent.errors).toContain('It may have been done all the same');
    const unsent = await holdfast(write, { env: { ...env, HOLDFAST_URL: await findFreeUrl() } });
    expect(unsent.errors).not.toContain('It may have been done');
  });
});

describe('a wrong command line', () => {
  test.each([
    [['limits'], {}, 'No API key is given: set HOLDFAST_API_KEY.'],
    [['limits'], { HOLDFAST_API_KEY: 'hf live' }, 'The API key has characters in it'],
    [['limits'], { HOLDFAST_API_KEY: apiKey, HOLDFAST_URL: 'ftp://there' }, 'must be an http or https URL'],
    [['limits'], { HOLDFAST_API_KEY: apiKey, HOLDFAST_URL: 'http://me:secret@there' }, 'can have no user name'],
    [['limit'], {}, "unknown command 'limit'"],
    [['limits', '--colour'], {}, "unknown option '--colour'"],
    [['tenants'], {}, 'Usage: holdfast tenants'],
    [['tenants', 'get'], {}, "missing required argument 'id'"],
    [['tenants', 'get', 'a', 'b'], {}, 'too many arguments'],
    [['tenants', 'update', 'acme'], { HOLDFAST_API_KEY: apiKey }, 'Say what to change'],
    [['keys', 'list', '--limit', '0'], {}, 'a whole number, at least 1'],
    [['keys', 'list', '--environment', 'prod'], {}, 'live, test'],
    [['keys', 'create', 'x', '--expires', 'soon'], {}, 'a time in UTC'],
    [['keys', 'create', 'x', '--scope', 'all-of-them'], {}, 'resources:read, resources:write'],
    [['keys', 'rotate', 'x', '--overlap', '5'], {}, 'a time such as 90s'],
    [['events', 'tail', '--families', 'resource'], {}, 'resources, credits, capacity, access'],
    [['events', 'tail', '--types', 'RESERVED,credits.*'], {}, 'There is no type of events "credits.*"'],
    [['events', 'tail', '--after', '-1'], {}, 'the number of an event, or 0'],
    [['webhooks', 'create', 'x', '--types', 'credit.*'], {}, 'credits.*'],
    [['webhooks', 'create', 'x', '--header', 'X-Team=billing'], {}, 'X-Team: billing'],
    [['webhooks', 'update', 'x', '--enable', '--disable'], {}, "cannot be used with option '--disable'"],
    [['webhooks', 'update', 'x'], { HOLDFAST_API_KEY: apiKey }, 'Say what to change'],
    [['webhooks', 'delete', 'x'], { HOLDFAST_API_KEY: apiKey }, '--yes'],
    [['webhooks', 'replay', 'x'], { HOLDFAST_API_KEY: apiKey }, '--after and --from'],
    [['webhooks', 'replay', 'x', '--after', '1', '--to', '1h'], { HOLDFAST_API_KEY: apiKey }, '--after and --from'],
  ])('%j ends with exit code 2, and says what is wrong', async (args, env, sentence) => {
    const { exitCode, output, errors } = await holdfast(args, { env });
    expect([exitCode, output]).toEqual([2, '']);
    expect(errors).toContain(sentence);
    expect(errors).not.toMatch(/secret|hf live/u);
  });
});

describe('a question', () => {
  function ask(answer: string, isTTY = true) {
    const input = Object.assign(new PassThrough(), { isTTY });
    input.end(answer);
    return confirm('Really?', false, { input, output: new PassThrough() });
  }

  test('lets through whoever says yes, and nobody else', async () => {
    await expect(ask('y\n')).resolves.toBeUndefined();
    await expect(ask('YES\n')).resolves.toBeUndefined();
    for (const answer of ['\n', 'n\n', 'yessir\n', '']) await expect(ask(answer)).rejects.toThrow('Nothing was done.');
  });

  test('is not asked where nobody can answer', async () => {
    await expect(ask('y\n', false)).rejects.toThrow(UsageError);
  });
});

test('whoever has read enough may close the pipe', async () => {
  const url = await listenWith(200, {
    data: Array.from({ length: 200 }, (_, id) => ({ id: `${id}`.padEnd(9_000) })),
    pagination: { has_more: false, next_cursor: null },
  });
  const env = { HOLDFAST_URL: url, HOLDFAST_API_KEY: apiKey };
  const child = startCommand(['tenants', 'list', '--json'], { env });
  child.stdout.once('data', () => child.stdout.destroy());
  const [errors, [exitCode]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  expect([exitCode, errors]).toEqual([0, '']);
});

describe('backup and restore', () => {
  /** A folder that looks like the one that a server was started in, and says what it is told to do. */
  function createServerFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-cli-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    for (const path of ['scripts', 'servers/reference', 'below']) mkdirSync(join(folder, path), { recursive: true });
    writeFileSync(join(folder, 'servers/reference/package.json'), '{ "name": "@holdfast/server" }');
    const says = 'console.log(JSON.stringify(process.argv.slice(2))); process.exitCode = 4;';
    writeFileSync(join(folder, 'scripts/with-node-24.mjs'), says);
    return folder;
  }

  test('are done by the server of the folder, with paths as they are meant here', async () => {
    const folder = createServerFolder();
    const below = { folder: join(folder, 'below') };
    const backup = await holdfast(['backup', 'monday.sqlite', '--overwrite'], below);
    const restore = await holdfast(['restore', '../monday.sqlite'], below);
    expect([backup.exitCode, JSON.parse(backup.output)]).toEqual([
      4,
      ['backup', expect.stringMatching(/[\\/]below[\\/]monday\.sqlite$/u), '--overwrite'],
    ]);
    expect([restore.exitCode, JSON.parse(restore.output)]).toEqual([
      4,
      ['restore', expect.stringMatching(/[\\/]holdfast-cli-\w+[\\/]monday\.sqlite$/u)],
    ]);
  });
});
