import { hash } from 'node:crypto';

import type { OperationId } from '@holdfast/contract';
import type { Store } from '@holdfast/engine/store';

import type { Exchange } from '../clients/network.ts';
import type { Trace } from '../world/trace.ts';
import { AccessTruth } from './access-truth.ts';
import { Admissions } from './admissions.ts';
import { LockWatch } from './lock-watch.ts';
import { findAllowed, verdictOf } from './verdicts.ts';

export interface AccessWatchParts {
  readonly trace: Trace;
  readonly clockErrorMs: number;
  /** When the world began, in epoch milliseconds. */
  readonly beginsMs: number;
  /** Whose locks are counted, and how many there may be. */
  readonly lockPartition: string;
  readonly mostLocks: number;
  /** See {@link AccessTruth}. */
  readonly auditedOutbox: string;
}

/** Sees who is let in by which process, and compares it with what is known of keys and limits. */
export class AccessWatch {
  readonly truth: AccessTruth;
  readonly admissions = new Admissions();
  readonly locks: LockWatch;
  readonly #parts: AccessWatchParts;
  readonly #exchanges: Exchange[] = [];
  readonly #broken: string[] = [];

  constructor(parts: AccessWatchParts) {
    this.#parts = parts;
    this.truth = new AccessTruth(parts.auditedOutbox);
    this.locks = new LockWatch(parts.lockPartition, parts.mostLocks);
  }

  /** The same store, of which nothing is missed. */
  observe(store: Store, nowMs: () => number): Store {
    return this.truth.observe(store, nowMs, (commit) => this.locks.note(commit));
  }

  note(exchange: Exchange): void {
    this.#exchanges.push(exchange);
    this.#checkNewValue(exchange);
  }

  /** What is wrong, once everything has happened. */
  findBroken(): readonly string[] {
    const changes = this.#exchanges.filter(isChange);
    const broken = this.#exchanges.flatMap((exchange) => {
      const ownChange = changes.findLast((each) => {
        const isBefore = each.process === exchange.process && each.answeredAtMs < exchange.arrivedAtMs;
        return isBefore && this.#tenantChangedBy(each) === this.#tenantOf(exchange);
      });
      return this.#checkVerdict(exchange, ownChange?.answeredAtMs ?? -Infinity);
    });
    for (const policy of this.admissions.full) this.#parts.trace.note(`administration ${policy} full`);
    if (this.locks.fullCount > 0) this.#parts.trace.note('administration locks full');
    return [...this.#broken, ...broken, ...this.admissions.findBroken(), ...this.locks.broken];
  }

  #tenantOf({ sent }: Exchange): string | undefined {
    return this.#tenantOfKey(this.truth.keyIds.get(hash('sha256', sent.apiKey)));
  }

  #tenantChangedBy({ sent: { request } }: Exchange): string | undefined {
    const { path = {}, body } = request;
    const { tenant_id: ofBody } = (body ?? {}) as { readonly tenant_id?: string };
    return path['tenant_id'] ?? ofBody ?? this.#tenantOfKey(path['api_key_id']);
  }

  #tenantOfKey(id = ''): string | undefined {
    return this.truth.keys.get(id)?.[0]?.state.tenantId;
  }

  #checkVerdict(exchange: Exchange, changedAtMs: number): readonly string[] {
    const verdict = verdictOf(exchange.answer);
    if (verdict === undefined) return [];
    const { clockErrorMs, beginsMs, trace } = this.#parts;
    const allowed = findAllowed(this.truth, exchange, { changedAtMs, clockErrorMs, beginsMs });
    const { sent, process, arrivedAtMs, answer } = exchange;
    if (allowed.has(verdict)) {
      const upToDate = findAllowed(this.truth, exchange, { changedAtMs: arrivedAtMs, clockErrorMs, beginsMs });
      if (!upToDate.has(verdict)) trace.note('administration stale');
      return [];
    }
    return [
      `${process.name} answered ${answer.status} to ${sent.request.operationId} by ${sent.apiKey}, which came at ${arrivedAtMs.toFixed(2)} ms; possible: ${[...allowed].join(', ')}.`,
    ];
  }

  /** Whoever gets a new value can rely on it; a replay has none. */
  #checkNewValue({ answer, sent, process, isReplayed }: Exchange): void {
    if (!/"api_key":/u.test(answer.body) || answer.status >= 300) return;
    const { id, api_key: apiKey } = JSON.parse(answer.body) as { readonly id: string; readonly api_key: string | null };
    if (apiKey === null) {
      this.#parts.trace.note('administration value lost');
      if (!isReplayed) this.#broken.push(`${process.name} told nobody the value of ${id}.`);
    } else if (this.truth.keyIds.get(hash('sha256', apiKey)) !== id && !this.truth.mayLackValueOf(id)) {
      this.#broken.push(`${process.name} gave ${id} to ${sent.idempotencyKey} a value that it never had.`);
    }
  }
}

const changing: ReadonlySet<OperationId> = new Set([
  'createApiKey',
  'rotateApiKey',
  'updateApiKey',
  'revokeApiKey',
  'updateTenant',
]);

/** Whether something of a key may have changed, as whoever asked for it knows. */
function isChange({ sent, answer }: Exchange): boolean {
  return changing.has(sent.request.operationId) && answer.status < 300;
}
