import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

import { systemErrorCode } from '../start-error.ts';

const compress = promisify(gzip);

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.woff2': 'font/woff2',
};

/** A file of the dashboard, in memory. */
export interface DashboardFile {
  readonly contentType: string;
  readonly bytes: Buffer;
  /** Undefined where that would save nothing. */
  readonly gzipped: Buffer | undefined;
}

/** By their paths in the folder, with slashes. */
export type DashboardFiles = ReadonlyMap<string, DashboardFile>;

/** Reads and compresses the built dashboard; undefined if there is none. */
export async function readDashboardFiles(folder: string): Promise<DashboardFiles | undefined> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    const files = await Promise.all(paths.map(async (path) => [namedIn(folder, path), await readOne(path)] as const));
    const known = new Map(files.filter((entry): entry is [string, DashboardFile] => entry[1] !== undefined));
    return known.has('index.html') ? known : undefined;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function namedIn(folder: string, path: string): string {
  return relative(folder, path).replaceAll(sep, '/');
}

/** Undefined for what browsers don't get, such as source maps. */
async function readOne(path: string): Promise<DashboardFile | undefined> {
  const contentType = contentTypes[extname(path)];
  if (contentType === undefined) return undefined;
  const bytes = await readFile(path);
  const gzipped = await compress(bytes, { level: 9 });
  return { contentType, bytes, gzipped: gzipped.length < bytes.length ? gzipped : undefined };
}
