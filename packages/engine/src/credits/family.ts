import { defineFamily } from '../family.ts';
import {
  auditAccount,
  getAccount,
  getCreditSettings,
  getCustomer,
  listCreditEvents,
  listCustomers,
  listTransactions,
} from './accounts/read-operations.ts';
import {
  adjustCredits,
  createCustomer,
  grantCredits,
  putCreditThresholds,
  topUp,
  updateCreditSettings,
  updateCustomer,
} from './accounts/write-operations.ts';
import { contextFor, createContext } from './context.ts';
import { settledKinds, sweptKinds } from './expiry.ts';
import { getHold, listHolds } from './holds/read-operations.ts';
import { commitHold, createHold, extendHold, releaseHold } from './holds/write-operations.ts';
import { getMetric, listMeteringRules, listMetrics } from './metering/read-operations.ts';
import { createMeteringRule, createMetric } from './metering/write-operations.ts';
import { creditKinds } from './records.ts';
import { getEntitlement } from './usage/read-operations.ts';
import { recordUsage, recordUsageBatch } from './usage/write-operations.ts';

/** Operations on one customer have two ids: they are published for Holdfast's id of it, and for the tenant's own. */
export const credits = defineFamily({
  kinds: creditKinds,
  createContext,
  contextFor,
  writes: {
    createHold,
    commitHold,
    releaseHold,
    extendHold,
    createCustomer,
    updateCustomer,
    updateCustomerByExternalId: updateCustomer,
    grantCredits,
    grantCreditsByExternalId: grantCredits,
    adjustCredits,
    adjustCreditsByExternalId: adjustCredits,
    topUp,
    putCreditThresholds,
    putCreditThresholdsByExternalId: putCreditThresholds,
    updateCreditSettings,
    createMetric,
    createMeteringRule,
    recordUsage,
    recordUsageBatch,
  },
  reads: {
    getHold,
    listHolds,
    listHoldsByExternalId: listHolds,
    getCustomer,
    getCustomerByExternalId: getCustomer,
    listCustomers,
    getAccount,
    getAccountByExternalId: getAccount,
    listTransactions,
    listTransactionsByExternalId: listTransactions,
    listCreditEvents,
    getCreditSettings,
    getMetric,
    listMetrics,
    listMeteringRules,
    getEntitlement,
    getEntitlementByExternalId: getEntitlement,
  },
  scans: {
    auditAccount,
    auditAccountByExternalId: auditAccount,
  },
  sweeps: sweptKinds,
  settles: settledKinds,
});
