export { StoreInUse } from './file-lock.ts';
export { openSqliteStore, type SqliteStoreOptions } from './open-sqlite-store.ts';
