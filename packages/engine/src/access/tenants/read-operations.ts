import type { ReadOperation } from '../../operation.ts';
import { accessPartition } from '../../partitions.ts';
import { accepted, isRefused } from '../../shared/outcomes.ts';
import { findPage } from '../../shared/page-input.ts';
import type { AccessContext } from '../context.ts';
import { tenantKind, tierKind } from '../records.ts';
import { unknownTenant } from '../refusals.ts';
import { AccessView } from '../state.ts';
import { toTenant, toTier } from '../wire.ts';

export const getTenant: ReadOperation<'getTenant', AccessContext> = (
  _caller,
  { path: { tenant_id: id } },
  { settings },
) => ({
  partitions: [],
  reads: [],
  run(records) {
    const tenant = new AccessView(records).tenant(id);
    return tenant === undefined ? unknownTenant : accepted(toTenant({ id, tenant }, settings.requireRegistration));
  },
});

export const listTenants: ReadOperation<'listTenants', AccessContext> = (_caller, { query }, context) => {
  const page = findPage(['tenants'], query, context);
  if (isRefused(page)) return page;
  const range = { kind: tenantKind, partition: accessPartition };
  return {
    partitions: [],
    reads: [],
    run: (records) =>
      accepted(
        page.read(records, range, ({ id, value }) =>
          'tier' in value ? toTenant({ id, tenant: value }, context.settings.requireRegistration) : undefined,
        ),
      ),
  };
};

export const listTiers: ReadOperation<'listTiers', AccessContext> = (_caller, { query }, context) => {
  const page = findPage(['tiers'], query, context);
  if (isRefused(page)) return page;
  const range = { kind: tierKind, partition: accessPartition };
  return {
    partitions: [],
    reads: [],
    run: (records) => accepted(page.read(records, range, ({ id, value }) => toTier(id, value))),
  };
};
