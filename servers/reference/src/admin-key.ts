import { createAdminKey, newApiKey } from '@holdfast/engine';

import { describeStore } from './open-store.ts';
import { runCommand, UsageError } from './run-command.ts';
import type { CommandLine } from './run-command.ts';
import { StartError } from './start-error.ts';
import { withService } from './with-service.ts';

const usage = `npm run admin-key -- [--environment live|test] [--label TEXT]

Makes another API key of the first tenant, which may do everything, and prints it: for whoever has lost the others. On
the file store, in HOLDFAST_DATA_DIR, no server may run; on the MongoDB of MONGODB_URI servers may.

--environment: where the key is valid; live if absent.
--label: what events call it, in 1 to 128 characters; "admin key" if absent.`;

const unprinted =
  'The key was made, but could not be printed: nobody can use it. Run the command again, and revoke this one.';

await runCommand({
  usage,
  flags: { environment: { type: 'string', default: 'live' }, label: { type: 'string', default: 'admin key' } },
  run: makeKey,
  unprinted,
});

async function makeKey({ config, flags, file }: CommandLine): Promise<string> {
  const { environment, label } = flags;
  if (file !== undefined) throw new UsageError('It takes no file.');
  if (environment !== 'live' && environment !== 'test') throw new UsageError('--environment must be live or test.');
  if (typeof label !== 'string' || !/^.{1,128}$/u.test(label))
    throw new UsageError('--label must be of 1 to 128 characters.');
  const apiKey = await withService(config, 'start that with HOLDFAST_BOOTSTRAP_API_KEY.', async (service) => {
    const value = newApiKey(service, environment);
    return (await createAdminKey(service, value, { label, environment })) ? value : undefined;
  });
  if (apiKey === undefined) {
    const store = describeStore(config.store);
    throw new StartError(`There is nothing in this store yet (${store}): the first start makes a key.`);
  }
  return [
    `API key: ${apiKey}   (shown this once: only its hash is stored)`,
    `It may do everything, in the environment ${environment}. Its label is "${label}" (store: ${describeStore(config.store)}).`,
  ].join('\n');
}
