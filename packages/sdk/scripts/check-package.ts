/**
 * Builds the package, packs it as it would be published, and looks at the tarball as its users will: publint, attw,
 * an import and a require of it, and the size of its whole ESM bundle. Writes to a temporary folder and to dist/.
 */
import { execFileSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'tsdown';

const LARGEST_GZIPPED_BYTES = 8_000;

const root = join(import.meta.dirname, '..');
const scratch = mkdtempSync(join(tmpdir(), 'holdfast-sdk-'));
const user = join(scratch, 'user');
const installed = join(user, 'node_modules', '@holdfast', 'sdk');

function run(command: string, args: readonly string[], cwd = root): void {
  execFileSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
}

/** Runs the command that a development dependency keeps in a file. */
function runTool(neighbour: string, file: string, args: readonly string[]): void {
  run(process.execPath, [join(dirname(fileURLToPath(neighbour)), file), ...args]);
}

/** pnpm, and no other, puts what `publishConfig` says into the manifest that it packs. */
function runPnpm(args: readonly string[]): void {
  const fetched = join(root, '..', '..', '.tools', 'node_modules', 'pnpm', 'bin', 'pnpm.mjs');
  const candidates = [process.env['npm_execpath'] ?? '', ...globSync(fetched)];
  const runner = candidates.find((path) => /pnpm[^/\\]*$/.test(path)) ?? 'pnpm';
  if (runner.endsWith('js')) run(process.execPath, [runner, ...args]);
  else run(runner, args);
}

function pack(): string {
  runPnpm(['pack', '--pack-destination', scratch]);
  const [tarball] = globSync(join(scratch, '*.tgz'));
  if (tarball === undefined) throw new Error('pnpm packed nothing.');
  return tarball;
}

/** Unpacks the tarball to where a user's package manager would, and loads it in both ways. */
function load(tarball: string): void {
  mkdirSync(installed, { recursive: true });
  run('tar', ['-xzf', tarball, '--strip-components=1', '-C', installed]);
  const check = `if (typeof Holdfast.prototype.withLock !== 'function') throw new Error('no withLock');`;
  writeFileSync(join(user, 'import.mjs'), `import { Holdfast } from '@holdfast/sdk';\n${check}\n`);
  writeFileSync(join(user, 'require.cjs'), `const { Holdfast } = require('@holdfast/sdk');\n${check}\n`);
  for (const file of ['import.mjs', 'require.cjs']) run(process.execPath, [file], user);
}

async function gzippedBytes(): Promise<number> {
  const outDir = join(scratch, 'minified');
  const entry = join(installed, 'dist', 'index.mjs');
  await build({ config: false, entry, outDir, platform: 'neutral', minify: true, dts: false, logLevel: 'warn' });
  const [bundle] = globSync(join(outDir, 'index.*js'));
  return gzipSync(readFileSync(bundle!)).length;
}

try {
  const tarball = pack();
  runTool(import.meta.resolve('publint'), 'cli.js', ['run', tarball, '--strict']);
  runTool(import.meta.resolve('@arethetypeswrong/cli/package.json'), 'dist/index.js', [tarball]);
  load(tarball);

  const bytes = await gzippedBytes();
  console.log(`The ESM bundle has ${bytes} bytes, minified and gzipped; at most ${LARGEST_GZIPPED_BYTES} are allowed.`);
  if (bytes > LARGEST_GZIPPED_BYTES) process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true });
}
