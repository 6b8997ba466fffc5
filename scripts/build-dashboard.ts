/** Builds the dashboard, unless it was built from the same sources before. `npm start` runs it. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'packages/dashboard');
const built = join(folder, 'dist');
/** What is in `dist` was built from sources with this hash. */
const stamp = join(built, '.sources');

/** All that the result depends on. */
const sources = [
  'packages/dashboard/{src,build}/**/*.*',
  'packages/dashboard/{index.html,package.json,vite.config.ts}',
  'packages/sdk/src/**/*.ts',
  'pnpm-lock.yaml',
];

/** Resolves to where the built files are. */
export async function buildDashboard(): Promise<string> {
  const hash = hashSources();
  if (isBuiltFrom(hash)) return built;
  console.error('holdfast: building the dashboard');
  const fresh = join(folder, 'node_modules', `.dist-${process.pid}`);
  try {
    await runVite(fresh);
    await writeFile(join(fresh, '.sources'), hash);
    await replaceWith(fresh, hash);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return built;
}

function isBuiltFrom(hash: string): boolean {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
}

/** Another process may have been faster: its files will do, and are in use by now. */
async function replaceWith(fresh: string, hash: string): Promise<void> {
  if (isBuiltFrom(hash)) return;
  await rm(built, { recursive: true, force: true });
  await rename(fresh, built).catch((error: unknown) => {
    if (!existsSync(stamp)) throw error;
  });
}

/** In a process of its own, for whoever runs tests has React's development build. */
async function runVite(outDir: string): Promise<void> {
  const manifest = createRequire(join(folder, 'package.json')).resolve('vite/package.json');
  const vite = join(dirname(manifest), 'bin/vite.js');
  const options = ['build', '--outDir', outDir, '--emptyOutDir', '--logLevel', 'warn'];
  const env = { ...process.env, NODE_ENV: 'production' };
  await promisify(execFile)(process.execPath, [vite, ...options], { cwd: folder, env });
}

function hashSources(): string {
  const hash = createHash('sha256');
  for (const path of globSync(sources, { cwd: root }).toSorted()) {
    hash.update(`${path}\n`).update(readFileSync(join(root, path)));
  }
  return hash.digest('hex');
}

if (import.meta.main) await buildDashboard();
