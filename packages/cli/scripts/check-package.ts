/**
 * Builds the package, packs it as it would be published, and runs its command as its users will, beside the packages
 * that it depends on. Writes to a temporary folder and to dist/.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

import { PackedPackage } from '../../../scripts/packed-package.ts';

const root = join(import.meta.dirname, '..');

/** Puts the command's dependencies where npm would. */
function addDependencies(sdk: PackedPackage, user: string): void {
  cpSync(sdk.install('sdk'), user, { recursive: true });
  cpSync(realpathSync(join(root, 'node_modules/commander')), join(user, 'node_modules/commander'), { recursive: true });
}

/** What the command prints to standard output. */
function runCommand(user: string, ...args: readonly string[]): string {
  const command = join(user, 'node_modules/@holdfast/cli/dist/holdfast.mjs');
  return execFileSync(process.execPath, [command, ...args], { cwd: user, encoding: 'utf8' });
}

function expectOutput(output: string, pattern: RegExp): void {
  if (!pattern.test(output)) throw new Error(`The command printed something else: ${output}`);
}

const cli = new PackedPackage(root);
const sdk = new PackedPackage(join(root, '../sdk'));
try {
  cli.lintManifest();
  const user = cli.install('user');
  addDependencies(sdk, user);
  expectOutput(runCommand(user, '--version'), /^\d+\.\d+\.\d+\n$/u);
  expectOutput(runCommand(user, 'keys', 'create', '--help'), /holdfast keys create/u);
} finally {
  cli.dispose();
  sdk.dispose();
}
