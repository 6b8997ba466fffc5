import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

export const command = join(import.meta.dirname, '..', 'src', 'holdfast.ts');

export interface Ended {
  readonly exitCode: number | null;
  readonly output: string;
  readonly errors: string;
}

export interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  readonly folder?: string;
}

/** Runs the command as a shell would, with nobody at a terminal. */
export async function holdfast(args: readonly string[], { env = {}, folder }: Surroundings = {}): Promise<Ended> {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', command, ...args], {
    env: { PATH, ...env },
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, errors, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { exitCode: exitCode as number | null, output, errors };
}
