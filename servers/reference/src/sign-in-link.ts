import { createStartLink, hasOperatorSignedIn } from '@holdfast/engine';

import { localUrl } from './http/listen.ts';
import { describeStore } from './open-store.ts';
import { runCommand, UsageError } from './run-command.ts';
import type { CommandLine } from './run-command.ts';
import { toStartUrl } from './sign-in/start-url.ts';
import { StartError } from './start-error.ts';
import { withService } from './with-service.ts';

const usage = `npm run sign-in-link

Prints a link that signs in the operator on the dashboard, once, within 15 minutes. On the file store, in
HOLDFAST_DATA_DIR, no server may run; on the MongoDB of MONGODB_URI servers may.`;

await runCommand({
  usage,
  flags: {},
  run: makeLink,
  unprinted: 'The link could not be printed: run the command again.',
});

async function makeLink({ config, file }: CommandLine): Promise<string> {
  if (file !== undefined) throw new UsageError('It takes no file.');
  const { host, port, publicUrl } = config;
  if (publicUrl === undefined && port === 0) {
    throw new StartError('PORT is 0, so nobody knows yet where the server will be: set HOLDFAST_PUBLIC_URL.');
  }
  const token = await withService(config, 'its start prints a link.', async (service) => {
    return (await hasOperatorSignedIn(service)) === undefined ? undefined : createStartLink(service);
  });
  if (token === undefined) {
    const store = describeStore(config.store);
    throw new StartError(`There is nothing in this store yet (${store}): the first start prints a link.`);
  }
  return [
    `Dashboard: ${toStartUrl(publicUrl ?? localUrl(host, port), token)}   (works once, within 15 minutes)`,
    `It signs in the operator, who may do everything (store: ${describeStore(config.store)}).`,
  ].join('\n');
}
