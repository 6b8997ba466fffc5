import type { OperationId } from '@holdfast/contract';

import { eventHistories } from './access/event-histories.ts';
import { access } from './access/family.ts';
import { tenantStandings } from './access/tenant-standings.ts';
import { capacity } from './capacity/family.ts';
import type { CapacityServiceSettings } from './capacity/settings.ts';
import { credits } from './credits/family.ts';
import type { CreditServiceSettings } from './credits/settings.ts';
import { events } from './events/family.ts';
import type { Operation, OpenFamily } from './family.ts';
import { idempotencyKind } from './kernel/idempotency.ts';
import type { SweptKind } from './kernel/kind-sweep.ts';
import { eventLogKind, pendingEventsKind } from './kernel/outbox.ts';
import type { SettledKind } from './kernel/settler.ts';
import { namedResources } from './named-resources/family.ts';
import type { NamedResourceSettings } from './named-resources/settings.ts';
import type { OperationContext } from './operation.ts';
import type { RecordKind } from './store.ts';
import { webhooks } from './webhooks/family.ts';
import type { WebhookSettings } from './webhooks/process/transport.ts';
import { queueKind } from './webhooks/records.ts';

/** The register of families: a new one joins with its name here. */
const families = [access, namedResources, credits, capacity, events, webhooks] as const;

/** The settings of all families. */
export interface FamilySettings
  extends NamedResourceSettings, CreditServiceSettings, CapacityServiceSettings, WebhookSettings {}

/** Every kind of record that the engine keeps, for the store to create. */
export const recordKinds: readonly RecordKind[] = [
  idempotencyKind,
  eventLogKind,
  pendingEventsKind,
  ...families.flatMap(({ kinds }) => kinds),
];

/** Those whose records become due for the sweep. What is due of a webhook's queue is sent, and not swept. */
export const sweptKinds: readonly RecordKind[] = recordKinds.filter(
  (kind) => kind.dueField !== undefined && kind !== queueKind,
);

type Operations = Readonly<Record<OperationId, Operation>>;
type IdOf<Family> = Family extends { open(parts: never): OpenFamily<infer Id> } ? Id : never;

/** All families in one service. The compiler names an operation of the contract that none of them has. */
export function openFamilies(parts: Omit<OperationContext<FamilySettings>, 'eventHistories' | 'tenants'>) {
  const opened = families.map((family) => family.open({ ...parts, eventHistories, tenants: tenantStandings }));
  const operations: Readonly<Record<IdOf<(typeof families)[number]>, Operation>> = Object.assign(
    {},
    ...opened.map((family) => family.operations),
  );
  return {
    operations: operations satisfies Operations,
    sweeps: opened.flatMap(({ sweeps }): readonly SweptKind[] => sweeps),
    settles: opened.flatMap(({ settles }): readonly SettledKind[] => settles),
  };
}
