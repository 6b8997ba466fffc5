export type { Environment } from './environment.ts';
export type { Caller, OperationInput } from './operation.ts';
export { recordKinds, Service } from './service.ts';
export type { ServiceOptions, ServiceRequest } from './service.ts';
export { canonicalJson } from './shared/canonical-json.ts';
export type { Answer } from './shared/idempotency.ts';
export type { FieldFault, Outcome, Refusal, Refused } from './shared/outcomes.ts';
export { StoreUnavailable } from './store.ts';
export type { Store, StoreFault } from './store.ts';
