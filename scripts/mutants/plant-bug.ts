import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { SeededBug } from './seeded-bug.ts';

/** Writes a bug into the files of a copy of the repository; returns what puts them back. */
export function plantBug(folder: string, bug: SeededBug): () => void {
  const files = editFiles(folder, bug);
  for (const [path, { edited }] of files) writeFileSync(path, edited);
  return () => files.forEach(({ original }, path) => writeFileSync(path, original));
}

interface EditedFile {
  readonly original: string;
  readonly edited: string;
}

/**
 * The files of a bug by their paths, without writing them.
 *
 * @throws Error if the code isn't any more what the bug was written for.
 */
export function editFiles(folder: string, { id, edits }: SeededBug): ReadonlyMap<string, EditedFile> {
  const files = new Map<string, EditedFile>();
  for (const { file, find, replace } of edits) {
    const path = join(folder, file);
    const { original, edited } = files.get(path) ?? unedited(path);
    const parts = edited.split(find);
    const count = parts.length - 1;
    if (count !== 1) throw new Error(`The bug ${id} is out of date: ${file} has this ${count} times:\n${find}`);
    files.set(path, { original, edited: parts.join(replace) });
  }
  return files;
}

function unedited(path: string): EditedFile {
  const text = readFileSync(path, 'utf8');
  return { original: text, edited: text };
}
