export { createHoldfastMock } from './holdfast-mock.ts';
export type { HoldfastMock, HoldfastMockOptions } from './holdfast-mock.ts';

export type { MockApiKey } from './api-keys.ts';
export type { FailNextOptions } from './failures.ts';
export type { LatencyMs } from './latency.ts';
export type { MockClock } from './mock-clock.ts';
export type { Seed, SeedResult } from './seed.ts';
export type { MockTenant } from './tenants.ts';
export type { MockTier } from './tiers.ts';
export type { Duration, Time } from './times.ts';
export type { DeliverToOptions, MockWebhooks, WebhookReceiver } from './webhook-receivers.ts';
