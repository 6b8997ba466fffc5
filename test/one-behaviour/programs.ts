import fc from 'fast-check';

import { onceIn, pick } from './choices.ts';
import { spoilings } from './corrupt.ts';
import type { Spoiling } from './corrupt.ts';
import { callerNames } from './family.ts';
import type { CallerName, Common, Draft, Family } from './family.ts';
import type { Sweeping } from './run-program.ts';

/**
 * What happens in one scene: a sequence of operations for each of its tenants, who act at the same time and share the
 * clock. Shrinking leaves out whatever a failure doesn't need: tenants, rounds, and acts, of which null is left.
 */
export interface Script {
  /** Which of the tenants do anything. */
  readonly playing: readonly boolean[];
  readonly rounds: readonly (Round | null)[];
}

export type Round =
  | Turn
  /** Everybody acts at the same time. */
  | { readonly type: 'acts'; readonly acts: readonly (Act | null)[] }
  /** Some of them act, one after the other, with what concerns the others too. */
  | { readonly type: 'oneByOne'; readonly turns: readonly LonelyAct[] };

interface LonelyAct {
  readonly tenant: number;
  readonly act: Act;
}

/** What one tenant does. A `pick` stands for something that is known only when its turn has come. */
export type Act =
  | {
      readonly type: 'request';
      readonly draft: Draft;
      readonly caller: CallerName;
      readonly idempotencyKey: string | undefined;
      readonly spoiling: Spoiling | undefined;
    }
  /** Sends an earlier request again, one with an idempotency key if there is one; from the caller if that is given. */
  | { readonly type: 'again'; readonly pick: number; readonly caller: CallerName | undefined }
  /** Goes on in a list where an earlier answer ended. */
  | {
      readonly type: 'nextPage';
      readonly pick: number;
      readonly caller: CallerName | undefined;
      readonly alteration: 'none' | 'otherFilter' | 'cutShort' | 'changed';
    };

/** What happens to all tenants of a scene. */
type Turn =
  | { readonly type: 'passTime'; readonly milliseconds: number }
  /** Moves the clock to a time at which something lapses, or beside it. */
  | { readonly type: 'meetDeadline'; readonly pick: number; readonly offsetMs: number }
  /** The same for the end of one of the family's windows. */
  | { readonly type: 'meetWindow'; readonly pick: number; readonly window: number; readonly offsetMs: number }
  | { readonly type: 'sweep' };

/** How many tenants, and so how many sequences, a scene has: what they do at the same time costs one commit. */
export const tenantCount = 25;

/** Each tenant's callers: most have only one, so that everything meets; every fifth has all, one of them more often. */
const casts = Array.from({ length: tenantCount }, (_, number): readonly CallerName[] => {
  return number % 5 === 4 ? ['live', 'live', ...callerNames] : ['live'];
});

/** So rare that it doesn't come by chance: only shrinking makes use of it. */
const whenShrinking = { freq: 1_000_000 };

/** One tenant in so many lacks one of its openings. */
const tenantsPerGap = 6;

export function scriptsOf(family: Family, sweeping: Sweeping): fc.Arbitrary<Script> {
  const playing = fc.tuple(...casts.map(() => fc.option(fc.constant(true), { ...whenShrinking, nil: false })));
  const openings = fc.tuple(...family.openings.map((each) => toRounds(casts.map(() => openingOf(each, family)))));
  const drafts = draftsOf(family, sweeping);
  const acts = toRounds(casts.map((cast) => fc.option(actOf(drafts, fc.constantFrom(...cast)), whenShrinking)));
  const anyRound = fc.oneof(
    { weight: 4, arbitrary: acts },
    { weight: 1, arbitrary: turnOf(family) },
    ...(family.common === undefined ? [] : [{ weight: 3, arbitrary: oneByOneOf(family.common) }]),
  );
  const manyRounds = (minLength: number, maxLength: number) => {
    return fc.array(fc.option(anyRound, whenShrinking), { minLength, maxLength, size: 'max' });
  };
  const others = fc.oneof({ weight: 3, arbitrary: manyRounds(8, 12) }, { weight: 1, arbitrary: manyRounds(13, 22) });
  const rounds = fc.tuple(openings, others).map(([first, rest]) => [...first, ...rest]);
  return fc.record({ playing, rounds });
}

function toRounds(acts: readonly fc.Arbitrary<Act | null>[]): fc.Arbitrary<Round> {
  return fc.record({ type: fc.constant('acts'), acts: fc.tuple(...acts) });
}

function openingOf(opening: fc.Arbitrary<Draft>, { openings }: Family): fc.Arbitrary<Act | null> {
  const usual = { type: 'request', caller: 'live', idempotencyKey: undefined, spoiling: undefined } as const;
  return fc.option(
    opening.map((draft) => ({ ...usual, draft })),
    { freq: tenantsPerGap * openings.length },
  );
}

function draftsOf({ drafts, sweepDrafts }: Family, sweeping: Sweeping): fc.Arbitrary<Draft> {
  if (sweepDrafts === undefined || sweeping === 'atRandom') return drafts;
  return fc.oneof({ weight: 12, arbitrary: drafts }, { weight: 1, arbitrary: sweepDrafts });
}

/** Few of them, so that they come again with another body. */
const idempotencyKey = onceIn(4, fc.constantFrom('first', 'second', 'third'));

const alteration = fc.oneof(
  { weight: 6, arbitrary: fc.constant('none' as const) },
  { weight: 1, arbitrary: fc.constantFrom('otherFilter' as const, 'cutShort' as const, 'changed' as const) },
);

function actOf(drafts: fc.Arbitrary<Draft>, caller: fc.Arbitrary<CallerName>): fc.Arbitrary<Act> {
  const spoiling = onceIn(25, spoilings);
  const request = fc.record({ type: fc.constant('request'), draft: drafts, caller, idempotencyKey, spoiling });
  const again = fc.record({ type: fc.constant('again'), pick, caller: onceIn(8, caller) });
  const nextPage = fc.record({ type: fc.constant('nextPage'), pick, caller: onceIn(8, caller), alteration });
  return fc.oneof(
    { weight: 10, arbitrary: request },
    { weight: 1, arbitrary: again },
    { weight: 2, arbitrary: nextPage },
  );
}

function oneByOneOf({ drafts }: Common): fc.Arbitrary<Round> {
  const lonelyActs = casts.map((cast, tenant) => {
    return fc.record({ tenant: fc.constant(tenant), act: actOf(drafts, fc.constantFrom(...cast)) });
  });
  const turns = fc.array(fc.oneof(...lonelyActs), { minLength: 1, maxLength: 12, size: 'max' });
  return fc.record({ type: fc.constant('oneByOne'), turns });
}

function turnOf({ deadlineMembers, windowsMs }: Family): fc.Arbitrary<Turn> {
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
