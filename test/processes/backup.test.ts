import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';

import { describeWithSmallDisk } from '../faults/describe-with-small-disk.ts';
import { mountSmallDisk } from '../faults/small-disk.ts';
import { runCommand } from './run-command.ts';
import { clientOf, startServerProcess } from './server-process.ts';
import type { ServerProcess } from './server-process.ts';

const apiKey = `hf_live_${'b'.repeat(43)}`;

let folder = '';
const started: ServerProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-backups-'));
});

afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.end('SIGKILL')));
  rmSync(folder, { recursive: true });
});

async function start(env: Readonly<Record<string, string>>): Promise<ServerProcess> {
  const server = await startServerProcess({ env: { HOLDFAST_BOOTSTRAP_API_KEY: apiKey, ...env } });
  started.push(server);
  return server;
}

/** Holds a name of its own for ever. Resolves to the fencing token. */
async function hold(server: ServerProcess, resource: string): Promise<number> {
  const [claim] = await clientOf(server, apiKey).resources.reserve([{ requester: 'worker', resource }]);
  return claim!.fencingToken!;
}

async function heldNames(server: ServerProcess): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  for await (const { resource } of clientOf(server, apiKey).resources.list({ limit: 1_000 })) names.add(resource);
  return names;
}

/** Callers that hold one name after the other until they are told to stop, and what they were told that they hold. */
class Load {
  readonly tokens = new Map<string, number>();
  readonly #callers: readonly Promise<void>[];
  #isOver = false;

  constructor(server: ServerProcess) {
    this.#callers = Array.from({ length: 8 }, (_, caller) => this.#call(server, caller));
  }

  get highestToken(): number {
    return Math.max(...this.tokens.values());
  }

  /** Waits until so many more names are held. */
  async further(count: number): Promise<void> {
    const wanted = this.tokens.size + count;
    await expect.poll(() => this.tokens.size, { interval: 5 }).toBeGreaterThanOrEqual(wanted);
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#callers);
  }

  async #call(server: ServerProcess, caller: number): Promise<void> {
    for (let count = 0; !this.#isOver; count += 1) {
      const name = `name-${caller}-${count}`;
      this.tokens.set(name, await hold(server, name));
    }
  }
}

test('backups under load have all that was acknowledged before, and tokens rise after each restore', async () => {
  const env = { HOLDFAST_DATA_DIR: join(folder, 'data') };
  const server = await start(env);
  const load = new Load(server);
  const backups: { readonly file: string; readonly names: readonly string[] }[] = [];
  for (const name of ['first', 'second', 'third']) {
    await load.further(200);
    const names = [...load.tokens.keys()];
    const file = join(folder, `${name}.sqlite`);
    const result = await runCommand('backup', [file], { env });
    expect(result).toMatchObject({ code: 0, errors: '' });
    expect(result.output).toContain(`was backed up to ${file}`);
    backups.push({ file, names });
  }
  await load.further(200);
  await load.stop();

  for (const { file, names } of backups) {
    const restoredEnv = { HOLDFAST_DATA_DIR: join(folder, `from-${names.length}`) };
    expect(await runCommand('restore', [file], { env: restoredEnv })).toMatchObject({ code: 0, errors: '' });
    const restored = await start(restoredEnv);
    const held = await heldNames(restored);
    expect(names.filter((name) => !held.has(name))).toEqual([]);
    expect(await hold(restored, 'name-of-nobody')).toBeGreaterThan(load.highestToken);
    await restored.end('SIGTERM');
  }

  // Where it was, there are names that the backup doesn't know, under tokens that must not come again.
  const [{ file, names }] = backups as [(typeof backups)[number]];
  const refused = await runCommand('restore', [file], { env });
  expect([refused.code, refused.errors]).toEqual([1, expect.stringContaining('is in use by a Holdfast process')]);
  await server.end('SIGKILL');
  const result = await runCommand('restore', [file], { env });
  expect(result).toMatchObject({ code: 0, errors: '' });
  const kept = /is kept as (\S+)\.\n/u.exec(result.output)?.[1] ?? '';
  expect(existsSync(kept)).toBe(true);
  const again = await start(env);
  const held = await heldNames(again);
  expect(held.size).toBeGreaterThanOrEqual(names.length);
  expect(held.size).toBeLessThan(load.tokens.size);
  const lost = [...load.tokens.keys()].filter((name) => !held.has(name));
  for (const name of lost.slice(0, 20)) expect(await hold(again, name)).toBeGreaterThan(load.highestToken);
});

test('the commands say what is wrong, and change nothing', async () => {
  const env = { HOLDFAST_DATA_DIR: join(folder, 'none') };
  const file = join(folder, 'backup.sqlite');
  const outcomes: readonly (readonly [
    'backup' | 'restore',
    readonly string[],
    Record<string, string>,
    number,
    RegExp,
  ])[] = [
    ['backup', [file], {}, 1, /^There is no folder .*none\.\n$/u],
    ['backup', [], {}, 2, /^Name the file to make\.\nnpm run backup/u],
    ['backup', [file, 'other'], {}, 2, /^One file is enough\.\n/u],
    ['backup', ['--fast', file], {}, 2, /^Unknown option '--fast'/u],
    ['backup', [file], { HOLDFAST_STORE: 'memory' }, 1, /keeps nothing that could be backed up/u],
    ['backup', [file], { MONGODB_URI: 'mongodb://127.0.0.1:1/' }, 1, /mongodump/u],
    ['backup', [file], { HOLDFAST_DATADIR: 'x' }, 2, /did you mean HOLDFAST_DATA_DIR/u],
    ['restore', [file], {}, 1, /^There is no file .*backup\.sqlite\.\n$/u],
    ['restore', [], {}, 2, /^Name the backup\.\nnpm run restore/u],
    [
      'restore',
      [file],
      { MONGODB_URI: 'mongodb://127.0.0.1:1/' },
      1,
      /mongorestore, run `npm run restore -- --mongodb`/u,
    ],
    ['restore', ['--mongodb'], {}, 2, /^MONGODB_URI must say which MongoDB was restored\./u],
  ];
  for (const [name, args, variables, code, errors] of outcomes) {
    const result = await runCommand(name, args, { env: { ...env, ...variables } });
    expect(result, `${name} ${args.join(' ')}`).toMatchObject({
      code,
      output: '',
      errors: expect.stringMatching(errors),
    });
  }
  expect([existsSync(join(folder, 'none')), existsSync(file)]).toEqual([false, false]);
  expect(await runCommand('backup', ['--help'], { env })).toMatchObject({
    code: 0,
    output: expect.stringMatching(/^npm run backup/u),
  });
});

describeWithSmallDisk('a disk without room for it', () => {
  test('gets no backup, and nothing that looks like one', async () => {
    const env = { HOLDFAST_DATA_DIR: join(folder, 'data') };
    await start(env);
    const disk = await mountSmallDisk(1);
    onTestFinished(() => disk.remove());
    disk.fill();
    const file = join(disk.folder, 'backup.sqlite');
    const result = await runCommand('backup', [file], { env, launcher: disk.launcher });
    expect([result.code, result.errors]).toEqual([
      1,
      expect.stringMatching(/was not backed up: the disk of .* is full\.\n$/u),
    ]);
    disk.free();
    expect(await runCommand('backup', [file], { env, launcher: disk.launcher })).toMatchObject({ code: 0 });
  });

  test('keeps what it has if a restore finds no room', async () => {
    const env = { HOLDFAST_DATA_DIR: join(folder, 'data') };
    const server = await start(env);
    const file = join(folder, 'backup.sqlite');
    expect(await runCommand('backup', [file], { env })).toMatchObject({ code: 0 });
    await server.end('SIGTERM');
    const disk = await mountSmallDisk(2);
    onTestFinished(() => disk.remove());
    const onDisk = { env: { HOLDFAST_DATA_DIR: join(disk.folder, 'data') }, launcher: disk.launcher };
    expect(await runCommand('restore', [file], onDisk)).toMatchObject({ code: 0 });
    disk.fill();
    const result = await runCommand('restore', [file], onDisk);
    expect([result.code, result.errors]).toEqual([
      1,
      expect.stringMatching(/the disk of .* is full\. Nothing has changed\.\n$/u),
    ]);
    disk.free();
    expect(await runCommand('backup', [join(disk.folder, 'again.sqlite')], onDisk)).toMatchObject({ code: 0 });
  });
});
