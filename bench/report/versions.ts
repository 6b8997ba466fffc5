import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { findBinary, versionOf } from '../peers/find-binary.ts';
import { findMongod } from '../peers/mongodb.ts';
import { findPostgresql } from '../peers/postgresql-server.ts';

/** What is measured, and what it is measured against. Node's packages are pinned in this package's manifest. */
export function readVersions(): Readonly<Record<string, string>> {
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8')) as {
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  const packages = ['express', 'redlock', 'ioredis', 'etcd3', 'pg'];
  const binaries = {
    'redis-server': findBinary('redis-server'),
    etcd: findBinary('etcd'),
    mongod: findMongod(),
    postgres: findPostgresql('postgres'),
  };
  return {
    SQLite: process.versions['sqlite'] ?? 'unknown',
    ...Object.fromEntries(packages.map((name) => [name, manifest.devDependencies[name] ?? 'unknown'])),
    ...Object.fromEntries(
      Object.entries(binaries).map(([name, path]) => [name, path === undefined ? 'not installed' : versionOf(path)]),
    ),
  };
}
