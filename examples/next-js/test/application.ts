import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const next = join(root, 'node_modules/next/dist/bin/next');
const mock = join(root, 'node_modules/@holdfast/mocks/dist/bin/holdfast-mock.mjs');

export const apiKey = 'hf_live_a-key-that-no-page-may-ever-see-0123456789';

/** A program that listens, and where. */
export interface Running {
  readonly url: string;
  stop(): Promise<void>;
}

/** Runs `next build`, with the key that a careless build would leave in the pages' scripts. */
export async function build(): Promise<void> {
  const [code] = (await once(launch(next, ['build'], {}, 'inherit'), 'exit')) as [number | null];
  if (code !== 0) throw new Error(`next build ended with ${code}.`);
}

/** Runs the application on the mock of a server. */
export function startApplication(holdfastUrl: string): Promise<Running> {
  return untilItListens(
    launch(next, ['start', '--hostname', '127.0.0.1', '--port', '0'], { HOLDFAST_URL: holdfastUrl }),
  );
}

/** A Holdfast in memory, whose clock the test moves. */
export function startMock(): Promise<Running> {
  return untilItListens(launch(mock, ['--port', '0', '--api-key', apiKey, '--manual-clock']));
}

function launch(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  stdout: 'pipe' | 'inherit' = 'pipe',
): ChildProcess {
  return spawn(process.execPath, [script, ...args], {
    cwd: root,
    env: {
      ...process.env,
      NODE_ENV: 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      HOLDFAST_API_KEY: apiKey,
      ...env,
    },
    stdio: ['ignore', stdout, 'inherit'],
  });
}

async function untilItListens(child: ChildProcess): Promise<Running> {
  const url = await new Promise<string>((resolve, reject) => {
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const found = /http:\/\/127\.0\.0\.1:\d+/u.exec(output)?.[0];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`It ended with ${code} before it listened:\n${output}`)));
  });
  const stop = async () => {
    if (child.exitCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  return { url, stop };
}
