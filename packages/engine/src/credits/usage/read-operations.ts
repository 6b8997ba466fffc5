import type { ReadOperation } from '../../operation.ts';
import { accepted, isRefused } from '../../shared/outcomes.ts';
import type { CreditContext } from '../context.ts';
import { onCustomer } from '../customer-commands.ts';
import { findCustomerInPath } from '../customer-input.ts';
import { metricKeyOf } from '../records.ts';
import { beyondLargestAmount, noMeteringRule, unknownMetric } from '../refusals.ts';
import { toBalances } from '../wire.ts';
import { findEntitlement } from './rules.ts';

export const getEntitlement: ReadOperation<'getEntitlement' | 'getEntitlementByExternalId', CreditContext> = (
  caller,
  { path, query },
  context,
) => {
  const reference = findCustomerInPath(caller, path, context);
  if (isRefused(reference)) return reference;
  const { billable_metric_key: metricKey } = path;
  const { units = 1 } = query;
  const reads = [metricKeyOf(reference.customer.tenantPartition, metricKey)];
  return onCustomer(reference, reads, context, (state) => {
    const entitlement = findEntitlement(state, metricKey, units);
    if (entitlement.status !== 'KNOWN') {
      if (entitlement.status === 'NO_METRIC') return unknownMetric(metricKey);
      if (entitlement.status === 'NO_RULE') return noMeteringRule(metricKey);
      return beyondLargestAmount('query.units', 'the cost or the balance');
    }
    const { account } = state;
    return accepted({
      allowed: entitlement.isAllowed,
      customer_id: state.customerId,
      external_customer_id: account.externalId,
      billable_metric_key: metricKey,
      units,
      ...toBalances(account),
      estimated_cost: entitlement.cost,
      balance_after: account.balance - entitlement.cost,
      overage_policy: entitlement.policy,
      affordable_units: entitlement.affordableUnits,
    });
  });
};
