import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';

import type { ScratchCopy } from './scratch-copy.ts';

export interface VitestRequest {
  readonly files: readonly string[];
  readonly test?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Whether to end with the first failure. */
  readonly bail: boolean;
}

interface TestResult {
  /** From the root of the repository. */
  readonly file: string;
  readonly name: string;
  /** `passed`, `failed`, or why it was not run. */
  readonly status: string;
  /** Why it failed. */
  readonly message: string;
}

export interface VitestRun {
  readonly isGreen: boolean;
  readonly tests: readonly TestResult[];
  /** The end of what was printed, for whoever has to find out why. */
  readonly output: string;
}

/** The JSON reporter's, as far as it is needed. */
interface JsonReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** After this a run hangs, in milliseconds. */
const timeoutMs = 600_000;
const outputLength = 4_000;

/** Whatever is running now ends with this process. */
let running: number | undefined;

/** Runs tests in a scratch copy; one run at a time. */
export async function runVitest(copy: ScratchCopy, request: VitestRequest): Promise<VitestRun> {
  const reportFile = join(copy.temporaryFolder, 'report.json');
  rmSync(reportFile, { force: true });
  const args = [...argumentsFor(request), `--outputFile=${reportFile}`];
  const { exitCode, output } = await spawnVitest(copy, args, request.env);
  const report = existsSync(reportFile) ? readFileSync(reportFile, 'utf8') : '{"testResults":[]}';
  const tests = (JSON.parse(report) as JsonReport).testResults.flatMap(({ name: path, assertionResults }) =>
    assertionResults.map(({ fullName, status, failureMessages }) => ({
      file: relative(copy.folder, path).replaceAll('\\', '/'),
      name: fullName,
      status,
      message: failureMessages.join('\n'),
    })),
  );
  return { isGreen: exitCode === 0 && tests.some(({ status }) => status === 'passed'), tests, output };
}

/** Ends the tests, and the servers and databases that they have started. */
export function killVitest(): void {
  if (running === undefined) return;
  try {
    process.kill(-running, 'SIGKILL');
  } catch {
    // All of them have ended.
  }
  running = undefined;
}

function argumentsFor({ files, test, bail }: VitestRequest): string[] {
  const pattern = test === undefined ? [] : ['-t', test.replaceAll(/[.*+?^${}()|[\]\\]/gu, '\\$&')];
  return ['run', ...files, ...pattern, ...(bail ? ['--bail', '1'] : []), '--reporter=json'];
}

async function spawnVitest(copy: ScratchCopy, args: readonly string[], env: VitestRequest['env'] = {}) {
  const vitest = join('node_modules', 'vitest', 'vitest.mjs');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', vitest, ...args], {
    cwd: copy.folder,
    // Without a MongoDB, what needs one must fail and not be left out.
    env: { ...process.env, CI: 'true', TMPDIR: copy.temporaryFolder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  running = child.pid;
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-outputLength)));
  }
  const timer = setTimeout(killVitest, timeoutMs);
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.on('error', reject).on('exit', resolve);
  const exitCode = await promise.finally(() => clearTimeout(timer));
  killVitest();
  return { exitCode, output };
}
