export { StoreInUse } from './file-lock.ts';
export { openSqliteStore, type SqliteStoreOptions } from './open-sqlite-store.ts';
export { BackupError } from './backup/backup-error.ts';
export { type BackupOptions, backUpSqliteStore } from './backup/back-up.ts';
export { type RestoreOptions, type RestoreResult, restoreSqliteStore } from './backup/restore.ts';
