/**
 * Builds the package, packs it as it would be published, and looks at the tarball as its users will: publint, attw,
 * types, an import and a require of it beside each version of MSW, and its command. Writes to a temporary folder and
 * to dist/.
 */
import { execFileSync } from 'node:child_process';
import {
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(import.meta.dirname, '..');
const scratch = mkdtempSync(join(tmpdir(), 'holdfast-mocks-'));

function run(command: string, args: readonly string[], cwd = root): void {
  execFileSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
}

/** Runs the command that a development dependency keeps in a file. */
function runTool(neighbour: string, file: string, args: readonly string[], cwd = root): void {
  run(process.execPath, [join(dirname(fileURLToPath(neighbour)), file), ...args], cwd);
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

/** Unpacks the tarball to where a user's package manager would; `msw` is the folder to have beside it, if any. */
function install(tarball: string, name: string, msw?: string): string {
  const user = join(scratch, name);
  const installed = join(user, 'node_modules', '@holdfast', 'mocks');
  mkdirSync(installed, { recursive: true });
  run('tar', ['-xzf', tarball, '--strip-components=1', '-C', installed]);
  if (msw !== undefined) symlinkSync(realpathSync(join(root, 'node_modules', msw)), join(user, 'node_modules', 'msw'));
  return user;
}

const check = `
const mock = createHoldfastMock({ baseUrl: 'http://holdfast.test', seed: { definitions: [{ name: 'Printer', capacity: 2 }] } });
const server = setupServer(...mock.handlers);
server.listen();
const headers = { 'X-API-Key': 'any', 'Content-Type': 'application/json' };
const body = JSON.stringify([{ requester: 'alice', resource: 'Printer' }]);
fetch('http://holdfast.test/api/v1/Reservation/reserve', { method: 'POST', headers, body })
  .then((response) => response.json())
  .then(([result]) => {
    server.close();
    if (result.acquiredSlots.Printer !== 'Printer_0') throw new Error('no printer');
  });
`;

/** Loads the package in both ways, and lets a compiler read its types. */
function use(user: string): void {
  const imports = `import { createHoldfastMock } from '@holdfast/mocks';\nimport { setupServer } from 'msw/node';\n`;
  const requires = `const { createHoldfastMock } = require('@holdfast/mocks');\nconst { setupServer } = require('msw/node');\n`;
  writeFileSync(join(user, 'import.mjs'), imports + check);
  writeFileSync(join(user, 'require.cjs'), requires + check);
  writeFileSync(join(user, 'types.mts'), imports + check.replace('fetch(', 'mock.fetch('));
  for (const file of ['import.mjs', 'require.cjs']) run(process.execPath, [file], user);
  const options = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', '--target', 'es2023'];
  for (const module of [
    ['--module', 'nodenext'],
    ['--module', 'esnext', '--moduleResolution', 'bundler'],
  ]) {
    runTool(import.meta.resolve('typescript/package.json'), 'lib/tsc.js', [...options, ...module, 'types.mts'], user);
  }
}

/** What is private to the workspace doesn't exist for users. */
function findPrivateNames(user: string): readonly string[] {
  const files = globSync(join(user, 'node_modules/@holdfast/mocks/dist/**/*.{mjs,cjs,mts,cts}'));
  const imported = files.flatMap(
    (file) => readFileSync(file, 'utf8').match(/(?:from|import\(|require\()\s*["']@holdfast\/\w+/g) ?? [],
  );
  return imported.filter((text) => !text.endsWith('@holdfast/mocks'));
}

try {
  const tarball = pack();
  runTool(import.meta.resolve('publint'), 'cli.js', ['run', tarball, '--strict']);
  runTool(import.meta.resolve('@arethetypeswrong/cli/package.json'), 'dist/index.js', [tarball]);
  for (const msw of ['msw', 'msw-2']) use(install(tarball, `beside-${msw}`, msw));

  const alone = install(tarball, 'alone');
  run(process.execPath, [join(alone, 'node_modules/@holdfast/mocks/dist/bin/holdfast-mock.mjs'), '--help'], alone);
  const privateNames = findPrivateNames(alone);
  if (privateNames.length > 0) throw new Error(`Users can't have ${privateNames.join(', ')}.`);
} finally {
  rmSync(scratch, { recursive: true });
}
