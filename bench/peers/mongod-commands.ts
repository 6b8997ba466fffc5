/** The commands by which a store reads and writes. Waiting for changes (`getMore`), and what drivers do by themselves, is left out. */
const requestNames = ['find', 'aggregate', 'insert', 'update', 'delete', 'findAndModify', 'bulkWrite'];
const batchEnds = ['commitTransaction', 'abortTransaction'];

/** How much a MongoDB has been asked to do. */
export interface MongodCommands {
  readonly requests: number;
  /** Transactions that were committed: a batch that writes is one. */
  readonly batches: number;
}

/** Opens a connection on which a MongoDB says what it has been asked to do, by everybody. */
export async function openMongodCommands(uri: string): Promise<AsyncDisposable & { read(): Promise<MongodCommands> }> {
  const { MongoClient } = await import('mongodb');
  const client = await MongoClient.connect(uri);
  return {
    read: async () => {
      const { metrics } = await client.db('admin').command({ serverStatus: 1 });
      const totalOf = (names: readonly string[]) =>
        names.reduce((sum, name) => sum + Number(metrics.commands[name]?.total ?? 0), 0);
      return { requests: totalOf([...requestNames, ...batchEnds]), batches: totalOf(['commitTransaction']) };
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}
