import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { expect, onTestFinished, test } from 'vitest';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const commandLine = fileURLToPath(new URL('../../../packages/cli/src/holdfast.ts', import.meta.url));
const { PATH = '', NODE_COMPILE_CACHE } = process.env;

interface Process {
  readonly child: ChildProcess;
  readonly output: { stdout: string; stderr: string };
  /** Resolves to the exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

function run(env: Readonly<Record<string, string>>): Process {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
    env: { PATH, NODE_COMPILE_CACHE, PORT: '0', ...env },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (output.stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (output.stderr += String(chunk)));
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
  return { child, output, ended };
}

/** Starts the server and waits until it has said everything. */
async function start(env: Readonly<Record<string, string>>): Promise<Process> {
  const started = run(env);
  const said = expect.poll(() => started.output.stdout, { interval: 20 }).toContain('/docs\n');
  await Promise.race([said, started.ended]);
  return started;
}

function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-main-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/**
 * Does what the `curl` that the server shows would do if it were pasted, as another requester if one is named; not by
 * a shell and curl, which a machine need not have.
 */
async function pasteRequest(
  { output }: Process,
  requester = 'alice',
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const line = output.stdout.split('\n').find((candidate) => candidate.startsWith('  curl ')) ?? '';
  const [curl, silent, url = '', ...options] = toWords(line.trim(), env);
  expect([curl, silent]).toEqual(['curl', '-s']);
  const valuesOf = (option: string) => options.filter((_, index) => options[index - 1] === option);
  const headers = valuesOf('-H').map((header) => header.split(': ') as [string, string]);
  const body = valuesOf('-d').join('').replace('alice', requester);
  const response = await fetch(url, { method: 'POST', headers, body });
  return ((await response.json()) as [{ status: string }])[0].status;
}

/**
 * Does what the lines with `npx holdfast` do when they are pasted, in a clone as well as where it is installed. The last
 * one goes on until somebody ends it.
 */
async function pasteCommands({ output }: Process): Promise<readonly string[]> {
  const lines = output.stdout.split('\n').map((line) => line.trim());
  const settings = lines.find((line) => line.startsWith('export ')) ?? '';
  const env = Object.fromEntries(toWords(settings, {}).map((word) => word.split('=')));
  const commands = lines
    .filter((line) => line.startsWith('npx holdfast '))
    .map((line) => ['--disable-warning=ExperimentalWarning', commandLine, ...toWords(line, {}).slice(2)]);
  const following = commands.pop() ?? [];
  const results = commands.map((args) => promisify(execFile)(process.execPath, args, { env: { PATH, ...env } }));
  const tail = spawn(process.execPath, following, { env: { PATH, ...env }, stdio: ['ignore', 'ignore', 'inherit'] });
  onTestFinished(() => void tail.kill());
  await expect
    .poll(async () => (await fetch(`${env['HOLDFAST_URL']}/metrics`)).text())
    .toMatch(/^holdfast_http_streams 1$/mu);
  return (await Promise.all(results)).map(({ stdout }) => stdout);
}

/** The words of a command as a shell takes them: in single quotes to the letter, in double quotes with variables. */
function toWords(command: string, env: Readonly<Record<string, string>>): readonly string[] {
  const words = [...command.matchAll(/'(?<literal>[^']*)'|"(?<text>[^"]*)"|(?<word>\S+)/gu)];
  return words.map(({ groups: { literal, text, word } = {} }) => {
    const withVariables = (text ?? word ?? '').replaceAll(/\$(\w+)/gu, (_, name: string) => env[name] ?? '');
    return literal ?? withVariables;
  });
}

test('npm start: address, key and a request that works; what it took survives kill -9', async () => {
  const env = { HOLDFAST_DATA_DIR: createFolder() };
  const first = await start(env);
  const lines = first.output.stdout.split('\n');
  expect(lines[0]).toMatch(
    /^Holdfast is listening on http:\/\/127\.0\.0\.1:\d+ \(store: sqlite, .*holdfast\.sqlite\)$/u,
  );
  expect(lines[1]).toMatch(/^API key: hf_live_[0-9A-Za-z]{49} {3}\(shown this once: only its hash is stored\)$/u);
  expect(await pasteRequest(first)).toBe('ACQUIRED');
  expect(await pasteRequest(first, 'bob')).toBe('ALREADY_HELD');
  const [made = '', limits = ''] = await pasteCommands(first);
  expect(made).toMatch(/^hf_live_[\w-]+\n$/u);
  expect(limits).toContain('unlimited');
  first.child.kill('SIGKILL');
  expect(await first.ended).toBe('SIGKILL');

  const second = await start(env);
  expect(second.output.stdout).not.toContain('hf_live_');
  expect(second.output.stdout).toContain("It can't be shown again: only its hash is stored.");
  const apiKey = /hf_live_[\w-]+/u.exec(lines[1] ?? '')?.[0] ?? '';
  expect(await pasteRequest(second, 'bob', { HOLDFAST_API_KEY: apiKey })).toBe('ALREADY_HELD');
  expect(`${first.output.stderr}${second.output.stderr}`).not.toContain(apiKey);
});

/** What a browser does with the link to the dashboard: 204 if it signs in, and 410 if it doesn't any more. */
async function openDashboard({ output }: Process): Promise<number> {
  const [, url = '', token] =
    /^Dashboard: (http:\S+)\/dashboard#start=(\S+) {3}\(works once, within 15 minutes\)$/mu.exec(output.stdout) ?? [];
  const headers = { 'Sec-Fetch-Site': 'same-origin', 'Content-Type': 'application/json' };
  const body = JSON.stringify({ token });
  return (await fetch(`${url}/dashboard/start`, { method: 'POST', headers, body })).status;
}

test('npm start: a link to the dashboard that signs in once, and another one at each start', async () => {
  const env = { HOLDFAST_DATA_DIR: createFolder() };
  const first = await start(env);
  expect([await openDashboard(first), await openDashboard(first)]).toEqual([204, 410]);
  expect(first.output.stderr).not.toContain('hf_start_');
  first.child.kill('SIGTERM');
  expect(await first.ended).toBe(0);
  expect(await openDashboard(await start(env))).toBe(204);
});

test('npm start with a provider: a link until the operator has signed in', async () => {
  const env = {
    HOLDFAST_DATA_DIR: createFolder(),
    HOLDFAST_OIDC_ISSUER: 'http://127.0.0.1:1',
    HOLDFAST_OIDC_CLIENT_ID: 'holdfast',
    HOLDFAST_OIDC_CLIENT_SECRET: 'secret',
  };
  for (const status of [undefined, 204]) {
    const server = await start(env);
    if (status !== undefined) expect(await openDashboard(server)).toBe(status);
    expect(server.output.stdout).toContain('/dashboard#start=');
    server.child.kill('SIGTERM');
    await server.ended;
  }
  const { output } = await start({ ...env, HOLDFAST_PUBLIC_URL: 'https://holdfast.example.com' });
  expect(output.stdout).toMatch(/^Dashboard: https:\/\/holdfast\.example\.com\/dashboard$/mu);
});

test("an operator's own key is used, and not shown", async () => {
  const env = { HOLDFAST_STORE: 'memory', HOLDFAST_BOOTSTRAP_API_KEY: `hf_live_${'o'.repeat(40)}` };
  const server = await start(env);
  expect(`${server.output.stdout}${server.output.stderr}`).not.toContain('ooo');
  expect(await pasteRequest(server, 'alice', env)).toBe('ACQUIRED');
});

test.each(['SIGTERM', 'SIGINT'] as const)('%s ends it in good order', async (signal) => {
  const server = await start({ HOLDFAST_STORE: 'memory', HOLDFAST_METRICS_PORT: '0' });
  const metricsUrl = /^Metrics are at (http:\S+)$/mu.exec(server.output.stdout)?.[1] ?? '';
  expect((await fetch(metricsUrl)).status).toBe(200);
  server.child.kill(signal);
  expect(await server.ended).toBe(0);
  const messages = server.output.stderr
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { msg: string }).msg);
  expect(messages).toEqual(['listening', expect.stringMatching(/^stopping/u), 'stopped']);
});

test('a second signal ends it at once', async () => {
  const apiKey = `hf_live_${'k'.repeat(43)}`;
  const server = await start({ HOLDFAST_STORE: 'memory', HOLDFAST_BOOTSTRAP_API_KEY: apiKey });
  const url = /http:\/\/[\d.:]+/u.exec(server.output.stdout)?.[0] ?? '';
  const { hostname, port } = new URL(url);
  const { connect } = await import('node:net');
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  // A request that is taken in and never comes to its end keeps the stop waiting.
  socket.write(
    `POST /api/v1/Reservation/reserve HTTP/1.1\r\nHost: x\r\nX-API-Key: ${apiKey}\r\nContent-Length: 9\r\n\r\n[`,
  );
  const inFlight = async () => (await fetch(`${url}/metrics`)).text();
  await expect.poll(inFlight).toMatch(/requests_in_flight 2/u);
  server.child.kill('SIGTERM');
  await expect.poll(() => server.output.stderr).toContain('stopping');
  server.child.kill('SIGTERM');
  expect(await server.ended).toBe(1);
});

test('wrong variables: a sentence each, and the exit code 2', async () => {
  const server = run({ PORT: 'http', HOLDFAST_LOGLEVEL: 'debug' });
  expect(await server.ended).toBe(2);
  expect(server.output).toEqual({
    stdout: '',
    stderr:
      'PORT is "http", but must be an integer from 0 to 65535.\n' +
      'HOLDFAST_LOGLEVEL is not a variable that Holdfast knows; did you mean HOLDFAST_LOG_LEVEL?\n',
  });
});

test('a folder that another process has open: a sentence, and the exit code 1', async () => {
  const env = { HOLDFAST_DATA_DIR: createFolder() };
  await start(env);
  const second = run(env);
  expect(await second.ended).toBe(1);
  expect(second.output.stdout).toBe('');
  expect(second.output.stderr).toMatch(
    /^.*holdfast\.sqlite is in use by another Holdfast process: stop that one, .*\n$/u,
  );
});
