import type { Holdfast } from '@holdfast/sdk';
import type { Command } from 'commander';

import { readApiKey, readUrl } from './input/global-options.ts';
import type { GlobalOptions } from './input/global-options.ts';
import { Printer } from './output/printer.ts';

/** What a command works with that talks to a server. */
export interface Session {
  readonly holdfast: Holdfast;
  readonly printer: Printer;
}

/** Gives a command its session, and what the command line has of arguments and options. */
export function serve<Given extends readonly unknown[]>(work: (session: Session, ...given: Given) => Promise<void>) {
  return async (...received: [...Given, Command]): Promise<void> => {
    const command = received.at(-1) as Command;
    const session = await openSession(command.optsWithGlobals<GlobalOptions>());
    await work(session, ...(received.slice(0, -1) as unknown as Given));
  };
}

async function openSession(options: GlobalOptions): Promise<Session> {
  const baseUrl = readUrl(options);
  const apiKey = readApiKey(options);
  const { Holdfast } = await import('@holdfast/sdk');
  // No retries: whoever waits at a terminal wants to know, and a script decides by the exit code.
  return { holdfast: new Holdfast({ baseUrl, apiKey, maxRetries: 0 }), printer: new Printer(options.json === true) };
}
