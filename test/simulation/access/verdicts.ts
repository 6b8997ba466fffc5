import { hash } from 'node:crypto';

import { operations } from '@holdfast/contract';

import type { Exchange, ReceivedAnswer, SentRequest } from '../clients/network.ts';
import { versionAt } from './access-truth.ts';
import type { AccessTruth, KeyState } from './access-truth.ts';

/** How far somebody came. */
export type Verdict = 'in' | 'unauthorized' | 'suspended' | 'forbidden';

/** Undefined if nobody can tell: the store was away. */
export function verdictOf({ status, body }: ReceivedAnswer): Verdict | undefined {
  if (status === 503) return undefined;
  if (status === 401) return 'unauthorized';
  if (status !== 403) return 'in';
  if (/tenant[-_]suspended/u.test(body)) return 'suspended';
  return /"forbidden"|\/forbidden"/u.test(body) ? 'forbidden' : 'in';
}

/** Whether an answer is about who asks and how much, so that no idempotency key has it. */
export function isRefusedAtTheDoor(answer: ReceivedAnswer): boolean {
  const verdict = verdictOf(answer);
  return answer.status === 429 || (verdict !== undefined && verdict !== 'in');
}

/** What another process may not have heard of yet. */
const mostStaleMs = 5_000;

export interface VerdictOptions {
  /** When the process itself changed something of the tenant last; nothing from before counts there any more. */
  readonly changedAtMs: number;
  /** How far the processes' clocks may be wrong. */
  readonly clockErrorMs: number;
  /** When the world began, in epoch milliseconds. */
  readonly beginsMs: number;
}

/** Which verdicts a request may have had. */
export function findAllowed(truth: AccessTruth, exchange: Exchange, options: VerdictOptions): ReadonlySet<Verdict> {
  const { sent, arrivedAtMs, answeredAtMs } = exchange;
  const keyHash = hash('sha256', sent.apiKey);
  const keys = truth.keys.get(truth.keyIds.get(keyHash) ?? '') ?? [];
  const tenants = truth.tenants.get(keys[0]?.state.tenantId ?? '') ?? [];
  const fromMs = Math.max(arrivedAtMs - mostStaleMs, options.changedAtMs);
  const changes = [...keys, ...tenants].map(({ atMs }) => atMs);
  const times = [fromMs, arrivedAtMs, ...changes.filter((atMs) => atMs > fromMs && atMs <= answeredAtMs)];
  const allowed = new Set<Verdict>();
  for (const timeMs of times) {
    const key = versionAt(keys, timeMs);
    const isValid = key !== undefined && key.revokedAtMs === null && isValueOf(key, keyHash);
    const validUntilMs = key?.previous?.keyHash === keyHash ? key.previous.validUntilMs - options.beginsMs : Infinity;
    // Only valid keys are remembered, so a refusal is always up to date.
    const mayBeInvalid = !isValid || validUntilMs <= answeredAtMs + options.clockErrorMs;
    if (mayBeInvalid && timeMs >= arrivedAtMs) allowed.add('unauthorized');
    if (!isValid || validUntilMs < arrivedAtMs - options.clockErrorMs) continue;
    if (versionAt(tenants, timeMs)?.suspended === true) allowed.add('suspended');
    else allowed.add(hasScope(key, sent) ? 'in' : 'forbidden');
  }
  return allowed;
}

function isValueOf({ keyHash: present, previous }: KeyState, keyHash: string): boolean {
  return keyHash === present || keyHash === previous?.keyHash;
}

/** Keys of the world have all scopes of their tenant, or those that they need for what they ask. */
function hasScope({ scopes }: KeyState, { request }: SentRequest): boolean {
  const { scope } = operations[request.operationId];
  return scopes === null || scopes.some((each) => each === scope);
}
