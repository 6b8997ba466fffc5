import fc from 'fast-check';

import { onceIn, pick } from './choices.ts';
import { corruptions } from './corrupt.ts';
import { callerNames } from './family.ts';
import type { CallerName, Common, Draft, Family } from './family.ts';
import { tenantCount } from './program.ts';
import type { Action, Program, Round, WorldEvent } from './program.ts';

/** Each tenant's callers: most have only one, so that everything meets; every fifth has all, one of them more often. */
const callersByTenant = Array.from({ length: tenantCount }, (_, number): readonly CallerName[] => {
  return number % 5 === 4 ? ['live', 'live', ...callerNames] : ['live'];
});

/** So rare that it doesn't come by chance: only shrinking makes use of it. */
const whenShrinking = { freq: 1_000_000 };

/** One tenant in so many lacks one of its first requests. */
const tenantsPerGap = 6;

export function programsOf(family: Family): fc.Arbitrary<Program> {
  const active = fc.tuple(...callersByTenant.map(() => fc.option(fc.constant(true), { ...whenShrinking, nil: false })));
  const firstRounds = fc.tuple(
    ...family.firstDrafts.map((each) => toRounds(callersByTenant.map(() => firstActionOf(each, family)))),
  );
  const actions = toRounds(
    callersByTenant.map((callers) => fc.option(actionOf(family.drafts, fc.constantFrom(...callers)), whenShrinking)),
  );
  const anyRound = fc.oneof(
    { weight: 4, arbitrary: actions },
    { weight: 1, arbitrary: worldEventOf(family) },
    ...(family.common === undefined ? [] : [{ weight: 3, arbitrary: oneByOneOf(family.common) }]),
  );
  const manyRounds = (minLength: number, maxLength: number) => {
    return fc.array(fc.option(anyRound, whenShrinking), { minLength, maxLength, size: 'max' });
  };
  const others = fc.oneof({ weight: 3, arbitrary: manyRounds(8, 12) }, { weight: 1, arbitrary: manyRounds(13, 22) });
  const rounds = fc.tuple(firstRounds, others).map(([first, rest]) => [...first, ...rest]);
  return fc.record({ active, rounds });
}

function toRounds(actions: readonly fc.Arbitrary<Action | null>[]): fc.Arbitrary<Round> {
  return fc.record({ type: fc.constant('actions'), actions: fc.tuple(...actions) });
}

function firstActionOf(drafts: fc.Arbitrary<Draft>, { firstDrafts }: Family): fc.Arbitrary<Action | null> {
  const usual = { type: 'request', caller: 'live', idempotencyKey: undefined, corruption: undefined } as const;
  return fc.option(
    drafts.map((draft) => ({ ...usual, draft })),
    { freq: tenantsPerGap * firstDrafts.length },
  );
}

/** Few of them, so that they come again with another body. */
const idempotencyKey = onceIn(4, fc.constantFrom('first', 'second', 'third'));

const alteration = fc.oneof(
  { weight: 6, arbitrary: fc.constant('none' as const) },
  { weight: 1, arbitrary: fc.constantFrom('otherFilter' as const, 'cutShort' as const, 'changed' as const) },
);

function actionOf(drafts: fc.Arbitrary<Draft>, caller: fc.Arbitrary<CallerName>): fc.Arbitrary<Action> {
  const corruption = onceIn(25, corruptions);
  const request = fc.record({ type: fc.constant('request'), draft: drafts, caller, idempotencyKey, corruption });
  const again = fc.record({ type: fc.constant('again'), pick, caller: onceIn(8, caller) });
  const nextPage = fc.record({ type: fc.constant('nextPage'), pick, caller: onceIn(8, caller), alteration });
  return fc.oneof(
    { weight: 10, arbitrary: request },
    { weight: 1, arbitrary: again },
    { weight: 2, arbitrary: nextPage },
  );
}

function oneByOneOf({ drafts }: Common): fc.Arbitrary<Round> {
  const loneActions = callersByTenant.map((callers, tenant) => {
    return fc.record({ tenant: fc.constant(tenant), action: actionOf(drafts, fc.constantFrom(...callers)) });
  });
  const actions = fc.array(fc.oneof(...loneActions), { minLength: 1, maxLength: 12, size: 'max' });
  return fc.record({ type: fc.constant('oneByOne'), actions });
}

function worldEventOf({ deadlineMembers, windowsMs }: Family): fc.Arbitrary<WorldEvent> {
  const offsetMs = fc.constantFrom(0, 0, -1, 1);
  const milliseconds = fc.constantFrom(1, 999, 1_000, 60_000, 3_600_000);
  const window = fc.nat({ max: windowsMs.length - 1 });
  return fc.oneof(
    { weight: 2, arbitrary: fc.record({ type: fc.constant('passTime'), milliseconds }) },
    ...(deadlineMembers.length === 0
      ? []
      : [{ weight: 4, arbitrary: fc.record({ type: fc.constant('meetDeadline'), pick, offsetMs }) }]),
    { weight: 2, arbitrary: fc.record({ type: fc.constant('meetWindow'), pick, window, offsetMs }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('sweep') }) },
  );
}
