import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { canonicalPath } from './file-lock.ts';
import { moveDatabase } from './files.ts';

/**
 * A restore has happened as soon as the new file, complete and on the disk, has the name that says so. What is left to
 * do then, in whichever process comes next, is to put the old files aside and the new one in their place. A log must
 * never lie beside a file that it isn't of: SQLite would carry its pages over into it.
 */
const restored = '-restored-';

/** Where the new file of a restore is made. Until it has its other name, nothing has happened. */
export function restoringFile(file: string): string {
  return `${file}-restoring`;
}

/** The name that makes a restore happen; `time` will be part of the name of what it replaces. */
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

/** To be called by whoever holds the file's lock, before anything else is done with it. */
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
