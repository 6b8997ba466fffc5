import type { Journal } from '../family.ts';
import { objectsIn } from '../json-members.ts';

/** A customer as answers have shown it. */
export interface KnownCustomer {
  readonly id: string;
  readonly externalId: string;
}

/** Everybody that answers told of, whoever was told of last at the end. */
export function customersIn(journal: Journal): readonly KnownCustomer[] {
  const customers = new Map<string, KnownCustomer>();
  for (const { customer_id: id, external_customer_id: externalId } of answersIn(journal)) {
    if (typeof id !== 'string' || typeof externalId !== 'string') continue;
    customers.delete(id);
    customers.set(id, { id, externalId });
  }
  return [...customers.values()];
}

/** The holds that answers told of, and of those the ones that should still be active. */
export function holdsIn(journal: Journal): { readonly all: readonly string[]; readonly active: readonly string[] } {
  const ends = new Map<string, number>();
  for (const answer of answersIn(journal)) {
    const { id, reservation_id: endedId, status, expires_at: expiresAt } = answer;
    if (typeof endedId === 'string' && status !== 'active') ends.set(endedId, 0);
    const isHold = 'estimated_units' in answer && typeof id === 'string' && typeof expiresAt === 'string';
    if (isHold) ends.set(id, status === 'active' ? Date.parse(expiresAt) : 0);
  }
  const all = [...ends.keys()];
  return { all, active: all.filter((id) => (ends.get(id) ?? 0) > journal.nowMs) };
}

/** The keys of metrics that have a price. */
export function pricedMetricsIn(journal: Journal): readonly string[] {
  const rules = answersIn(journal).filter(({ cost_type: costType }) => costType !== undefined);
  const keys = rules.map(({ billable_metric_key: key }) => key);
  return [...new Set(keys.filter((key) => typeof key === 'string'))];
}

/** The keys of metrics, priced or not. */
export function metricsIn(journal: Journal): readonly string[] {
  const keys = answersIn(journal).map(({ key }) => key);
  return [...new Set(keys.filter((key) => typeof key === 'string'))];
}

/** Every object in the answers, the later ones last. */
function answersIn({ exchanges }: Journal): readonly Readonly<Record<string, unknown>>[] {
  return exchanges.flatMap(({ json }) => [...objectsIn(json)]);
}
