import { messageOf, StartError } from './start-error.ts';

/** Does something with the file store's files; what goes wrong becomes a sentence for the operator. */
export async function explainStoreFiles<Result>(work: () => Result): Promise<Result> {
  const { BackupError, StoreInUse } = await import('@holdfast/store-sqlite');
  try {
    return work();
  } catch (error) {
    if (error instanceof BackupError) throw new StartError(error.message, { cause: error });
    if (error instanceof StoreInUse) {
      throw new StartError(`${error.file} is in use by a Holdfast process: stop that one first.`, { cause: error });
    }
    throw new StartError(`The data folder can't be used: ${messageOf(error)}`, { cause: error });
  }
}
