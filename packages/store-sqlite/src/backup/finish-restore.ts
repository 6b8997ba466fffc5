import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { canonicalPath } from '../file-lock.ts';
import { moveDatabase } from './files.ts';

/**
 * A restore is committed by a rename: once the new file, complete and flushed, has this name. What is left, for
 * whichever process comes next, is to move the old files aside and the new one in their place. A WAL must never lie
 * beside another file's database: SQLite would write its pages into it.
 */
const restored = '-restored-';

/** Where a restore prepares the new file. Until it is renamed, nothing has happened. */
export function restoringFile(file: string): string {
  return `${file}-restoring`;
}

/** The name that commits a restore; `time` becomes part of the replaced files' name. */
export function restoredFile(file: string, time: string): string {
  return `${file}${restored}${time}`;
}

/** Where the files that a restore replaces are kept. */
export function replacedFile(file: string, time: string): string {
  return `${file}-replaced-${time}`;
}

export function hasUnfinishedRestore(file: string): boolean {
  return findRestored(canonicalPath(file)) !== undefined;
}

/** Call it with the file's lock held, before anything else. */
export function finishRestore(file: string): void {
  const found = findRestored(file);
  if (found === undefined) return;
  moveDatabase(file, replacedFile(file, found.time));
  moveDatabase(found.path, file);
}

function findRestored(file: string): { readonly path: string; readonly time: string } | undefined {
  const prefix = `${basename(file)}${restored}`;
  if (!existsSync(dirname(file))) return undefined;
  const name = readdirSync(dirname(file)).find((candidate) => candidate.startsWith(prefix));
  return name === undefined ? undefined : { path: join(dirname(file), name), time: name.slice(prefix.length) };
}
