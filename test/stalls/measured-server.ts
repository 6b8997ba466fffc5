import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { bareEnvironment } from '../processes/bare-environment.ts';
import type { Longest } from './turn-probe.ts';

const serverFolder = dirname(createRequire(import.meta.url).resolve('@holdfast/server'));

export const apiKey = `hf_live_${'s'.repeat(43)}`;

/** A server in a process of its own, whose event loop is watched. */
export interface MeasuredServer {
  readonly url: string;
  /** The longest turn of its event loop while something is done. */
  measure(task: () => Promise<void>): Promise<Longest>;
  /** How much processor time a piece of work takes that is always the same, in milliseconds. */
  compare(): Promise<number>;
  end(): Promise<void>;
}

/** @param env - Says what store it is on. */
export async function startMeasuredServer(env: Readonly<Record<string, string>>): Promise<MeasuredServer> {
  const nodeOptions = ['--disable-warning=ExperimentalWarning', '--import', join(import.meta.dirname, 'turn-probe.ts')];
  const child = spawn(process.execPath, [...nodeOptions, join(serverFolder, 'main.ts')], {
    env: {
      ...bareEnvironment(),
      NODE_ENV: 'production',
      PORT: '0',
      HOLDFAST_LOG_LEVEL: 'warn',
      HOLDFAST_BOOTSTRAP_API_KEY: apiKey,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const { stdout } = child;
  const ask = async (...messages: readonly string[]): Promise<unknown> => {
    const answer = once(child, 'message');
    for (const message of messages) child.send(message);
    return (await answer)[0];
  };
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const [, listening] = /listening on (http:\/\/\S+)[^]*\nTry it:/u.exec(output) ?? [];
      if (listening !== undefined) resolve(listening);
    });
    child.on('close', (code) => reject(new Error(`The server ended with ${code} before it listened:\n${output}`)));
  });
  return {
    url,
    async measure(task) {
      child.send('begin');
      await task();
      return (await ask('end')) as Longest;
    },
    compare: async () => (await ask('compare')) as number,
    async end() {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}
