import { tellingsOf } from '../model/events.ts';
import type { State } from '../model/state.ts';
import type { Answered } from './explain.ts';

/** What programs must cover, all together, to prove anything. */
export const expectedCoverage: readonly string[] = `
  createCustomer ok, updateCustomer ok, updateSettings ok, putThresholds ok, price ok, grant ok, topUp ok, adjust ok
  hold ok, extend ok, commit ok, release ok, usage ok, usageBatch ok
  createCustomer conflict, grant invalid_request, grant not_found, topUp invalid_request, adjust insufficient_credits
  hold insufficient_credits, hold invalid_request, hold no_metering_rule, hold not_found
  extend insufficient_credits, extend reservation_expired, extend reservation_not_active
  commit reservation_expired, commit reservation_not_active, release reservation_not_active
  usage insufficient_credits, usage no_metering_rule, usage not_found
  same request again, other request under a key, same request a day later, answer found after a crash
  released, uncollected, duplicate, recorded, refused, conflict
  usage event_id_conflict, topUp payment_already_credited, payment answered again
  hold lapsed, overage paid, block expired, block expired under a hold
  threshold passed by consumption, threshold passed by hold, threshold passed by adjustment
  threshold passed by expiration, several thresholds passed, overage told
`
  .split(/[,\n]/u)
  .flatMap((word) => word.trim() || []);

/** What an answer tells, in a word each. */
export function coverageOf({ command, answer: { outcome, isReplayed } }: Answered): readonly string[] {
  const isPayment = command.type === 'topUp' && command.payment !== undefined;
  const crash = isReplayed ? [isPayment ? 'payment answered again' : 'answer found after a crash'] : [];
  if (!outcome.ok) return [`${command.type} ${outcome.code}`, ...crash];
  const value = outcome.value as Readonly<Record<string, unknown>>;
  const more = ['released', 'uncollected', 'duplicate'].filter((member) => Number(value[member] ?? 0) > 0);
  const results = (value['results'] ?? []) as readonly { readonly status: string }[];
  return [`${command.type} ok`, ...crash, ...more, ...results.map(({ status }) => status)];
}

/** What has come about by itself, and what became of credits that had expired by then, in a word each. */
export function coverageIn(state: State): readonly string[] {
  const { entries, blocks } = state;
  const expiries = new Map(blocks.map(({ name, expiresAtMs }) => [name, expiresAtMs ?? Infinity]));
  const lapsed = entries.flatMap(({ fact, type, reason, parts, atMs }, index) => {
    const isOfExpired = parts.some(({ block }) => (expiries.get(block) ?? Infinity) < atMs);
    if (fact !== undefined) return isOfExpired ? [`${type} of expired credits`] : [];
    if (type === 'release') return isOfExpired ? ['hold lapsed', 'lapse of expired credits'] : ['hold lapsed'];
    if (type === 'adjustment') return reason ?? [];
    if (isOfExpired) return ['block expired under a hold'];
    const isHeld = entries.slice(index + 1).some((later) => later.parts.some(({ block }) => block === parts[0]?.block));
    return isHeld ? ['block expired', 'block expired with a held part'] : ['block expired'];
  });
  return [...lapsed, ...told(state)];
}

/** What the tenant has been told besides the entries. */
function told(state: State): readonly string[] {
  const tellings = state.customers.flatMap(({ externalId }) => tellingsOf(state, externalId));
  return tellings.flatMap(({ entry, passed }) => [
    ...(passed.length > 0 ? [`threshold passed by ${entry.type}`] : []),
    ...(passed.length > 1 ? ['several thresholds passed'] : []),
    ...(entry.overage === null ? [] : ['overage told']),
  ]);
}
