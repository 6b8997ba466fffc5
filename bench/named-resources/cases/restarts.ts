import { noFindings } from '../../comparison/bench-case.ts';
import type { BenchCase } from '../../comparison/bench-case.ts';
import type { BenchRun } from '../../comparison/bench-run.ts';
import { spreadOf } from '../../comparison/ratios.ts';
import { apiKeyOf } from '../../holdfast/api-key.ts';
import { startHoldfastServer } from '../../holdfast/holdfast-server.ts';
import type { HoldfastServer } from '../../holdfast/holdfast-server.ts';
import { seedLocks } from '../seed-locks.ts';

const secondsPerDay = 86_400;
const longestStartMs = 1_000;

/** How long nobody is served when a server is started again: until it listens, Node's own start included. */
export const restarts: readonly BenchCase[] = [
  {
    name: 'restarts',
    title: 'Starting again with few and many live locks on sqlite, after SIGTERM and after SIGKILL',
    async run(run) {
      const rows = [];
      for (const count of run.isQuick ? [100, 2_000] : [1_000, 1_000_000]) {
        rows.push({
          contender: `${count.toLocaleString('en')} live locks`,
          measures: await measureStarts(run, count),
        });
      }
      const { contender, measures } = rows.at(-1)!;
      const { max } = spreadOf([...measures['after SIGTERM ms'], ...measures['after SIGKILL ms']]);
      const text = `a start with ${contender} in ${longestStartMs} ms (max)`;
      return { ...noFindings, rows, aims: [{ text, measured: max, isMet: max <= longestStartMs }] };
    },
  },
];

async function measureStarts(run: BenchRun, count: number) {
  const dataDirectory = run.newFolder();
  const start = () =>
    startHoldfastServer({
      store: { type: 'sqlite', dataDirectory },
      apiKey: apiKeyOf(0),
      nodeFlags: run.serverFlags,
    });
  let server = await start();
  try {
    await seedLocks({
      url: server.url,
      count,
      nameOf: (number) => `live/${number}`,
      ttlSecondsNow: () => secondsPerDay,
    });
    const timed = async (end: (server: HoldfastServer) => PromiseLike<void>) => {
      await end(server);
      const startedAtMs = performance.now();
      server = await start();
      return performance.now() - startedAtMs;
    };
    const measures = { 'after SIGTERM ms': [] as number[], 'after SIGKILL ms': [] as number[] };
    for (let round = 0; round < run.rounds; round += 1) {
      measures['after SIGTERM ms'].push(await timed((each) => each[Symbol.asyncDispose]()));
      measures['after SIGKILL ms'].push(await timed((each) => each.kill()));
    }
    return measures;
  } finally {
    await server[Symbol.asyncDispose]();
  }
}
