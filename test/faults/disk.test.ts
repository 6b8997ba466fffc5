import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { expect, onTestFinished, test } from 'vitest';

import { describeWithSmallDisk } from './describe-with-small-disk.ts';
import { DiskRun } from './disk-run.ts';
import { mountSmallDisk } from './small-disk.ts';
import type { SmallDisk } from './small-disk.ts';

/** `DISK_SEED` repeats what the clients draw. */
const seed = Number(process.env['DISK_SEED'] || randomInt(1_000_000));

const unavailable = { status: 503, retryAfter: '1', error: 'unavailable' };
const diskFull = {
  status: 503,
  type: 'text/plain; charset=utf-8',
  // Webhooks are among what needs to be written; they are looked after a moment later.
  text: expect.stringMatching(
    /^not ready: the store's disk is full: nothing can be written until there is room again\n(?:webhooks can't be looked after now; the server's log says why\n)?$/u,
  ),
};

async function createDisk(sizeMegabytes: number): Promise<{ disk: SmallDisk; run: DiskRun }> {
  const disk = await mountSmallDisk(sizeMegabytes);
  const run = new DiskRun({ seed, folder: disk.folder, launcher: disk.launcher });
  onTestFinished(async () => {
    await run.end('SIGKILL');
    await disk.remove();
  });
  return { disk, run };
}

describeWithSmallDisk('a server on SQLite', () => {
  test(`on a disk that gets full under load: refuses writes, answers reads, says so, and goes on (DISK_SEED=${seed})`, async () => {
    const { disk, run } = await createDisk(64);
    await run.start();
    await run.load(200);

    const load = run.beginLoad();
    disk.fill();
    expect(await run.untilReadiness(503)).toEqual(diskFull);
    expect(await run.writeOnce()).toEqual(unavailable);
    expect(await run.failedReads()).toEqual([]);
    await delay(1_500);
    await load.stop();
    await expect.poll(() => run.countLog('disk is full')).toBeOneOf([1, 2, 3, 4, 5]);

    disk.free();
    await expect.poll(() => run.readiness()).toMatchObject({ status: 200, text: 'ready\n' });
    await expect.poll(() => run.countLog('the store can be written again')).toBe(1);
    await run.load(200);
    await run.settle();
    await run.expectPromisesKept('After the disk was full');
  });

  test('on a full disk: rests when nobody asks, and SIGTERM ends it in good order', async () => {
    const { disk, run } = await createDisk(16);
    await run.start();
    disk.fill();
    expect(await run.writeOnce()).toEqual(unavailable);
    const [before, beganAtMs] = [run.processorTimeMs(), performance.now()];
    await delay(1_000);
    expect((run.processorTimeMs() - before) / (performance.now() - beganAtMs)).toBeLessThan(0.5);
    expect(await run.end('SIGTERM')).toBe(0);
  });

  test('killed on a full disk: starts there, and has all that it has answered', async () => {
    const { disk, run } = await createDisk(64);
    await run.start();
    await run.load(200);
    disk.fill();
    expect(await run.writeOnce()).toEqual(unavailable);
    await run.end('SIGKILL');
    await run.start();
    expect(await run.untilReadiness(503)).toEqual(diskFull);
    expect(await run.writeOnce()).toEqual(unavailable);
    await run.expectPromisesKept('Killed and started on a full disk');

    disk.free();
    await run.untilReadiness(200);
    await run.load(100);
    await run.settle();
    await run.expectPromisesKept('Killed and started on a full disk that has room again');
  });

  test('on a disk with room for its log, but not for carrying the log over: goes on until the log is full, too', async () => {
    const { disk, run } = await createDisk(40);
    await run.start();
    disk.fill({ butMegabytes: 17 });
    const load = run.beginLoad();
    expect(await run.untilReadiness(503)).toEqual(diskFull);
    await load.stop();
    await run.end('SIGKILL');
    await run.start();
    await run.expectPromisesKept('Killed with a log that could not be carried over');
    disk.free();
    await run.untilReadiness(200);
    await run.load(100);
    await run.settle();
    await run.expectPromisesKept('After a log that could not be carried over');
  });

  test.each([
    ['full', 'the disk is full. Make room, or set HOLDFAST_DATA_DIR to a folder on another disk.'],
    ['read-only', 'it is read-only. HOLDFAST_DATA_DIR must name a folder that can be written to.'],
  ])('that is to start on a fresh disk that is %s: says so in a sentence', async (state, reason) => {
    const { disk, run } = await createDisk(4);
    if (state === 'full') disk.fill();
    else disk.remount('ro');
    await expect(run.start()).rejects.toThrow(
      `ended with 1 before it listened:\n${disk.folder}/holdfast.sqlite can't be opened: ${reason}\n`,
    );
  });

  test('started on a data directory that has become read-only: says so, and starts when it can be written again', async () => {
    const { disk, run } = await createDisk(64);
    await run.start();
    await run.load(100);
    await run.end('SIGKILL');
    disk.remount('ro');
    await expect(run.start()).rejects.toThrow("holdfast.sqlite can't be opened: it is read-only.");
    disk.remount('rw');
    await run.start();
    await run.settle();
    await run.expectPromisesKept('After the disk was read-only');
  });

  // Linux makes no disk read-only on which a file is open for writing, but a failing disk becomes so. To SQLite it is
  // the same whether a write fails because of that or because of a limit on the size of files.
  test('whose disk refuses all writes under load: refuses writes, answers reads, says so, and goes on', async () => {
    const { run } = await createDisk(64);
    await run.start();
    await run.load(200);
    const load = run.beginLoad();
    limitFileSize(run.server.pid, '0');
    expect(await run.untilReadiness(503)).toMatchObject({
      text: "not ready: the store can't be written now; the server's log says why\n",
    });
    expect(await run.writeOnce()).toEqual(unavailable);
    expect(await run.failedReads()).toEqual([]);
    await load.stop();
    await expect.poll(() => run.countLog('disk I/O error')).toBeOneOf([1, 2, 3, 4, 5]);

    limitFileSize(run.server.pid, 'unlimited');
    await run.untilReadiness(200);
    await run.load(200);
    await run.settle();
    await run.expectPromisesKept('After the disk refused writes');
    await run.end('SIGKILL');
    await run.start();
    await run.expectPromisesKept('After the disk refused writes, and a kill');
  });
});

/** The soft limit alone, so that it can be lifted again. */
function limitFileSize(pid: number, bytes: string): void {
  const { status, stderr } = spawnSync('prlimit', [`--pid=${pid}`, `--fsize=${bytes}:`], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`prlimit failed: ${stderr}`);
}
