import { spawn } from 'node:child_process';

/** A script of Node's that ends with 0 if all is right. */
export interface Check {
  readonly name: string;
  readonly command: readonly string[];
  /** Further variables; it begins when they are there. */
  readonly env?: Promise<Readonly<Record<string, string>>>;
  /** Begins when that one, which is before it in the list, is over: they write to the same files. */
  readonly after?: string;
}

interface Options {
  readonly atOnce: number;
  /** Where they run. */
  readonly folder: string;
}

interface Run {
  readonly check: Check;
  /** What it has said, and nobody has seen yet. */
  readonly unseen: Buffer[];
  isBegun: boolean;
  isOver: boolean;
  hasPassed: boolean;
}

/**
 * Runs checks, so many of them at once, the last of the list first, since it takes longest. What each says is shown as
 * if they ran one after the other: the first one that is under way is seen live, and the others wait their turn.
 *
 * @returns The names of those that failed.
 */
export async function runSideBySide(checks: readonly Check[], { atOnce, folder }: Options): Promise<readonly string[]> {
  const runs = checks.map((check): Run => ({ check, unseen: [], isBegun: false, isOver: false, hasPassed: false }));
  const show = () => {
    for (const run of runs) {
      if (!run.isBegun) process.stdout.write(`\n=== ${run.check.name}\n`);
      run.isBegun = true;
      for (const chunk of run.unseen.splice(0)) process.stdout.write(chunk);
      if (!run.isOver) return;
    }
  };
  const ends = new Map<string, Promise<boolean>>();
  const waiting = [...runs.slice(-1), ...runs.slice(0, -1)].values();
  const work = async () => {
    for (const run of waiting) {
      if (run.check.after !== undefined) await ends.get(run.check.after);
      const end = runCheck(run, folder, show);
      ends.set(run.check.name, end);
      run.hasPassed = await end;
      run.isOver = true;
      show();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return runs.filter(({ hasPassed }) => !hasPassed).map(({ check }) => check.name);
}

async function runCheck({ check, unseen }: Run, folder: string, show: () => void): Promise<boolean> {
  const isColourful = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...check.command], {
    cwd: folder,
    env: { ...process.env, ...isColourful, ...(await check.env) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const hear = (chunk: Buffer) => {
    unseen.push(chunk);
    show();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  return new Promise((resolve) => {
    child.on('error', (error) => {
      unseen.push(Buffer.from(`${String(error)}\n`));
      resolve(false);
    });
    child.on('close', (code) => resolve(code === 0));
  });
}
