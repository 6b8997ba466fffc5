import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { Holdfast } from '@holdfast/sdk';

import { bareEnvironment } from './bare-environment.ts';

export interface ServerProcessOptions {
  readonly env: Readonly<Record<string, string>>;
  /** How far its time of day is ahead of the right one. */
  readonly clockShiftMs?: number;
  /** Says what Holdfast's time is, in place of the store's clock: see `createMovableTime`. */
  readonly timeFile?: string;
  /** What it runs, in place of the server that `npm start` starts. */
  readonly script?: string;
  /** A command to start it with, such as one that first goes to another mount namespace; it must not fork. */
  readonly launcher?: readonly string[];
  /** Kills it, as SIGKILL does, also while it starts. */
  readonly signal?: AbortSignal;
}

/** A server in a process of its own, as `npm start` starts it. */
export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  /** What it printed for people. */
  readonly output: string;
  /** The API key that it printed, if it did. */
  readonly printedApiKey: string | undefined;
  /** By its own time of day, in epoch milliseconds. */
  readonly startedAtMs: number;
  /** The lines of its log up to now. */
  log(): readonly string[];
  /** Ends it, and resolves to its exit code: null if the signal ended it. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null>;
}

const serverFolder = dirname(createRequire(import.meta.url).resolve('@holdfast/server'));
const clockShifter = join(import.meta.dirname, 'shift-clock.ts');
const serverAtTime = join(import.meta.dirname, 'server-at-time.ts');

/** Starts a server; rejects with what it said if it ends before it listens. */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const { env, clockShiftMs = 0, timeFile, launcher = [], signal } = options;
  const usualScript = timeFile === undefined ? join(serverFolder, 'main.ts') : serverAtTime;
  const nodeOptions = ['--disable-warning=ExperimentalWarning', '--import', clockShifter];
  const [command = '', ...args] = [...launcher, process.execPath, ...nodeOptions, options.script ?? usualScript];
  const time = timeFile === undefined ? {} : { TIME_FILE: timeFile };
  const child = spawn(command, args, {
    env: { ...bareEnvironment(), PORT: '0', CLOCK_SHIFT_MS: String(clockShiftMs), ...time, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  signal?.addEventListener('abort', () => child.kill('SIGKILL'));
  const { output, log } = await untilListening(child);
  const listening = log().find((line) => line.includes('"msg":"listening"')) ?? '{}';
  return {
    url: /listening on (http:\/\/\S+)/u.exec(output)?.[1] ?? '',
    pid: child.pid ?? 0,
    output,
    printedApiKey: /API key: (hf_\S+)/u.exec(output)?.[1],
    startedAtMs: Date.parse((JSON.parse(listening) as { time: string }).time),
    log,
    end: (signal) => end(child, signal),
  };
}

/** A client that makes each request once. */
export function clientOf({ url }: Pick<ServerProcess, 'url'>, apiKey: string): Holdfast {
  return new Holdfast({ baseUrl: url, apiKey, maxRetries: 0 });
}

/** Resolves when each of them has swept once from beginning to end: the sweep under way now may have begun before. */
export async function untilSwept(servers: readonly ServerProcess[]): Promise<void> {
  await Promise.all(
    servers.map(async (server) => {
      const before = await countSweeps(server);
      while ((await countSweeps(server)) < before + 2) await delay(50);
    }),
  );
}

async function countSweeps({ url }: ServerProcess): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(/^holdfast_sweeps_total\{result="succeeded"\} (\d+)$/mu.exec(metrics)?.[1]);
}

function untilListening(child: ChildProcess): Promise<{ output: string; log: () => readonly string[] }> {
  let output = '';
  let log = '';
  return new Promise((resolve, reject) => {
    const check = () => {
      if (output.includes('\nTry it:') && log.includes('"msg":"listening"'))
        resolve({ output, log: () => log.split('\n').filter((line) => line !== '') });
    };
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      check();
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      check();
    });
    child.on('error', reject);
    child.on('close', (code) =>
      reject(new Error(`The server ended with ${code} before it listened:\n${output}${log}`)),
    );
  });
}

async function end(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    // With the last of what it said.
    const closed = once(child, 'close');
    child.kill(signal);
    await closed;
  }
  return child.exitCode;
}
