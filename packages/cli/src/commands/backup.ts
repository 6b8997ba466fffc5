import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Command } from 'commander';

import { CommandError } from '../exit-codes.ts';
import { example } from './example.ts';

/** A server's backups are made by the server's own code, on its own machine: where that is, it is called. */
export function addBackup(program: Command): void {
  program
    .command('backup')
    .description("Copies the server's file store to a file, also while it runs. On its own machine, in its folder.")
    .argument('<file>', 'the file to make')
    .option('--overwrite', 'it may be there already')
    .addHelpText('after', example('holdfast backup /backups/monday.sqlite'))
    .action((file: string, { overwrite = false }: { readonly overwrite?: boolean }) =>
      runInServer('backup', [resolve(file), ...(overwrite ? ['--overwrite'] : [])]),
    );

  program
    .command('restore')
    .description("Puts a backup in the place of the server's file store, while no server runs on it.")
    .argument('<file>', 'the backup')
    .addHelpText('after', example('holdfast restore /backups/monday.sqlite'))
    .action((file: string) => runInServer('restore', [resolve(file)]));
}

async function runInServer(name: 'backup' | 'restore', args: readonly string[]): Promise<void> {
  const folder = findServer(process.cwd()) ?? findServer(fileURLToPath(new URL('.', import.meta.url)));
  if (folder === undefined) {
    throw new CommandError(
      `The server is not here: run this in the folder that it was started in, or \`npm run ${name} -- FILE\` there.`,
    );
  }
  const child = spawn(process.execPath, [join(folder, starter), name, ...args], { cwd: folder, stdio: 'inherit' });
  const [exitCode] = (await once(child, 'exit')) as [number | null];
  // It has said itself what is wrong.
  if (exitCode !== 0) process.exit(exitCode ?? 1);
}

/** What starts the server and its commands, in the folder that `npm start` is called in. */
const starter = join('scripts', 'with-node-24.mjs');

function findServer(from: string): string | undefined {
  const manifest = join(from, 'servers', 'reference', 'package.json');
  const isHere =
    existsSync(join(from, starter)) &&
    existsSync(manifest) &&
    readFileSync(manifest, 'utf8').includes('@holdfast/server');
  if (isHere) return from;
  const parent = dirname(from);
  return parent === from ? undefined : findServer(parent);
}
