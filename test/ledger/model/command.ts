/** A price as the wire has it. */
export type Rule =
  | { readonly cost_type: 'flat'; readonly flat_cost: number }
  | { readonly cost_type: 'per_unit'; readonly unit_cost: number }
  | { readonly cost_type: 'tiered'; readonly mode: 'graduated' | 'volume'; readonly tiers: readonly Tier[] }
  | { readonly cost_type: 'package'; readonly package_size: number; readonly package_cost: number };

export interface Tier {
  readonly up_to: number | null;
  readonly unit_cost: number;
  readonly flat_cost?: number;
}

/** What is undefined stays as it was; null takes it away. */
export interface Overage {
  readonly policy?: Policy | null | undefined;
  readonly limit?: number | null | undefined;
}

export type Policy = 'block' | 'allow' | 'notify';

export type Metadata = Readonly<Record<string, string>>;

export interface Usage {
  readonly customer: string;
  readonly metric: string;
  readonly units: number;
  readonly event: string | undefined;
}

interface Grant {
  readonly customer: string;
  readonly credits: number;
  readonly priority: number | undefined;
  readonly expiresAtMs: number | undefined;
}

/** A request in the model's words: customers go by their external id, holds by the name of what made them. */
export type Command =
  | { readonly type: 'createCustomer'; readonly customer: string; readonly overage: Overage }
  | { readonly type: 'updateCustomer'; readonly customer: string; readonly overage: Overage }
  | {
      readonly type: 'updateSettings';
      readonly overage: Overage & { readonly policy?: Policy | undefined };
      readonly thresholds: readonly number[] | undefined;
    }
  | { readonly type: 'putThresholds'; readonly customer: string; readonly amounts: readonly number[] | null }
  | { readonly type: 'price'; readonly metric: string; readonly rule: Rule }
  | ({ readonly type: 'grant' } & Grant)
  | ({ readonly type: 'topUp'; readonly pricePaid: number | undefined; readonly payment: string | undefined } & Grant)
  | { readonly type: 'adjust'; readonly customer: string; readonly delta: number }
  | {
      readonly type: 'hold';
      readonly customer: string;
      readonly metric: string;
      readonly units: number;
      readonly ttlSeconds: number | undefined;
      readonly metadata: Metadata | undefined;
    }
  | {
      readonly type: 'extend';
      readonly hold: string;
      readonly units: number | undefined;
      readonly ttlSeconds: number | undefined;
    }
  | {
      readonly type: 'commit';
      readonly hold: string;
      readonly units: number;
      readonly isFinal: boolean | undefined;
      readonly metadata: Metadata | undefined;
    }
  | { readonly type: 'release'; readonly hold: string }
  | ({ readonly type: 'usage' } & Usage)
  | { readonly type: 'usageBatch'; readonly events: readonly Usage[] };

/** A command that was accepted, but for batches: of those, each event that was. */
export interface Fact {
  /** Nobody else's: what it made is called after it. */
  readonly name: string;
  readonly atMs: number;
  readonly command: SingleCommand;
}

export type SingleCommand = Exclude<Command, { type: 'usageBatch' }>;
