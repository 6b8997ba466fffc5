import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, globSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { startProcess } from './child-process.ts';
import type { StartedProcess, SystemUser } from './child-process.ts';
import { findBinary } from './find-binary.ts';
import { freePort } from './free-port.ts';
import type { Missing } from './missing.ts';

/** What `pg` connects with. */
export interface PostgresqlAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
}

export interface PostgresqlServer extends StartedProcess {
  readonly address: PostgresqlAddress;
}

const host = '127.0.0.1';
const user = 'bench';

/** Whose name it runs under where this runs as root, which PostgreSQL refuses to. */
const systemUserName = 'postgres';

/** As it comes, and as durable as it comes; written out because the comparison hangs on it. */
const settings = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '256MB',
  max_connections: 100,
  listen_addresses: host,
  unix_socket_directories: '',
};

/** Where a program of PostgreSQL's is: on the PATH, or where Debian puts it, the newest version first. */
export function findPostgresql(name: 'postgres' | 'initdb'): string | undefined {
  const onDebian = globSync('/usr/lib/postgresql/*').toSorted((one, other) => versionIn(other) - versionIn(one));
  return findBinary(name) ?? onDebian.map((folder) => join(folder, 'bin', name)).find((path) => existsSync(path));
}

/** A PostgreSQL on a new cluster that, like Holdfast, answers only when the disk has it. */
export async function startPostgresqlServer(folder: string): Promise<PostgresqlServer | Missing> {
  const [postgres, initdb] = [findPostgresql('postgres'), findPostgresql('initdb')];
  if (postgres === undefined || initdb === undefined) return { missing: 'PostgreSQL is not installed' };
  const systemUser = process.getuid?.() === 0 ? findSystemUser() : undefined;
  if (systemUser !== undefined && 'missing' in systemUser) return systemUser;
  createCluster(initdb, folder, systemUser);
  const port = await freePort();
  const options = Object.entries({ ...settings, port }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const started = await startProcess({
    command: postgres,
    args: ['-D', folder, ...options],
    ready: /ready to accept connections/u,
    user: systemUser,
    endSignal: 'SIGQUIT',
  });
  return { ...started, address: { host, port, user, database: 'postgres' } };
}

function findSystemUser(): SystemUser | Missing {
  try {
    const ask = (flag: '-u' | '-g') => Number(execFileSync('id', [flag, systemUserName], { stdio: 'pipe' }));
    return { uid: ask('-u'), gid: ask('-g') };
  } catch {
    return { missing: `PostgreSQL doesn’t run as root, and there is no user ${systemUserName}` };
  }
}

function createCluster(initdb: string, folder: string, systemUser: SystemUser | undefined): void {
  mkdirSync(folder, { recursive: true });
  if (systemUser !== undefined) {
    // The other user has to get to its own folder, and sees nothing else on the way.
    chmodSync(dirname(folder), 0o711);
    chownSync(folder, systemUser.uid, systemUser.gid);
  }
  const args = ['-D', folder, '-U', user, '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'];
  // The folder that this process is in may be one that the other user can't see.
  execFileSync(initdb, args, { cwd: '/', stdio: 'pipe', ...systemUser });
}

function versionIn(folder: string): number {
  return Number(folder.slice(folder.lastIndexOf('/') + 1));
}
