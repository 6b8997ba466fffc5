import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess, StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, onTestFinished, test } from 'vitest';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const { PATH = '', NODE_COMPILE_CACHE } = process.env;
const apiKey = `hf_live_${'k'.repeat(43)}`;

type Output = number | 'pipe' | 'ignore';

interface Process {
  readonly child: ChildProcess;
  readonly url: string;
  ask(path: string): Promise<{ readonly status: number; readonly text: string }>;
  droppedLines(): Promise<number>;
  /** Resolves to the exit code, or the signal that ended it. */
  end(): Promise<number | string>;
}

/** Starts a server of which nobody hears anything but what it answers. */
async function start(
  { stdout = 'ignore', stderr = 'ignore' }: { stdout?: Output; stderr?: Output },
  env: Readonly<Record<string, string>> = {},
): Promise<Process> {
  const port = await findFreePort();
  const stdio: StdioOptions = ['ignore', stdout, stderr];
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
    env: {
      PATH,
      NODE_COMPILE_CACHE,
      PORT: String(port),
      HOLDFAST_STORE: 'memory',
      HOLDFAST_BOOTSTRAP_API_KEY: apiKey,
      ...env,
    },
    stdio,
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const exited = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string);
  const url = `http://127.0.0.1:${port}`;
  const ask = async (path: string) => {
    const response = await fetch(`${url}${path}`, { headers: { 'X-API-Key': apiKey } });
    return { status: response.status, text: await response.text() };
  };
  const isReady = async () => (await ask('/readyz').catch(() => ({ status: 0 }))).status === 200;
  await expect.poll(isReady, { interval: 50 }).toBe(true);
  return {
    child,
    url,
    ask,
    droppedLines: async () =>
      Number(/^holdfast_log_lines_dropped_total (\d+)$/mu.exec((await ask('/metrics')).text)?.[1]),
    end: () => {
      child.kill('SIGTERM');
      return exited;
    },
  };
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

function open(path: string, flags: number | string): number {
  const descriptor = openSync(path, flags);
  onTestFinished(() => closeSync(descriptor));
  return descriptor;
}

function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-log-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** A pipe of which nobody ever reads anything, and which makes whoever writes wait. */
function createPipe(): number {
  const path = join(createFolder(), 'pipe');
  execFileSync('mkfifo', [path]);
  return open(path, constants.O_RDWR);
}

/** Runs code inside the server when it gets the signal SIGUSR2. */
const onSignal = (code: string) => ({
  NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(`process.on('SIGUSR2', () => { ${code} });`)}`,
});

/** Has requests logged, with long paths, until more has been logged than waits for a reader. */
async function fillLog({ ask, droppedLines }: Process): Promise<void> {
  for (let round = 0; round < 100 && (await droppedLines()) === 0; round += 1) {
    const paths = Array.from({ length: 20 }, (_, index) => `/api/v1/none/${'x'.repeat(8_000)}/${index}`);
    for (const { status } of await Promise.all(paths.map(ask))) expect(status).toBe(404);
  }
}

// The kernel of Linux has a device that is always full.
if (existsSync('/dev/full')) {
  describe('on a full disk', () => {
    test('the log is dropped and counted, and the server works and ends as ever', async () => {
      const server = await start({ stderr: open('/dev/full', 'w') });
      await expect.poll(() => server.droppedLines()).toBeGreaterThan(0);
      expect(await server.ask('/readyz')).toEqual({ status: 200, text: 'ready\n' });
      expect((await server.ask('/api/v1/Reservation')).status).toBe(200);
      expect(await server.end()).toBe(0);
    });

    test('what is meant for people is, too', async () => {
      const server = await start({ stdout: open('/dev/full', 'w'), stderr: open('/dev/full', 'w') });
      expect((await server.ask('/api/v1/Reservation')).status).toBe(200);
      expect(await server.end()).toBe(0);
    });

    test('so is what a library prints by itself', async () => {
      const full = { stdout: open('/dev/full', 'w'), stderr: open('/dev/full', 'w') };
      const prints =
        "process.stdout.write('a'); process.stderr.write('b'); console.error('c'); setImmediate(() => (process.title = 'printed'))";
      const server = await start(full, onSignal(prints));
      server.child.kill('SIGUSR2');
      const isPrinted = () => readFileSync(`/proc/${server.child.pid}/cmdline`, 'utf8').startsWith('printed');
      await expect.poll(isPrinted).toBe(true);
      expect((await server.ask('/api/v1/Reservation')).status).toBe(200);
      expect(await server.end()).toBe(0);
    });

    test('a first key that nobody could read is told in the log', async () => {
      const log = join(createFolder(), 'log');
      const outputs = { stdout: open('/dev/full', 'w'), stderr: open(log, 'a') };
      const server = await start(outputs, { HOLDFAST_BOOTSTRAP_API_KEY: '' });
      const readLog = () => readFileSync(log, 'utf8');
      await expect.poll(readLog).toContain('the first API key could not be printed');
      expect(await server.end()).toBe(0);
    });
  });
}

describe('a reader that stands still', () => {
  const outputs: readonly [string, () => Output][] = [
    ['of a pipe', createPipe],
    ['of a socket', () => 'pipe'],
  ];

  test.each(outputs)('%s keeps nobody waiting, not even the end', async (_, createOutput) => {
    const server = await start({ stderr: createOutput() }, { HOLDFAST_LOG_LEVEL: 'debug' });
    await fillLog(server);
    expect(await server.droppedLines()).toBeGreaterThan(0);
    expect((await server.ask('/api/v1/Reservation')).status).toBe(200);
    expect(await server.end()).toBe(0);
  });

  test('and one that has gone away', async () => {
    const server = await start({ stderr: 'pipe' }, { HOLDFAST_LOG_LEVEL: 'debug' });
    server.child.stderr?.destroy();
    const askAndCount = async () => {
      expect((await server.ask('/api/v1/Reservation')).status).toBe(200);
      return server.droppedLines();
    };
    await expect.poll(askAndCount).toBeGreaterThan(0);
    expect(await server.end()).toBe(0);
  });
});

test('a second signal ends it while its log stands still', async () => {
  const server = await start({ stderr: createPipe() }, { HOLDFAST_LOG_LEVEL: 'debug' });
  await fillLog(server);
  server.child.kill('SIGTERM');
  expect(await server.end()).toBeOneOf([0, 1]);
});

describe('the log has', () => {
  test('the reason for which a server fails, and the exit code tells', async () => {
    const log = join(createFolder(), 'log');
    const server = await start({ stderr: open(log, 'a') }, onSignal("throw new Error('a bug')"));
    const exited = once(server.child, 'exit');
    server.child.kill('SIGUSR2');
    expect(await exited).toEqual([1, null]);
    const last = JSON.parse(readFileSync(log, 'utf8').trimEnd().split('\n').at(-1) ?? '') as object;
    expect(last).toMatchObject({
      level: 'fatal',
      err: { message: 'a bug' },
      msg: expect.stringContaining('the server failed'),
    });
  });

  test("Node's warnings, as lines of its own kind", async () => {
    const log = join(createFolder(), 'log');
    const server = await start({ stderr: open(log, 'a') }, onSignal("process.emitWarning('take care')"));
    server.child.kill('SIGUSR2');
    await expect.poll(() => readFileSync(log, 'utf8')).toContain('"msg":"Node warns: take care"');
    expect(await server.end()).toBe(0);
    expect(() =>
      readFileSync(log, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).not.toThrow();
  });
});
