import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

export interface StartOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What it prints once it can be used; its first group, if it has one, is the result. */
  readonly ready: RegExp;
  /** Who runs it, if not whoever runs this. */
  readonly user?: SystemUser | undefined;
  /** What ends it at once and leaves nothing behind, where SIGTERM waits and SIGKILL leaves children behind. */
  readonly endSignal?: NodeJS.Signals;
}

export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

/** A program that was started for the benchmark and goes away with it. */
export interface StartedProcess extends AsyncDisposable {
  /** What was printed when it was ready. */
  readonly announced: string;
  readonly pid: number;
  /** Ends it without a chance to tidy up. */
  kill(): Promise<void>;
}

const startTimeoutMs = 30_000;

/** Those to end at once if this process ends without having disposed of them. */
const running = new Map<ChildProcess, NodeJS.Signals>();
process.on('exit', () => {
  for (const [child, signal] of running) child.kill(signal);
});

/** Starts a program; rejects with what it said if it ends, or isn't ready in time. */
export async function startProcess(options: StartOptions): Promise<StartedProcess> {
  const { command, args, env = {}, ready, user, endSignal } = options;
  // A Node process sees the channel close when this one ends, however that comes about.
  const isNode = command === process.execPath;
  const child = spawn(command, args, {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe', ...(isNode ? ['ipc' as const] : [])],
    ...user,
  });
  running.set(child, endSignal ?? 'SIGKILL');
  child.on('close', () => running.delete(child));
  const announced = await untilReady(child, ready);
  return {
    announced,
    pid: child.pid ?? 0,
    kill: () => end(child, 'SIGKILL'),
    [Symbol.asyncDispose]: () => end(child, endSignal ?? 'SIGTERM'),
  };
}

function untilReady(child: ChildProcess, ready: RegExp): Promise<string> {
  let output = '';
  return new Promise((resolve, reject) => {
    const give = (reason: string) => reject(new Error(`${child.spawnfile} ${reason}:\n${output}`));
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      give(`was not ready within ${startTimeoutMs / 1_000} s`);
    }, startTimeoutMs);
    const read = (chunk: Buffer) => {
      if (timer.hasRef()) output += chunk.toString();
      const found = ready.exec(output);
      if (found === null) return;
      clearTimeout(timer);
      resolve(found[1] ?? found[0]);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.on('error', reject);
    child.on('close', (code) => give(`ended with ${code}`));
  });
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}
