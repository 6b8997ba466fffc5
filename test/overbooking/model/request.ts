/** What somebody wants in one interval. */
export interface Demand {
  readonly interval: number;
  readonly capacityGb: number;
}

export interface IntervalRange {
  readonly fromInterval: number;
  readonly toInterval: number;
}

/** A setting of limits; undefined: it stays, null: it is taken back. */
export interface LimitChange {
  /** Undefined: what is set holds for every org. */
  readonly tenant: string | undefined;
  readonly platformGb?: number | null | undefined;
  readonly orgGb?: number | null | undefined;
  readonly range: IntervalRange | undefined;
}

export type Request =
  | { readonly type: 'reserve' | 'quote'; readonly org: string; readonly demands: readonly Demand[] }
  | { readonly type: 'calendar'; readonly org: string; readonly range: IntervalRange }
  | {
      readonly type: 'windows';
      readonly org: string;
      readonly range: IntervalRange;
      readonly length: number;
      readonly capacityGb: number;
    }
  | { readonly type: 'limits'; readonly change: LimitChange };
