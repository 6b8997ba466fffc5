import { recordKinds, sweptKinds, Service } from '@holdfast/engine';
import type { CapacityServiceSettings, Store, WebhookSender, WebhookTransport } from '@holdfast/engine';
import { admitKnown, Gateway } from '@holdfast/gateway';
import type { GatewayOptions } from '@holdfast/gateway';
import { createMemoryStore } from '@holdfast/store-memory';

import type { AccessSettings } from './access-settings.ts';
import { MockAccess } from './mock-access.ts';
import { createMockEnvironment } from './mock-environment.ts';
import { plant } from './seed.ts';
import type { Seed, SeedResult } from './seed.ts';
import { createTokenSource } from './token-source.ts';

export interface InstanceOptions {
  /** Epoch milliseconds. */
  readonly startAtMs: number;
  readonly access: AccessSettings;
  readonly requireRegistration: boolean;
  readonly capacity: CapacityServiceSettings;
  readonly problemTypeBase: string;
  readonly webhooks: WebhookTransport;
}

type RecordKind = (typeof recordKinds)[number];

/** The server's default. */
const eventHistoryMs = 90 * 24 * 60 * 60 * 1_000;
const requestTimeoutMs = 10_000;

/** What has a time. */
const dueKinds = recordKinds.filter(({ dueField }) => dueField !== undefined);

/** The server's engine and gateway on a fresh store. It lives from one reset to the next. */
export class MockInstance {
  readonly #options: InstanceOptions;
  readonly #store: Store = createMemoryStore({ kinds: recordKinds });
  readonly #service: Service;
  readonly #webhooks: WebhookSender;
  readonly #access: MockAccess;
  readonly #environment = createMockEnvironment(() => this.#nowMs, createTokenSource('token'));
  #nowMs: number;
  /** How often somebody may have changed who may read streams. */
  #accessChanges = 0;

  readonly gateway: Gateway;

  constructor(options: InstanceOptions) {
    const { startAtMs, requireRegistration, capacity, access, webhooks } = options;
    this.#options = options;
    this.#nowMs = startAtMs;
    this.#service = new Service(this.#store, this.#environment, {
      ...capacity,
      requireRegistration,
      eventHistoryMs,
      requestTimeoutMs,
      webhooks,
    });
    this.#webhooks = this.#service.webhooks!;
    this.#access = new MockAccess(this.#service, access);
    // Request ids have their own source, so that an extra read doesn't change the next token.
    this.gateway = this.#createGateway(createTokenSource('request'), { access: this.#access, service: this.#access });
  }

  /** Epoch milliseconds. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Creates what a new server has, and the tenants and keys of the options. */
  begin(): Promise<void> {
    return this.#access.begin();
  }

  /** Seeds, at the present time. It counts against no limit. */
  seed(seed: Seed): Promise<SeedResult> {
    const access = admitKnown(() => this.#options.access.seeder);
    const gateway = this.#createGateway(createTokenSource('seed'), { access, service: this.#service });
    return plant(seed, (request) => gateway.answer(request));
  }

  /** Does what time has brought, where it passes by itself: what lapses is announced at its own time. */
  async settle(untilMs: number): Promise<void> {
    if (untilMs > this.#nowMs) await this.#moveTo(untilMs, sweptKinds, () => this.#sweep());
  }

  /**
   * Advances the time to `untilMs`. What lapses on the way is announced, and webhooks that are due are sent, each at
   * its own time.
   *
   * @param waitFor - Waits for receivers of webhooks, which may ask for something meanwhile.
   */
  async advance(untilMs: number, waitFor: (receivers: () => Promise<void>) => Promise<void>): Promise<void> {
    await this.#moveTo(untilMs, dueKinds, async () => {
      await this.#sweep();
      await this.tend();
      while (this.#webhooks.isBusy) await waitFor(() => this.#webhooks.idle());
    });
  }

  /** Has readers of streams looked at anew. */
  noteAccessChange(): void {
    this.#accessChanges += 1;
  }

  /**
   * Begins to send webhooks that are due, ends streams that nobody may read any more, and has those that are silent get
   * a comment.
   */
  async tend(): Promise<void> {
    await this.#webhooks.tend();
    // A server looks once a second; here, no time need pass.
    await this.gateway.tendStreams(this.#nowMs + this.#accessChanges * 1_000);
  }

  /** Ends all streams, and begins to send nothing any more. */
  end(): void {
    void this.#service.events.end('stopping');
    void this.#webhooks.end();
  }

  async #moveTo(untilMs: number, kinds: readonly RecordKind[], doWhatIsDue: () => Promise<void>): Promise<void> {
    await doWhatIsDue();
    for (let doneMs = this.#nowMs; ; doneMs = this.#nowMs) {
      const dueMs = await this.#nextDueMs(kinds, untilMs);
      if (dueMs === undefined) break;
      if (dueMs <= doneMs) throw new Error('Something that was due was left.');
      this.#nowMs = dueMs;
      await doWhatIsDue();
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs);
    await doWhatIsDue();
  }

  async #sweep(): Promise<void> {
    let isMore = true;
    while (isMore) {
      const report = await this.#service.sweep();
      if (report.failures.length > 0) throw report.failures[0];
      isMore = report.isMore;
    }
  }

  async #nextDueMs(kinds: readonly RecordKind[], untilMs: number): Promise<number | undefined> {
    const due = await Promise.all(kinds.map((kind) => this.#store.due(kind, untilMs, 1)));
    const [first, ...others] = due.flat().map(({ dueAtMs }) => dueAtMs);
    return first === undefined ? undefined : Math.min(first, ...others);
  }

  #createGateway(newToken: () => string, parts: Pick<GatewayOptions, 'access' | 'service'>): Gateway {
    return new Gateway({
      ...parts,
      environment: { newToken, sha256: (text) => this.#environment.sha256(text) },
      onError: (error, requestId) => console.error(`@holdfast/mocks failed at the request ${requestId}:`, error),
      problemTypeBase: this.#options.problemTypeBase,
    });
  }
}
