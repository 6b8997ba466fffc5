import fc from 'fast-check';

import { customers, drafts, overages, rules } from './drafts.ts';
import { longList } from './long-list.ts';
import type { Step, Program } from './program.ts';

const fewestCommands = 200;
/** Never reached, unless requests are made rarer. */
const mostSteps = 1_000;

const together = fc.record({
  type: fc.constant('together'),
  customer: fc.constantFrom(...customers),
  sent: fc.array(fc.record({ draft: drafts, rank: fc.nat({ max: 9 }) }), { minLength: 2, maxLength: 4 }),
});

const crashInFlight = fc.record({
  type: fc.constant('crashInFlight'),
  drafts: fc.array(drafts, { minLength: 1, maxLength: 3 }),
  commits: fc.integer({ min: 1, max: 2 }),
  moment: fc.constantFrom('beforeCommit', 'afterCommit'),
  ticks: fc.nat({ max: 4 }),
});

const call = fc.record({ type: fc.constant('call'), draft: drafts, isKeyed: fc.boolean() });

const again = fc.record({
  type: fc.constant('again'),
  pick: fc.nat({ max: 999 }),
  isOther: fc.nat({ max: 5 }).map((drawn) => drawn === 5),
});

const meetDeadline = fc.record({
  type: fc.constant('meetDeadline'),
  pick: fc.nat({ max: 15 }),
  offsetMs: fc.constantFrom(0, 0, -1, 1),
});

/** Mostly so little that what is held outlives it. */
const milliseconds = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(1, 499, 1_000, 2_500, 6_000) },
  { weight: 1, arbitrary: fc.constantFrom(9_000, 9_000, 60_000, 60_000, 600_000, 3_600_000, 93_600_000) },
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 30, arbitrary: call },
  { weight: 3, arbitrary: together },
  { weight: 3, arbitrary: again },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('pass'), milliseconds }) },
  { weight: 4, arbitrary: meetDeadline },
  { weight: 3, arbitrary: fc.record({ type: fc.constantFrom('sweep', 'audit', 'crash') }) },
  { weight: 2, arbitrary: crashInFlight },
);

/** Programs of at least 200 commands; shrinking leaves out what a failure doesn't need. */
export const programs: fc.Arbitrary<Program> = fc.record({
  isTidied: fc.boolean(),
  mostSettledAtOnce: fc.constantFrom(2, 2, 2, 3, 5, undefined),
  firstRules: fc.tuple(rules, rules, fc.option(rules, { nil: undefined, freq: 2 })),
  firstOverages: fc.tuple(overages, overages),
  steps: longList(step, { maxLength: mostSteps, isLongEnough: (drawn) => countCommands(drawn) >= fewestCommands }),
});

function countCommands(steps: readonly Step[]): number {
  return steps.map(commandsIn).reduce((sum, count) => sum + count, 0);
}

function commandsIn(one: Step): number {
  switch (one.type) {
    case 'call':
    case 'again':
      return 1;
    case 'together':
      return one.sent.length;
    case 'crashInFlight':
      return one.drafts.length;
    default:
      return 0;
  }
}
