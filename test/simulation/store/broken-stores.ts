import type { Snapshot, Store } from '@holdfast/engine/store';

/** What a store could do wrong with what is committed, by what the mistake is. */
export const brokenStores: Readonly<Record<string, (store: Store) => Store>> = {
  'writes whatever version a partition has': (store) =>
    withCommit(store, async (commit) => {
      const { heads } = await store.read({ heads: commit.heads.map(({ partition }) => partition) });
      const unchecked = commit.heads.map((head, index) => ({ ...head, expectedVersion: heads[index]!.version }));
      return store.commit({ ...commit, heads: unchecked }, Number.POSITIVE_INFINITY);
    }),
  'lets an insert replace a record': (store) =>
    withCommit(store, (commit) => {
      const writes = commit.writes.map((write) =>
        write.type === 'insert' ? { ...write, type: 'put' as const } : write,
      );
      return store.commit({ ...commit, writes }, Number.POSITIVE_INFINITY);
    }),
  'leaves out the last record of a large commit': (store) =>
    withCommit(store, (commit) => {
      const writes = commit.writes.length > 6 ? commit.writes.slice(0, -1) : commit.writes;
      return store.commit({ ...commit, writes }, Number.POSITIVE_INFINITY);
    }),
  'forgets that a sequence has risen': (store) =>
    withCommit(store, (commit) => {
      const heads = commit.heads.map(({ head, ...rest }) => ({ ...rest, head: { ...head, sequence: 0 } }));
      return store.commit({ ...commit, heads }, Number.POSITIVE_INFINITY);
    }),
  'opens snapshots that lack the last commits': (store) => {
    let earlier: Snapshot | undefined;
    const openSnapshot = async () => {
      const opened = await store.openSnapshot();
      const shown = earlier ?? opened;
      earlier = opened;
      return { read: (request: Parameters<Snapshot['read']>[0]) => shown.read(request), close: async () => {} };
    };
    return { ...whole(store), openSnapshot };
  },
};

/** The same store, which commits in another way. */
export function withCommit(store: Store, commit: Store['commit']): Store {
  return { ...whole(store), commit };
}

/** Its methods are its class's, so they can't be spread. */
function whole(store: Store): Store {
  return {
    read: (request) => store.read(request),
    commit: (commit, deadlineMs) => store.commit(commit, deadlineMs),
    openSnapshot: () => store.openSnapshot(),
    due: (kind, untilMs, limit, prefix) => store.due(kind, untilMs, limit, prefix),
    purge: (nowMs, limit) => store.purge(nowMs, limit),
    checkWritable: () => store.checkWritable(),
    close: () => store.close(),
    ...(store.takeTurn && { takeTurn: store.takeTurn.bind(store) }),
    ...(store.watch && { watch: store.watch.bind(store) }),
  };
}
