import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of a few megabytes that only this process's children see, and that is gone when they are. */
export interface SmallDisk {
  /** Where it is mounted, for what was started by {@link launcher}. */
  readonly folder: string;
  /** Starts a command where the disk can be seen. */
  readonly launcher: readonly string[];
  /** Takes all the room that is left, or leaves so much of it. */
  fill(rest?: { readonly butMegabytes: number }): void;
  /** Gives back what {@link fill} took. */
  free(): void;
  /** Linux refuses to make it read-only while a file on it is open for writing. */
  remount(mode: 'ro' | 'rw'): void;
  remove(): Promise<void>;
}

/** No root needed: inside a user namespace of its own, a process may mount what it likes. */
const inOwnNamespace = ['unshare', '--user', '--map-root-user', '--mount'];

/** Why this machine can't have a small disk; undefined if it can. Linux has namespaces, containers often forbid them. */
export function whyWithoutSmallDisk(): string | undefined {
  if (process.platform !== 'linux') return `${process.platform} has no mount namespaces`;
  const [command = '', ...options] = inOwnNamespace;
  const script = `mount -t tmpfs tmpfs '${tmpdir()}' && nsenter --version && prlimit --version`;
  const attempt = spawnSync(command, [...options, 'sh', '-c', script], { encoding: 'utf8' });
  if (attempt.error !== undefined) return attempt.error.message;
  return attempt.status === 0 ? undefined : attempt.stderr.trim().split('\n')[0];
}

export async function mountSmallDisk(sizeMegabytes: number): Promise<SmallDisk> {
  const folder = mkdtempSync(join(tmpdir(), 'small-disk-'));
  const [command = '', ...options] = inOwnNamespace;
  // `cat` keeps the namespace, and ends when its input does: also if this process is killed.
  const script = `mount -t tmpfs -o size=${sizeMegabytes}m tmpfs '${folder}' && echo mounted && exec cat`;
  const keeper = spawn(command, [...options, 'sh', '-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(keeper.stdout, 'data');
  const launcher = ['nsenter', `--target=${keeper.pid}`, '--user', '--mount', '--preserve-credentials', '--'];
  const filler = `/proc/${keeper.pid}/root${folder}/filler`;
  return {
    folder,
    launcher,
    fill: ({ butMegabytes } = { butMegabytes: 0 }) => fillWith(filler, butMegabytes),
    free: () => rmSync(filler),
    remount: (mode) => run([...launcher, 'mount', '-o', `remount,${mode}`, folder]),
    async remove() {
      const exited = once(keeper, 'exit');
      keeper.stdin.end();
      await exited;
      rmSync(folder, { recursive: true });
    },
  };
}

function fillWith(file: string, butMegabytes: number): void {
  for (const chunk of [Buffer.alloc(65_536), Buffer.alloc(1_024)]) {
    while (hasRoomFor(file, chunk));
  }
  if (butMegabytes > 0) truncateSync(file, statSync(file).size - butMegabytes * 1_048_576);
}

function hasRoomFor(file: string, chunk: Buffer): boolean {
  try {
    writeFileSync(file, chunk, { flag: 'a' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw error;
  }
}

function run([command = '', ...args]: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${stderr}`);
}
