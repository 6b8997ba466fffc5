/**
 * Holds the server against its contract with requests that Schemathesis makes up: no 5xx, no undeclared status, no
 * answer outside of its schema. `.ci/run` runs it; by hand:
 *
 *   node test/fuzz/fuzz-contract.ts --schemathesis PATH
 *
 * with FUZZ_SEED for other requests than the usual ones, and FUZZ_SECONDS for more of them.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { familiesFor } from '../families.ts';
import { startServerProcess } from '../processes/server-process.ts';
import type { Call } from './family.ts';
import { runSchemathesis } from './run-schemathesis.ts';
import type { SchemathesisOptions } from './run-schemathesis.ts';
import { findLogFaults, findServerFaults, findUntried } from './server-faults.ts';

const seed = Number(process.env['FUZZ_SEED'] ?? 20_261_121);
const durationSeconds = Number(process.env['FUZZ_SECONDS'] ?? 120);

/** A slow machine gets through few requests in that time: operations that were left over get further, shorter rounds. */
const mostRounds = 20;
const laterRoundsShare = 0.25;
const { values } = parseArgs({ options: { schemathesis: { type: 'string', default: 'schemathesis' } } });
const program = values.schemathesis;

const families = await familiesFor('fuzz');
const faults = await fuzz();
for (const fault of faults) console.log(`WRONG  ${fault}`);
const again = `FUZZ_SEED=${seed} node test/fuzz/fuzz-contract.ts --schemathesis ${program}`;
console.log(faults.length === 0 ? 'ok  The server keeps to its contract.' : `The same requests again: ${again}`);
process.exitCode = faults.length === 0 ? 0 : 1;

/** Everything that is wrong, a sentence each. */
async function fuzz(): Promise<readonly string[]> {
  if (program.includes('/') && !existsSync(program)) return [`There is no Schemathesis at ${program}.`];
  console.log(`Fuzzing the contract for ${durationSeconds} s with the seed ${seed}.`);
  const scratch = await mkdtemp(join(tmpdir(), 'holdfast-fuzz-'));
  try {
    return await fuzzServer(scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function fuzzServer(scratch: string): Promise<readonly string[]> {
  const env = {
    HOLDFAST_STORE: 'sqlite',
    HOLDFAST_DATA_DIR: join(scratch, 'data'),
    HOLDFAST_CHECK_CONTRACT: 'true',
    HOLDFAST_WEBHOOK_ALLOW: '127.0.0.1/32',
  };
  const server = await startServerProcess({ env });
  const { url: serverUrl, printedApiKey: apiKey = '' } = server;
  try {
    const call: Call = (...request) => callOnce(serverUrl, apiKey, request);
    const knownThings = (await Promise.all(families.map((family) => family.plant(call)))).flat();
    const found = await fuzzAll({ program, serverUrl, apiKey, seed, durationSeconds, families, knownThings, scratch });
    const serverFaults = await findServerFaults(serverUrl);
    const exitCode = await server.end('SIGTERM');
    const atItsEnd = exitCode === 0 ? [] : [`The server ended with ${exitCode} when it was asked to stop.`];
    return [...found, ...serverFaults, ...atItsEnd, ...findLogFaults(server.log())];
  } finally {
    await server.end('SIGKILL');
  }
}

/** All operations, and then again those that weren't carried out yet. */
async function fuzzAll(options: SchemathesisOptions): Promise<readonly string[]> {
  let found = await runSchemathesis(options);
  for (let round = 1; round < mostRounds && found.length === 0; round += 1) {
    const operationIds = await findUntried(options.serverUrl);
    if (operationIds.length === 0) break;
    console.log(`Fuzzing once more what was never carried out: ${operationIds.join(', ')}.`);
    const seconds = Math.ceil(durationSeconds * laterRoundsShare);
    found = await runSchemathesis({ ...options, operationIds, seed: seed + round, durationSeconds: seconds });
  }
  return found;
}

async function callOnce(serverUrl: string, apiKey: string, [method, path, body]: Parameters<Call>): Promise<unknown> {
  const headers = { 'Content-Type': 'application/json', 'X-API-Key': apiKey };
  const response = await fetch(`${serverUrl}${path}`, { method, headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${path} should have been carried out, but: ${await response.text()}`);
  return response.json();
}
