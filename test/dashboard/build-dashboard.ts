import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const folder = resolve(import.meta.dirname, '../../packages/dashboard');

/** Builds the dashboard, unless its sources have been built before, and answers where its files are. */
export async function buildDashboard(): Promise<string> {
  const built = join(folder, 'node_modules/.cache/dashboard', hashOfSources());
  if (existsSync(built)) return built;
  await mkdir(dirname(built), { recursive: true });
  const scratch = await mkdtemp(`${built}-`);
  const vite = join(folder, 'node_modules/vite/bin/vite.js');
  // In a process of its own: what runs tests has React's development build.
  await promisify(execFile)(process.execPath, [vite, 'build', '--outDir', scratch, '--emptyOutDir'], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: 'production' },
  });
  // Another worker may have been faster: either one's files will do.
  await rename(scratch, built).catch(() => rm(scratch, { recursive: true }));
  return built;
}

function hashOfSources(): string {
  const hash = createHash('sha256');
  const sources = globSync(['src/**/*.*', 'build/*', 'index.html', 'package.json', 'vite.config.ts'], { cwd: folder });
  for (const path of sources.sort()) hash.update(path).update(readFileSync(join(folder, path)));
  return hash.digest('hex').slice(0, 20);
}
