import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import type { OperationId } from '@holdfast/contract';

import type { Family, KnownThings } from './family.ts';

export interface SchemathesisOptions {
  /** The program: `schemathesis` in the `bin` of a virtual environment. */
  readonly program: string;
  readonly serverUrl: string;
  readonly apiKey: string;
  readonly seed: number;
  readonly durationSeconds: number;
  /** Absent: all. */
  readonly operationIds?: readonly OperationId[];
  readonly families: readonly Family[];
  readonly knownThings: readonly KnownThings[];
  /** A folder for what it writes. */
  readonly scratch: string;
}

/** What it may need beyond its time, to end a case and to shrink a failure, on a busy machine. */
const graceSeconds = 240;

/** Runs Schemathesis, which prints what it found. What it returns says whether that was anything. */
export async function runSchemathesis(options: SchemathesisOptions): Promise<readonly string[]> {
  const { program, scratch, durationSeconds, families, knownThings } = options;
  const env = {
    ...process.env,
    RULES_BEYOND_SCHEMA: JSON.stringify(families.flatMap((family) => family.rulesBeyondSchema)),
    STATE_STATUSES: JSON.stringify(families.flatMap((family) => family.stateStatuses)),
    KNOWN_THINGS: JSON.stringify(knownThings),
    SCHEMATHESIS_HOOKS: join(import.meta.dirname, 'hooks.py'),
    PYTHONDONTWRITEBYTECODE: '1',
  };
  const child = spawn(program, argumentsFor(options), {
    cwd: scratch,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: (durationSeconds + graceSeconds) * 1_000,
    killSignal: 'SIGKILL',
  });
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    if (signal !== null) return [`Schemathesis went on ${graceSeconds} s after its time, and was ended by ${signal}.`];
    return code === 0 ? [] : [`Schemathesis ended with ${code}; it says above what it found.`];
  } catch (error) {
    return [`Schemathesis could not be started: ${String(error)}`];
  }
}

function argumentsFor({ operationIds = [], ...options }: SchemathesisOptions): readonly string[] {
  const { serverUrl, apiKey, seed, durationSeconds } = options;
  const run = ['--config-file', join(import.meta.dirname, 'schemathesis.toml'), 'run', `${serverUrl}/openapi.json`];
  const limits = ['--seed', String(seed), '--max-time', String(durationSeconds), '--checks', 'all'];
  // The key is of a server that ends with this run, and without it a printed request can't be repeated.
  // A few operations alone needn't have links between them, without which the stateful phase fails.
  const phases = operationIds.length === 0 ? [] : ['--phases', 'examples,coverage,fuzzing'];
  const only = operationIds.flatMap((operationId) => ['--include-operation-id', operationId]);
  return [
    ...run,
    ...phases,
    ...only,
    ...limits,
    '--header',
    `X-API-Key: ${apiKey}`,
    '--output-sanitize',
    'false',
    '--no-color',
  ];
}
