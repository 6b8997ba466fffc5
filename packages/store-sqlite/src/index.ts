export { StoreInUse } from './file-lock.ts';
export { openSqliteStore, type SqliteStoreOptions } from './open-sqlite-store.ts';
export { BackupError } from './backup-error.ts';
export { type BackupOptions, backUpSqliteStore } from './back-up.ts';
export { type RestoreOptions, type RestoreResult, restoreSqliteStore } from './restore.ts';
