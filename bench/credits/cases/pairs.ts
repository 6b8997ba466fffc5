import type { BenchCase } from '../../comparison/bench-case.ts';
import type { BenchRun } from '../../comparison/bench-run.ts';
import { compare } from '../../comparison/compare.ts';
import type { WantedRatio } from '../../comparison/compare.ts';
import { storeNames } from '../../holdfast/servers.ts';
import { holdfastSide, nameOf, postgresqlSide } from '../sides.ts';

const measure = 'pairs/s';

/** To PostgreSQL, for one customer and for many. */
const leastRatios = { one: 12, many: 3 };

/** Holding and committing credits, of one hot customer and of many, beside the same as transactions of SQL. */
export const pairs: readonly BenchCase[] = [1, 16, 64].map((connections) => ({
  name: `pairs-${connections}`,
  title: `Pairs of hold and commit beside PostgreSQL, ${connections} connections`,
  async run(run: BenchRun) {
    const many = run.isQuick ? 100 : 10_000;
    const options = { connections, spreads: [1, many] };
    const sides = [
      await holdfastSide(run, 'sqlite', options),
      await holdfastSide(run, 'mongodb', options),
      await postgresqlSide(run, options),
    ];
    const contenders = sides.flatMap((side) => side.contenders);
    const findings = await compare(run, { contenders, units: 'pairs', ratios: ratiosWith(many, connections === 64) });
    const faults = await Promise.all(sides.map((side) => side.findFaults()));
    return { ...findings, wrongAnswers: [...findings.wrongAnswers, ...faults.flat()] };
  },
}));

function ratiosWith(many: number, hasAims: boolean): readonly WantedRatio[] {
  const besidePostgresql = storeNames.flatMap((store) =>
    ['postgresql', 'postgresql without keys'].flatMap((peer) =>
      [1, many].map((customers) => {
        const isAim = hasAims && store === 'sqlite' && peer === 'postgresql';
        const atLeast = isAim ? leastRatios[customers === 1 ? 'one' : 'many'] : undefined;
        return { of: nameOf(store, customers), to: nameOf(peer, customers), measure, atLeast };
      }),
    ),
  );
  const hotBesideMany = [...storeNames, 'postgresql'].map((side) => {
    const isAim = hasAims && side !== 'postgresql';
    return { of: nameOf(side, 1), to: nameOf(side, many), measure, atLeast: isAim ? 0.8 : undefined };
  });
  return [...besidePostgresql, ...hotBesideMany];
}
