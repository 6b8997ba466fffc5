import type { Limits, Org } from './objects.ts';

/** How much of which of a group's intervals, from 0. */
export interface Demand {
  readonly interval: number;
  readonly capacityGb: number;
}

/** One request. */
export type Command =
  | (OrgCommand & { readonly type: 'reserve' | 'quote'; readonly demands: readonly Demand[] })
  | (OrgCommand & { readonly type: 'calendar' })
  | { readonly type: 'limit'; readonly group: string; readonly limits: ChosenLimits };

interface OrgCommand {
  readonly group: string;
  readonly org: Org;
}

/** Null takes a limit back. */
export type ChosenLimits = { readonly [Name in keyof Limits]: number | null };

export type CommandOf<Type extends Command['type']> = Command & { readonly type: Type };

export interface Answer {
  readonly status: number;
  /** As JSON. */
  readonly body: unknown;
}
