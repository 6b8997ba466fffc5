import { CommanderError } from 'commander';

import { exitCodes, UsageError } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import { explain } from './failures.ts';
import { readUrl, withoutApiKey } from './input/global-options.ts';
import type { GlobalOptions } from './input/global-options.ts';
import { printable } from './output/printable.ts';
import { createProgram } from './program.ts';

/** Runs a command line to its end, and says what went wrong in a sentence; never with a stack trace. */
export async function run(args: readonly string[]): Promise<ExitCode> {
  const program = createProgram();
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCodes.ok;
  } catch (error) {
    // It has said already what is wrong, or shown the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.misused;
    const options = program.opts<GlobalOptions>();
    const { message, exitCode } = await explain(error, () => readUrl(options));
    const hint = error instanceof UsageError ? ' See holdfast --help.' : '';
    process.stderr.write(`${printable(withoutApiKey(message, options), 'lines')}${hint}\n`);
    return exitCode;
  }
}
