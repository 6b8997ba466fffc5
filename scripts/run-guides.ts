/**
 * Runs the projects of those guides that need packages which nobody needs to start Holdfast. Each is copied to a scratch
 * folder, installed from the npm registry with our packages as they will be published, and tested by its own tests.
 *
 *   npm run example -- scripts/run-guides.ts [vitest] [jest] [next-js] [--keep] [--update-lockfiles]
 *
 * `--keep` leaves the folder, to play with.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';

import { PackedPackage, runPnpm } from './packed-package.ts';

const root = join(import.meta.dirname, '..');
const projects = ['vitest', 'jest', 'next-js'];
const published = ['sdk', 'mocks'];

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { keep: { type: 'boolean', default: false }, 'update-lockfiles': { type: 'boolean', default: false } },
});
const unknown = positionals.filter((name) => !projects.includes(name));
if (unknown.length > 0) throw new Error(`There is no ${unknown.join(', ')}; there are ${projects.join(', ')}.`);

/** Copies a project to where nothing of this repository is found, with what is published beside it. */
function copyProject(name: string, scratch: string, packages: ReadonlyMap<string, PackedPackage>): string {
  const folder = join(scratch, name);
  const isSource = (path: string) => !['node_modules', '.next'].includes(basename(path));
  cpSync(join(root, 'examples', name), folder, { recursive: true, filter: isSource });
  for (const [each, packed] of packages) packed.unpackTo(join(folder, 'packed', each));
  const manifest = join(folder, 'package.json');
  const text = readFileSync(manifest, 'utf8');
  // A tarball's checksum would be in the lockfile, and change with every line of our code; a folder has none.
  writeFileSync(manifest, text.replaceAll(/"@holdfast\/(\w+)": "latest"/gu, '"@holdfast/$1": "file:packed/$1"'));
  return folder;
}

function installAndTest(name: string, folder: string): void {
  const lockfile = values['update-lockfiles'] ? '--no-frozen-lockfile' : '--frozen-lockfile';
  runPnpm(folder, ['install', lockfile, '--loglevel=warn']);
  if (values['update-lockfiles'])
    cpSync(join(folder, 'pnpm-lock.yaml'), join(root, 'examples', name, 'pnpm-lock.yaml'));
  runPnpm(folder, ['run', 'test']);
}

/** Whether the project's tests passed. */
function holds(name: string, scratch: string, packages: ReadonlyMap<string, PackedPackage>): boolean {
  console.log(`--- examples/${name}`);
  try {
    installAndTest(name, copyProject(name, scratch, packages));
    return true;
  } catch (error) {
    console.log(String(error));
    return false;
  }
}

const scratch = mkdtempSync(join(tmpdir(), 'holdfast-guides-'));
const packages = new Map(published.map((name) => [name, new PackedPackage(join(root, 'packages', name))]));
try {
  const chosen = positionals.length > 0 ? positionals : projects;
  const failed = chosen.filter((name) => !holds(name, scratch, packages));
  console.log(failed.length === 0 ? `${chosen.length} projects hold.` : `These do not hold: ${failed.join(', ')}.`);
  process.exitCode = failed.length === 0 ? 0 : 1;
} finally {
  for (const packed of packages.values()) packed.dispose();
  if (values.keep) console.log(`They are in ${scratch}.`);
  else rmSync(scratch, { recursive: true, force: true });
}
