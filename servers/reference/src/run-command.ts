import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { ParseArgsOptionsConfig } from 'node:util';

import { ConfigError, readConfig } from './config/config.ts';
import type { ServerConfig } from './config/config.ts';
import { endProcess } from './end-process.ts';
import { standardError, standardOutput } from './log/standard-output.ts';
import { messageOf, StartError } from './start-error.ts';

/** The command failed. */
const exitFailed = 1;
/** The command line or an environment variable is wrong: a retry won't help. */
const exitMisused = 2;

/** How long a message may take to be printed if it matters, in milliseconds. */
const printTimeoutMs = 2_000;

/** The command line is wrong. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface CommandLine {
  readonly config: ServerConfig;
  readonly flags: Readonly<Record<string, unknown>>;
  /** The file argument as an absolute path; undefined if there is none. */
  readonly file: string | undefined;
}

export interface Command {
  readonly usage: string;
  readonly flags: ParseArgsOptionsConfig;
  /** Resolves to the message for whoever ran it. Errors meant for them are {@link StartError}s. */
  run(commandLine: CommandLine): Promise<string>;
  /** What to say if the message can't be printed; absent: then it doesn't matter. */
  readonly unprinted?: string;
}

/** Runs one of the commands for operators, and ends the process. */
export async function runCommand({ usage, flags, run, unprinted }: Command): Promise<void> {
  try {
    const commandLine = readCommandLine(flags);
    const isHelp = commandLine.flags['help'] === true;
    standardOutput.write(`${isHelp ? usage : await run({ ...commandLine, config: readConfig(process.env) })}\n`);
    const isPrinted = await standardOutput.flush(printTimeoutMs);
    if (!isPrinted && !isHelp && unprinted !== undefined) throw new StartError(unprinted);
    await endProcess(0);
  } catch (error) {
    if (error instanceof UsageError) standardError.write(`${error.message}\n${usage}\n`);
    else if (error instanceof ConfigError || error instanceof StartError) standardError.write(`${error.message}\n`);
    else standardError.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    await endProcess(error instanceof UsageError || error instanceof ConfigError ? exitMisused : exitFailed);
  }
}

function readCommandLine(options: ParseArgsOptionsConfig): Pick<CommandLine, 'flags' | 'file'> {
  const { values, positionals } = parse({ ...options, help: { type: 'boolean', short: 'h' } });
  const [file, ...others] = positionals;
  if (others.length > 0) throw new UsageError('One file is enough.');
  // npm runs scripts in the package's folder; `INIT_CWD` is where it was called.
  const folder = process.env['INIT_CWD'] ?? process.cwd();
  return { flags: values, file: file === undefined ? undefined : resolve(folder, file) };
}

function parse(options: ParseArgsOptionsConfig) {
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(messageOf(error), { cause: error });
  }
}
