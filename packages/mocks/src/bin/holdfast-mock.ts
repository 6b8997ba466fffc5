#!/usr/bin/env node
import { readCommandOptions, usage, UsageError } from './command-options.ts';
import type { CommandOptions } from './command-options.ts';
import { startMockServer } from './mock-server.ts';

/** The mock can't listen on the address. */
const exitFailed = 1;
/** The command line is wrong: a retry won't help. */
const exitMisused = 2;

// Output that can't be written (full disk, closed pipe) must not end the mock.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

try {
  const options = readCommandOptions(process.argv.slice(2));
  if (options === 'help') process.stdout.write(usage);
  else await run(options);
} catch (error) {
  const { message, exitCode } = explain(error);
  process.stderr.write(`${message}\n`);
  process.exitCode = exitCode;
}

async function run(options: CommandOptions): Promise<void> {
  const server = await startMockServer(options);
  const keys = options.backend.apiKeys === undefined ? 'any API key is good' : 'with the API keys that were given';
  const time = options.backend.clock === 'manual' ? 'a clock that you move' : 'the system clock';
  process.stdout.write(`The Holdfast mock is listening on ${server.url} (${keys}; ${time})\n`);
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => void server.stop().then(() => process.exit()));
}

/** @throws errors that aren't the user's. */
function explain(error: unknown): { readonly message: string; readonly exitCode: number } {
  if (!(error instanceof Error)) throw error;
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE')
    return { message: 'The port is in use: choose another one with --port.', exitCode: exitFailed };
  if (code === 'EACCES')
    return { message: 'The port may not be used: choose another one with --port.', exitCode: exitFailed };
  if (code === 'ENOTFOUND' || code === 'EADDRNOTAVAIL') {
    return { message: 'This machine has no such address: choose another one with --host.', exitCode: exitFailed };
  }
  if (error instanceof UsageError)
    return { message: `${error.message} See holdfast-mock --help.`, exitCode: exitMisused };
  throw error;
}
