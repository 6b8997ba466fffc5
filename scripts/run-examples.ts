/** Runs every example against a server of its own, as a user would after `npm start`, and checks what it says at the end. */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const node = [process.execPath, '--disable-warning=ExperimentalWarning'] as const;
const apiKey = `hf_live_${randomBytes(32).toString('base64url')}`;

const examples = [
  { path: 'examples/job-workers/main.ts', lastLine: '10 jobs were done by two workers, 10 of them exactly once.' },
  {
    path: 'examples/image-worker/main.ts',
    lastLine: '1 order was refused, 5000 millicredits are left, and the ledger adds up.',
  },
  {
    path: 'examples/metered-stream/main.ts',
    lastLine: '250 tokens were sent, 250 debited; 0 millicredits are left, 0 held.',
  },
  {
    path: 'examples/leader-election/main.ts',
    lastLine: /^\d+ terms, 1 leader at a time, 1 late write was refused\.$/u,
  },
  {
    path: 'examples/appointment-slots/main.ts',
    lastLine: '3 times are confirmed, 3 of them held, 0 given to two.',
  },
  {
    path: 'examples/printer-pool/main.ts',
    lastLine: /^8 documents were printed on [123] printers, 0 at the same time on one\.$/u,
  },
  {
    path: 'examples/nightly-batch/main.ts',
    lastLine: '1024 GB are reserved now, 0 GB are left, 0 intervals are overbooked.',
  },
  {
    path: 'examples/capacity-planner/main.ts',
    lastLine: '2560 of 2560 GB-hours are reserved, once, 0 intervals overbooked.',
  },
  {
    path: 'examples/lock-dashboard/main.ts',
    lastLine: '13 visits: 12 gave the room back, 1 lapsed, 0 go on.',
  },
  {
    path: 'examples/webhook-receiver/main.ts',
    lastLine: '8 deliveries came, and 4 events are stored, each of them once.',
  },
  {
    path: 'examples/python/main.py',
    lastLine: /^[1-9]\d* answers were lost; 5 jobs done, 5 times; 15000 debited, 0 held\.$/u,
  },
];

/** Resolves to the address that the server prints, once it listens. */
function addressOf(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    server.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const address = /listening on (http:\/\/\S+)/u.exec(output)?.[1];
      if (address !== undefined) resolve(address);
    });
    server.on('exit', (code) => reject(new Error(`The server ended with ${code} before it listened:\n${output}`)));
  });
}

/** What runs a program, by its ending. Undefined where Python isn't installed. */
function runtimeOf(path: string): readonly [string, ...string[]] | undefined {
  if (!path.endsWith('.py')) return node;
  return spawnSync('python3', ['--version']).status === 0 ? ['python3', '-B'] : undefined;
}

/** Says so loudly. In CI it is a failure. */
function leaveOut(path: string): boolean {
  console.log(`\n*** PYTHON WAS LEFT OUT: there is no python3, so ${path} was not run.\n`);
  return !process.env['CI'];
}

function runExample({ path, lastLine }: (typeof examples)[number], address: string): boolean {
  const runtime = runtimeOf(path);
  if (runtime === undefined) return leaveOut(path);
  const env = { ...process.env, HOLDFAST_URL: address, HOLDFAST_API_KEY: apiKey };
  const [command, ...args] = [...runtime, join(root, path)];
  const { stdout, stderr, status } = spawnSync(command, args, { env, encoding: 'utf8', timeout: 60_000 });
  const said = stdout.trimEnd().split('\n').at(-1) ?? '';
  const isRight = status === 0 && (typeof lastLine === 'string' ? said === lastLine : lastLine.test(said));
  console.log(`${isRight ? 'ok' : 'WRONG'}  ${path}: ${said}`);
  if (!isRight) console.log(stdout, stderr);
  return isRight;
}

const dataDirectory = mkdtempSync(join(tmpdir(), 'holdfast-examples-'));
const [command, ...args] = [...node, join(root, 'servers/reference/src/main.ts')];
const env = {
  ...process.env,
  HOLDFAST_DATA_DIR: dataDirectory,
  HOLDFAST_BOOTSTRAP_API_KEY: apiKey,
  HOLDFAST_WEBHOOK_ALLOW: '127.0.0.1/32',
  PORT: '0',
  MONGODB_URI: '',
};
const server = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
try {
  const address = await addressOf(server);
  const results = examples.map((example) => runExample(example, address));
  process.exitCode = results.every(Boolean) ? 0 : 1;
} finally {
  server.removeAllListeners('exit');
  server.kill('SIGTERM');
  await new Promise((resolve) => server.once('exit', resolve));
  rmSync(dataDirectory, { recursive: true, force: true });
}
