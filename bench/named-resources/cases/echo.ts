import { nothingBut } from '../../comparison/bench-case.ts';
import type { BenchCase } from '../../comparison/bench-case.ts';
import type { BenchRun } from '../../comparison/bench-run.ts';
import { compare } from '../../comparison/compare.ts';
import type { WantedRatio } from '../../comparison/compare.ts';
import { processorTime } from '../../comparison/measure-processor-time.ts';
import { stores } from '../../holdfast/servers.ts';
import type { HoldfastServers } from '../../holdfast/servers.ts';
import { startExpressEcho } from '../../peers/express-echo.ts';
import { isMissing } from '../../peers/missing.ts';
import type { Missing } from '../../peers/missing.ts';
import { lockContender } from '../lock-contender.ts';
import { sampleAnswers } from '../sample-answers.ts';

interface Side {
  readonly store: string;
  readonly start: (run: BenchRun) => Promise<HoldfastServers | Missing>;
  /** The least ratio to reach, by connections. */
  readonly aims: Readonly<Record<number, number>>;
}

const sides: readonly Side[] = [
  { store: 'sqlite', start: stores.sqlite, aims: { 64: 0.65, 16: 0.5, 1: 0.42 } },
  { store: 'mongodb', start: stores.mongodb, aims: { 64: 0.27 } },
];

/** Holdfast beside a bare Express 5 that reads the same bodies and answers as many bytes. */
export const echo: readonly BenchCase[] = sides.flatMap((side) => [1, 16, 64].map((count) => createCase(side, count)));

function createCase({ store, start, aims }: Side, connections: number): BenchCase {
  const name = `holdfast ${store}`;
  const ratios: readonly WantedRatio[] = [
    { of: name, to: 'express echo', measure: 'requests/s', atLeast: aims[connections] },
    { of: 'express echo', to: name, measure: processorTime },
  ];
  return {
    name: `${store}-echo-${connections}`,
    title: `Holdfast on ${store} beside a bare Express 5 echo, ${connections} connections`,
    async run(run) {
      const servers = await start(run);
      if (isMissing(servers)) return nothingBut({ contender: name, reason: servers.missing });
      const express = run.use(await startExpressEcho(await sampleAnswers(servers[0].url)));
      const contenders = [
        lockContender(run, name, servers, { connections }),
        lockContender(run, 'express echo', [express], { connections }),
      ];
      return compare(run, { contenders, units: 'pairs', ratios });
    },
  };
}
