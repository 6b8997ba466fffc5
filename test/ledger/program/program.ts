import type { Command, Overage, Rule } from '../model/command.ts';

/** What happens to one tenant. Numbers called `pick` stand for something that is known only when its turn has come. */
export interface Program {
  /** Whether sweeps and audits take place, which settle what has lapsed; or else it lies about until somebody comes. */
  readonly isTidied: boolean;
  /** How much of what is due one command settles; undefined: as much as on a server, which programs seldom come to. */
  readonly mostSettledAtOnce: number | undefined;
  /** What the metrics cost at first; undefined: they have no price yet. */
  readonly firstRules: readonly (Rule | undefined)[];
  /** How far the first customers may go beyond their credits. */
  readonly firstOverages: readonly Overage[];
  readonly steps: readonly Step[];
}

export type Step =
  | { readonly type: 'call'; readonly draft: Draft; readonly isKeyed: boolean }
  /** Requests of one customer that are sent at the same time, the one with the lowest rank first. */
  | {
      readonly type: 'together';
      readonly customer: string;
      readonly sent: readonly { readonly draft: Draft; readonly rank: number }[];
    }
  /** An earlier request with an idempotency key again, or another body under its key. */
  | { readonly type: 'again'; readonly pick: number; readonly isOther: boolean }
  | { readonly type: 'pass'; readonly milliseconds: number }
  /** Moves the clock to a time at which something lapses, or beside it. */
  | { readonly type: 'meetDeadline'; readonly pick: number; readonly offsetMs: number }
  | { readonly type: 'sweep' }
  | { readonly type: 'audit' }
  | { readonly type: 'crash' }
  /** The process dies after so many commits have been begun, or so many ticks; nobody hears of the answers. */
  | {
      readonly type: 'crashInFlight';
      readonly drafts: readonly Draft[];
      readonly commits: number;
      readonly moment: CrashMoment;
      readonly ticks: number;
    };

export type CrashMoment = 'beforeCommit' | 'afterCommit';

/** A command of which not everything is known before its turn. */
export type Draft = Exclude<Command, { type: GrantDraft['type'] | HoldDraft['type'] }> | GrantDraft | HoldDraft;

type GrantDraft = WithLifetime<Extract<Command, { type: 'grant' }>> | WithLifetime<Extract<Command, { type: 'topUp' }>>;

type WithLifetime<Grant> = Omit<Grant, 'expiresAtMs'> & { readonly expiresInMs: number | undefined };

type HoldDraft =
  | WithPick<Extract<Command, { type: 'extend' }>>
  | WithPick<Extract<Command, { type: 'commit' }>>
  | WithPick<Extract<Command, { type: 'release' }>>;

type WithPick<OnHold> = Omit<OnHold, 'hold'> & { readonly hold: HoldPick };

export interface HoldPick {
  readonly pick: number;
  /** Of all there ever were, also those that have ended; otherwise of those that live, if there are any. */
  readonly isAny: boolean;
}
