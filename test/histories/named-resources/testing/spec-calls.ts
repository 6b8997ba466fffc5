import type { ReserveResult } from '@holdfast/sdk';

import { checkLinearizable } from '../../checker/check-linearizable.ts';
import type { Call } from '../../checker/sequential-spec.ts';
import type { Answer, Command, Result } from '../commands.ts';
import { reservationSpec } from '../reservation-spec.ts';

type AnyCall = Call<Command, Answer>;

/** 2026-01-01T00:00:00Z, from which times are counted. */
export const originMs = 1_767_225_600_000;
const unknown = Number.POSITIVE_INFINITY;

export const wire = (ms: number) => new Date(originMs + ms).toISOString();

export function call(
  operation: Command,
  results: readonly object[] | undefined,
  fromMs: number,
  toMs = fromMs + 1,
  outcome?: Answer['outcome'],
): AnyCall {
  const shared = { client: 0, operation, calledAtMs: originMs + fromMs };
  if (results === undefined) return { ...shared, answer: undefined, returnedAtMs: unknown };
  const answer = { ...(outcome === undefined ? {} : { outcome }), results: results as Result[] };
  return { ...shared, answer, returnedAtMs: originMs + toMs };
}

export const nothing = {
  explanation: '',
  releaseToken: null,
  fencingToken: null,
  expiresAt: null,
  acquiredSlots: null,
  acquiredBlockers: null,
  reservedAtPath: null,
  heldBy: null,
  retryAfterSeconds: null,
};

export function claim(requester: string, resource = 'lock', ttlSeconds?: number): Command {
  return { type: 'reserve', items: [{ requester, resource, ...(ttlSeconds === undefined ? {} : { ttlSeconds }) }] };
}

export function acquired(fencingToken: number, expiresAtMs?: number, slot?: string): Partial<ReserveResult> {
  const requester = `r${fencingToken}`;
  const expiresAt = expiresAtMs === undefined ? null : wire(expiresAtMs);
  const acquiredSlots = slot === undefined ? null : { 'a-pool': slot };
  const releaseToken = `t${fencingToken}`;
  return { ...nothing, requester, status: 'ACQUIRED', releaseToken, fencingToken, expiresAt, acquiredSlots };
}

export function refused(
  requester: string,
  sinceMs: number,
  expiresAtMs?: number,
  retryAfterSeconds: number | null = null,
) {
  const expiresAt = expiresAtMs === undefined ? null : wire(expiresAtMs);
  const heldBy = { requester, metadata: null, since: wire(sinceMs), expiresAt };
  return naming('lock', { ...nothing, status: 'ALREADY_HELD', heldBy, retryAfterSeconds });
}

/** The refusal, if it is this name that is in the way. */
export function naming<Refusal extends Pick<ReserveResult, 'heldBy'>>(name: string, refusal: Refusal) {
  return { ...refusal, explanation: `${refusal.heldBy?.requester} holds ${name}.` };
}

export function giveUp(requester: string, releaseToken: string, resource = 'lock'): Command {
  return { type: 'unreserve', items: [{ requester, resource, releaseToken }] };
}

export function prolong(requester: string, releaseToken: string, resource = 'lock'): Command {
  return { type: 'renew', items: [{ requester, resource, releaseToken, ttlSeconds: 1 }] };
}

export const renewed = (fencingToken: number, expiresAtMs: number) => [
  {
    requester: `r${fencingToken}`,
    status: 'RENEWED',
    releaseToken: `t${fencingToken}`,
    fencingToken,
    expiresAt: wire(expiresAtMs),
  },
];
export const relinquished = (name = 'lock', ...more: readonly string[]) => {
  return [{ status: 'RELINQUISHED', released: [name, ...more] }];
};
export const status = (name: string) => [{ ...nothing, status: name, released: null }];

export function explains(key: string, ...calls: readonly AnyCall[]): boolean {
  return checkLinearizable(reservationSpec(key, 2), calls).isLinearizable;
}
