import { readFileSync } from 'node:fs';

import { Command } from 'commander';

import { addBackup } from './commands/backup.ts';
import { addCompletion } from './commands/completion.ts';
import { addCustomers } from './commands/customers.ts';
import { addEvents } from './commands/events.ts';
import { addJwtIssuer } from './commands/jwt-issuer.ts';
import { addKeys } from './commands/keys.ts';
import { addLimits } from './commands/limits.ts';
import { addLocks } from './commands/locks.ts';
import { addPeople } from './commands/people.ts';
import { addTenants } from './commands/tenants.ts';
import { addTiers } from './commands/tiers.ts';
import { addWebhooks } from './commands/webhooks.ts';

const epilogue = `
Environment:
  HOLDFAST_URL      where the server is (http://127.0.0.1:4000)
  HOLDFAST_API_KEY  the API key

Exit codes:
  0  done
  1  refused, or failed
  2  the command line is wrong, or no API key was given
  3  the server can't be reached, or doesn't answer as Holdfast does
  4  the API key isn't valid, or isn't allowed to do this
  5  there is no such thing
  6  it contradicts what is there
  7  a limit is reached

Example:
  $ export HOLDFAST_API_KEY=hf_live_…
  $ holdfast limits
`;

/** The whole command line. What a command does is loaded when it runs; the SDK among it. */
export function createProgram(): Command {
  const program = new Command('holdfast')
    .description(
      'Administers a Holdfast server: tenants, API keys, people, tiers, limits, locks, customers, events and webhooks.',
    )
    .version(readVersion())
    .option('--url <url>', 'where the server is, instead of HOLDFAST_URL')
    .option(
      '--api-key <key>',
      'instead of HOLDFAST_API_KEY; others on this machine can see it in the list of processes',
    )
    .option('--json', 'print what the server answered, as one JSON document; a list is an array')
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(--help shows how it is used)')
    .exitOverride()
    .addHelpText('after', epilogue);
  for (const add of [addTenants, addKeys, addPeople, addTiers, addJwtIssuer, addLocks, addCustomers, addLimits])
    add(program);
  addEvents(program);
  addWebhooks(program);
  addBackup(program);
  addCompletion(program);
  return program;
}

function readVersion(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
