import type { Store } from '../store.ts';

/** The store as if it were in another process: nothing is read at once. */
export function farAway(store: Store): Store {
  const openSnapshot: Store['openSnapshot'] = async () => {
    const snapshot = await store.openSnapshot();
    return { read: (request) => snapshot.read(request), close: () => snapshot.close() };
  };
  return new Proxy(store, {
    get(target, name) {
      if (name === 'readNow') return undefined;
      const member: unknown = name === 'openSnapshot' ? openSnapshot : target[name as keyof Store];
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}
