/** The implementations that the scenarios run against, from the quickest to the slowest. */
export const targetNames = ['mocks', 'memory', 'sqlite', 'mongodb'] as const;

export type TargetName = (typeof targetNames)[number];

/** API keys of two tenants, one of which has an environment for tests as well. */
export const apiKeys = {
  live: `hf_live_${'a'.repeat(43)}`,
  test: `hf_test_${'b'.repeat(43)}`,
  otherTenant: `hf_live_${'c'.repeat(43)}`,
} as const;

/** What events say of whoever used the first of these keys. */
export const liveKeyLabel = 'first key';

/** The target's own time, which stands still unless a test moves it. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Moves the time on. Who wants what has lapsed to be announced calls {@link Target.sweep} then. */
  advance(by: { readonly seconds: number } | { readonly milliseconds: number }): Promise<void>;
}

/** Answers what a target sends out. */
export type OnWebhook = (request: Request) => Promise<Response>;

/** Something that answers requests as the contract says. */
export interface Target {
  readonly clock: Clock;
  /** @param path - Path and query. */
  fetch(path: string, init: RequestInit): Promise<Response>;
  /** Announces everything that has lapsed. Servers don't until then; the mocks do whenever their clock is moved. */
  sweep(): Promise<void>;
  /** From now on takes in all webhooks to addresses that begin with the one that it resolves to. To be called once. */
  receive(onWebhook: OnWebhook): Promise<string>;
  /** Does what a server does several times a second: it writes down which keys were used, and looks after limits. */
  tend(): Promise<void>;
  /** Sends what is due to be sent at the clock's time. Resolves when it is written down what came of it. */
  deliver(): Promise<void>;
  /** How often requests have asked a store for anything but an API key; absent where nobody counts. */
  storeCalls?(): number;
  dispose(): Promise<void>;
}
