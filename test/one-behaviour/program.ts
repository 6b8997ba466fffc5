import type { Corruption } from './corrupt.ts';
import type { CallerName, Draft } from './family.ts';

/**
 * What happens in one world: a sequence of operations for each of its tenants, who act at the same time and share the
 * clock. Shrinking leaves out whatever a failure doesn't need: tenants, rounds, and actions, of which null is left.
 */
export interface Program {
  /** Which of the tenants take part. */
  readonly active: readonly boolean[];
  readonly rounds: readonly (Round | null)[];
}

export type Round =
  | WorldEvent
  /** Everybody acts at the same time. */
  | { readonly type: 'actions'; readonly actions: readonly (Action | null)[] }
  /** Some of them act, one after the other, with what concerns the others too. */
  | { readonly type: 'oneByOne'; readonly actions: readonly LoneAction[] };

interface LoneAction {
  readonly tenant: number;
  readonly action: Action;
}

/** What one tenant does. A `pick` stands for something that is known only when its turn has come. */
export type Action =
  | {
      readonly type: 'request';
      readonly draft: Draft;
      readonly caller: CallerName;
      readonly idempotencyKey: string | undefined;
      readonly corruption: Corruption | undefined;
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

/** What happens to all tenants of a world. */
export type WorldEvent =
  | { readonly type: 'passTime'; readonly milliseconds: number }
  /** Moves the clock to a time at which something lapses, or beside it. */
  | { readonly type: 'meetDeadline'; readonly pick: number; readonly offsetMs: number }
  /** The same for the end of one of the family's windows. */
  | { readonly type: 'meetWindow'; readonly pick: number; readonly window: number; readonly offsetMs: number }
  | { readonly type: 'sweep' };

/** How many tenants, and so how many sequences, a world has: what they do at the same time costs one commit. */
export const tenantCount = 25;
