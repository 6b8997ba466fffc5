import { MongoBinary } from 'mongodb-memory-server';

/** How long a download may take before the tests go on without it. */
const downloadTimeoutMs = 180_000;

/**
 * Why the tests can't have a MongoDB; undefined if they can. `MONGOMS_SYSTEM_BINARY` names a `mongod`; without it,
 * mongodb-memory-server downloads one, which needs more network than the npm registry. Asked once for a whole run,
 * so that not every test file waits for a download that fails.
 */
export async function whyWithoutMongodb(): Promise<string | undefined> {
  if (process.env['MONGOMS_SYSTEM_BINARY'] !== undefined) return undefined;
  const timeout = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('the download took too long')), downloadTimeoutMs).unref();
  });
  try {
    await Promise.race([MongoBinary.getPath(), timeout]);
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return reason.split('\n')[0];
  }
}
