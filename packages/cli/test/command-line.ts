import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const command = join(import.meta.dirname, '..', 'src', 'holdfast.ts');

export interface Ended {
  readonly exitCode: number | null;
  readonly output: string;
  readonly errors: string;
}

export interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  readonly folder?: string;
}

/** Starts the command as a shell would, with nobody at a terminal. */
export function startCommand(args: readonly string[], { env = {}, folder }: Surroundings = {}) {
  const { PATH = '', NODE_COMPILE_CACHE } = process.env;
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', command, ...args], {
    env: { PATH, NODE_COMPILE_CACHE, ...env },
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs the command to its end. */
export async function holdfast(args: readonly string[], surroundings: Surroundings = {}): Promise<Ended> {
  const child = startCommand(args, surroundings);
  const [output, errors, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { exitCode: exitCode as number | null, output, errors };
}
