import { afterAll, describe } from 'vitest';

import { startMongo } from './test-mongo.ts';
import type { TestMongo, TestMongoOptions } from './test-mongo.ts';

/**
 * A `describe` that has a MongoDB. Where none can be started, it fails in CI; on a developer's machine it says so
 * loudly, and the summary counts as skipped what is named here.
 */
export async function describeWithMongo(
  title: string,
  body: (mongo: TestMongo) => void,
  options: TestMongoOptions = {},
): Promise<void> {
  let mongo: TestMongo;
  try {
    mongo = await startMongo(options);
  } catch (error) {
    if (process.env['CI']) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`\n*** MongoDB WAS LEFT OUT of the tests: no mongod could be started (${reason}).\n`);
    process.stderr.write('*** Name one in MONGOMS_SYSTEM_BINARY to have them all.\n\n');
    describe.skip(`${title}: LEFT OUT, because no mongod could be started`, () => body({} as TestMongo));
    return;
  }
  describe(title, () => {
    afterAll(() => mongo.stop(), 60_000);
    body(mongo);
  });
}
