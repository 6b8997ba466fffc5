import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';

import { bareEnvironment } from './bare-environment.ts';

const serverFolder = dirname(createRequire(import.meta.url).resolve('@holdfast/server'));

export interface CommandResult {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

export interface CommandOptions {
  readonly env: Readonly<Record<string, string>>;
  /** A command to start it with, such as one that first goes to another mount namespace; it must not fork. */
  readonly launcher?: readonly string[];
}

/** Runs one of the server's commands for operators as `npm run backup` does. */
export async function runCommand(
  name: 'admin-key' | 'backup' | 'restore' | 'sign-in-link',
  args: readonly string[],
  { env, launcher = [] }: CommandOptions,
): Promise<CommandResult> {
  const script = join(serverFolder, `${name}.ts`);
  const [command = '', ...rest] = [
    ...launcher,
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    script,
    ...args,
  ];
  const child = spawn(command, rest, { env: { ...bareEnvironment(), ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const [[code], output, errors] = await Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]);
  return { code: code as number | null, output, errors };
}
