import type { LimitType, ProblemDetail, Scope } from '@holdfast/contract/types';

/** An answer that reports a failure, as the constructor of {@link ApiError} takes it. */
export interface FailedAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed JSON, or the text when it wasn't JSON: a proxy's error page, for instance. */
  readonly body: unknown;
}

/** The one sentence that a refused request of capacity is answered with: all that there is to say. */
export function faultIn({ status, headers, body }: FailedAnswer): string | undefined {
  const isText = status === 400 && /^text\/plain\b/i.test(headers.get('content-type') ?? '');
  return isText && typeof body === 'string' ? body : undefined;
}

interface Problem {
  readonly code: string | undefined;
  readonly message?: string | undefined;
  readonly requestId?: string | undefined;
  readonly details: readonly ProblemDetail[];
}

/** The two shapes in which the server writes its refusals; a proxy's page has no member of either. */
interface ProblemBody {
  readonly error?: unknown;
  readonly message?: string;
  readonly requestId?: string;
  readonly details?: readonly ProblemDetail[];
  // application/problem+json
  readonly type?: unknown;
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: unknown;
  // 403 and 429
  readonly scope?: Scope;
  readonly tier?: string;
  readonly limit?: number;
  readonly limitType?: LimitType;
  readonly limit_type?: LimitType;
  readonly retryAfter?: number;
  readonly retry_after?: number;
  readonly upgradeRequired?: boolean;
  readonly upgrade_required?: boolean;
}

interface ProblemFault {
  readonly pointer: string;
  readonly rule: string;
  readonly detail: string;
}

export function readProblem(body: unknown): Problem {
  const { error, message, requestId, details = [], type, title, detail, errors } = asProblemBody(body);
  const slug = typeof type === 'string' ? /[/#=]([a-z][a-z0-9-]*)$/.exec(type)?.[1] : undefined;
  if (slug === undefined) return { code: typeof error === 'string' ? error : undefined, message, requestId, details };
  const faults = Array.isArray(errors) ? errors.map(toDetail) : [];
  return { code: slug.replaceAll('-', '_'), message: detail ?? title, details: faults };
}

/** What a refusal says of scopes, tiers and limits. Families differ in how they spell it. */
interface AccessProblem {
  readonly scope: Scope | null;
  readonly tier: string | null;
  readonly limit: number | null;
  readonly limitType: LimitType | null;
  readonly retryAfterSeconds: number | null;
  readonly upgradeRequired: boolean;
}

export function readAccessProblem(body: unknown): AccessProblem {
  const problem = asProblemBody(body);
  return {
    scope: problem.scope ?? null,
    tier: problem.tier ?? null,
    limit: problem.limit ?? null,
    limitType: problem.limitType ?? problem.limit_type ?? null,
    retryAfterSeconds: problem.retryAfter ?? problem.retry_after ?? null,
    upgradeRequired: problem.upgradeRequired ?? problem.upgrade_required ?? false,
  };
}

function asProblemBody(body: unknown): ProblemBody {
  return typeof body === 'object' && body !== null ? body : {};
}

function toDetail({ pointer, rule, detail }: ProblemFault): ProblemDetail {
  return { field: pointer, rule, message: detail };
}
