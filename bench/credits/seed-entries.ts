import { inParallel } from '../load/in-parallel.ts';
import { customerOf, usageBatchRequest } from './credits-api.ts';
import { succeed } from './seed-customers.ts';

const entriesPerRequest = 1_000;

/** Makes entries in the ledger of the hot customer, by usage that is debited at once. */
export async function seedEntries(url: string, count: number): Promise<void> {
  const options = { url, connections: 4, count, perRequest: entriesPerRequest };
  await inParallel(options, async (connection, { first, end }) => {
    const body = await succeed(connection, usageBatchRequest(customerOf(0), end - first));
    const { results } = JSON.parse(body) as { readonly results: readonly { readonly status: string }[] };
    if (!results.every(({ status }) => status === 'recorded')) {
      throw new Error(`Usage was not recorded: ${body.slice(0, 1_000)}`);
    }
  });
}
