export type { Access } from './access/process/access.ts';
export { isCidr } from './access/addresses.ts';
export { firstTenantId } from './access/first-keys.ts';
export type { SeededKey, SeededTenant } from './access/first-keys.ts';
export { toKeyText } from './access/key-form.ts';
export type { Admission, LimitWindow } from './access/limits/process/admission.ts';
export {
  createStartLink,
  findSession,
  hasOperatorSignedIn,
  issueSessionToken,
  sealingKey,
  signIn,
  signInByLink,
  signOut,
  signOutEverywhere,
  takeFirstKeys,
} from './access/people/server-operations.ts';
export type { SessionView, SignedIn, VerifiedIdentity } from './access/people/server-operations.ts';
export { scopes } from './access/scopes.ts';
export type { Scope } from './access/scopes.ts';
export {
  authenticate,
  createAdminKey,
  createFirstKey,
  newApiKey,
  seedApiKeys,
  seedTenants,
} from './access/server-operations.ts';
export { firstTiers, unlimitedTier } from './access/tiers.ts';
export type { TierSettings } from './access/tiers.ts';
export { findUnsafeSums } from './capacity/amounts.ts';
export type { UnsafeSum } from './capacity/amounts.ts';
export { findCapacityDifferences, seedCapacity } from './capacity/server-operations.ts';
export type { SettingDifference } from './capacity/seeding.ts';
export { defaultCapacitySettings } from './capacity/settings.ts';
export type { CapacityServiceSettings } from './capacity/settings.ts';
export { createCaller } from './caller.ts';
export type { Caller } from './caller.ts';
export type { Place } from './place.ts';
export type { Environment } from './environment.ts';
export { adoptOldEvents } from './events/adoption.ts';
export type { EndOfStream, EventStream } from './events/process/event-stream.ts';
export { recordKinds, sweptKinds } from './families.ts';
export type { OperationInput } from './family.ts';
export type { Answer } from './kernel/idempotency.ts';
export { Rations } from './kernel/rations.ts';
export type { SweepReport } from './kernel/sweep.ts';
export { Service } from './service.ts';
export type { ServiceOptions, ServiceRequest } from './service.ts';
export { toWireEvent } from './shared/event-log.ts';
export type { SequencedEvent } from './shared/event-log.ts';
export { canonicalJson } from './shared/canonical-json.ts';
export type { FieldFault, Outcome, RateLimited, Refusal, Refused } from './shared/outcomes.ts';
export { isPublicAddress } from './shared/public-address.ts';
export { SteadyClock, StoreUnavailable } from './store.ts';
export type { MachineClock, Store, StoreFault } from './store.ts';
export type { WebhookSender } from './webhooks/process/sender.ts';
export type { WebhookAnswer, WebhookRequest, WebhookTransport } from './webhooks/process/transport.ts';
