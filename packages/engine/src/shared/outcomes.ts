/** One fault of a request: which field broke which rule. */
export interface FieldFault {
  /** A JSON pointer into the body (`/0/ttlSeconds`), or `query.limit`, `path.resource`, `header.Idempotency-Key`. */
  readonly field: string;
  /** The rule's name, as JSON Schema has it where it has one: `minimum`, `required`, `pattern`. */
  readonly rule: string;
  readonly message: string;
  /** What was sent, if anything. Only a family whose published text wants it shows it. */
  readonly value?: unknown;
}

/** Everything that an operation can refuse. Which HTTP status each becomes is the gateway's business. */
export type Refusal =
  | { readonly code: 'invalid_request'; readonly message: string; readonly details: readonly FieldFault[] }
  | { readonly code: 'wrong_release_token'; readonly message: string; readonly results: readonly unknown[] }
  | { readonly code: 'not_found'; readonly message: string }
  /** The history doesn't reach so far back. `oldest` is the smallest number from which it has every event. */
  | { readonly code: 'events_gone'; readonly message: string; readonly oldest: number }
  | { readonly code: 'resource_held'; readonly message: string }
  | { readonly code: CreditsRefusalCode; readonly message: string }
  | { readonly code: 'capacity_not_available'; readonly message: string; readonly intervals: readonly unknown[] }
  | Forbidden
  | { readonly code: 'tenant_suspended'; readonly message: string }
  /** The tenant's tier doesn't have this at all. */
  | { readonly code: 'upgrade_required'; readonly message: string }
  | RateLimited
  /** This process can't do it; another may, or this one later. */
  | { readonly code: 'unavailable'; readonly message: string; readonly retryAfterSeconds: number }
  | { readonly code: 'idempotency_key_conflict'; readonly message: string };

/** The API key isn't allowed to do this. */
interface Forbidden {
  readonly code: 'forbidden';
  readonly message: string;
  /** What the key lacks. Absent where no scope would help. */
  readonly scope?: string;
}

/** A limit is reached. */
export interface RateLimited {
  readonly code: 'rate_limited';
  readonly message: string;
  readonly tier: string;
  readonly limit: number;
  readonly limitType: LimitType;
  /** Never before the end of the window. */
  readonly retryAfterSeconds: number;
  /** Whether only another tier allows more. */
  readonly upgradeRequired: boolean;
}

type LimitType = 'opsPerMinute' | 'opsPerDay' | 'readsPerMinute' | 'concurrentLocks' | 'apiKeys';

/** What only the credits family refuses. Its message is the `detail` of the problem that clients get, to the letter. */
type CreditsRefusalCode =
  | 'insufficient_credits'
  | 'reservation_not_active'
  | 'reservation_expired'
  | 'payment_already_credited'
  | 'event_id_conflict'
  | 'conflict'
  | 'no_metering_rule';

export type Refused = { readonly ok: false } & Refusal;

export type Outcome<Value> = Accepted<Value> | Refused;

interface Accepted<Value> {
  readonly ok: true;
  readonly value: Value;
  /** Set for a replay: nothing was done. */
  readonly isRepeated?: true;
}

export function accepted<Value>(value: Value): Outcome<Value> {
  return { ok: true, value };
}

/** A replay: the first answer to the same request. */
export function repeated<Value>(value: Value): Outcome<Value> {
  return { ok: true, value, isRepeated: true };
}

export function refused(refusal: Refusal): Refused {
  return { ok: false, ...refusal };
}

/** A refusal because fields of the request break rules that a schema can't state. */
export function invalidRequest(...details: readonly FieldFault[]): Refused {
  const message = details.map((fault) => `${fault.field} ${fault.message}`).join('; ');
  return refused({ code: 'invalid_request', message: `${message}.`, details });
}

/** Whether this is a refusal, and not what was asked for. */
export function isRefused(value: unknown): value is Refused {
  return typeof value === 'object' && value !== null && 'ok' in value && value.ok === false;
}
