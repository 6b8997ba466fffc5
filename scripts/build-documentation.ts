/** Builds the documentation site into `site/dist`, and finds its dead links: `pnpm docs:build`. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { findFaults } from './documentation/find-faults.ts';
import { root } from './documentation/pages.ts';
import { prepare } from './documentation/prepare.ts';

const folder = join(root, 'site');
const pnpm = join(root, '.tools/node_modules/pnpm/bin/pnpm.mjs');

/** Runs a program of Node's in the site's folder. Where it fails, this one does, and shows what it said. */
function run(script: string, ...args: readonly string[]): void {
  const env = { ...process.env, ASTRO_TELEMETRY_DISABLED: '1' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env,
  });
  if (status === 0) return;
  console.error(stdout, stderr);
  process.exit(1);
}

if (!existsSync(pnpm)) throw new Error('There is no pnpm in .tools: run `pnpm docs:build`.');
run(pnpm, 'install', '--frozen-lockfile', '--prefer-offline');
prepare();
// What Astro keeps of earlier pages may name styles that are no more.
run(join(folder, 'node_modules/astro/bin/astro.mjs'), 'build', '--force');

const faults = findFaults(join(folder, 'dist'));
for (const fault of faults) console.error(fault);
console.log(
  faults.length === 0
    ? `The site is in ${join(folder, 'dist')}, and each link within it leads somewhere.`
    : `Faults of the site: ${faults.length}.`,
);
process.exitCode = faults.length === 0 ? 0 : 1;
