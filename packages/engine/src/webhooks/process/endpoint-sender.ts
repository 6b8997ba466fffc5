import type { Environment } from '../../environment.ts';
import type { Command } from '../../kernel/command.ts';
import type { TenantStandings } from '../../operation.ts';
import type { Advanced } from '../deliveries/advance.ts';
import { advanceCommand } from '../deliveries/commands.ts';
import type { Settled } from '../deliveries/rules.ts';
import { attemptTimeoutMs, leaseMs } from '../deliveries/schedule.ts';
import type { Delivery, Registration } from '../records.ts';
import type { PresentEndpoint } from '../state.ts';
import { send, webhookIdOf } from './attempt.ts';
import type { Slots, Waiter } from './slots.ts';
import type { WebhookTransport } from './transport.ts';

export interface EndpointSenderParts {
  readonly environment: Environment;
  readonly transport: WebhookTransport;
  readonly tenants: TenantStandings;
  execute<Result>(command: Command<Result>): Promise<Result>;
  /** Names the process. */
  readonly keeper: string;
  /** So many deliveries have failed for the last time. */
  onDead(count: number): void;
  /** Those of the process, for endpoints that answer well, and for others. */
  readonly slots: { readonly swift: Slots; readonly troubled: Slots };
  /** Unlike those of all processes. */
  newLeaseId(): string;
}

/** The most attempts of one endpoint at the same time: the more, the longer it has answered well. */
const mostInFlight = { first: 4, last: 16 };

/** Whoever fails, or takes longer than this, is kept apart from those who don't, in milliseconds. */
const swiftMs = 1_000;

/** The latest that an attempt begins after its lease was asked for, in milliseconds: it ends well before its lease. */
const latestStartMs = leaseMs - 2 * attemptTimeoutMs;

/** Sends one endpoint what is due, as far as there are slots, and writes down what came of it. */
export class EndpointSender implements Waiter {
  readonly registration: Registration;
  readonly #parts: EndpointSenderParts;
  readonly #underWay = new Set<Promise<void>>();
  #slots: Slots;
  #settled: Settled[] = [];
  #inFlight = 0;
  #mostInFlight = mostInFlight.first;
  /** Until then another process looks after it, by `elapsedMs`. */
  #keptUntilMs: number | undefined;
  #isAwake = false;
  #isRunning = false;
  #isEnding = false;
  #failure: unknown;

  constructor(registration: Registration, parts: EndpointSenderParts) {
    this.registration = registration;
    this.#parts = parts;
    this.#slots = parts.slots.swift;
  }

  get isBusy(): boolean {
    return this.#underWay.size > 0;
  }

  /** Whether it can't take what is due, and will look by itself when it can. */
  get isFull(): boolean {
    return this.#inFlight >= this.#mostInFlight || this.#slots.isWaiting(this) || this.#isKept;
  }

  /** Whether the store couldn't be asked the last time, or told of what was sent: nobody else will wake it for that. */
  get isBehind(): boolean {
    return (this.#settled.length > 0 || this.#failure !== undefined) && !this.#isRunning;
  }

  /** Whether it has to look if another process still looks after the endpoint. */
  get isLookingAgain(): boolean {
    return this.#keptUntilMs !== undefined && this.#parts.environment.elapsedMs() >= this.#keptUntilMs;
  }

  /** Looks what there is to send, unless another process does. */
  wake(): void {
    if (this.#isKept && this.#settled.length === 0) return;
    this.#isAwake = true;
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#track(this.#run());
  }

  /** Begins nothing any more. */
  end(): void {
    this.#isEnding = true;
    this.#slots.leave(this);
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  /** Why the store could not be asked the last time; undefined: it could. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Whether another process looks after the endpoint. */
  get #isKept(): boolean {
    return this.#keptUntilMs !== undefined && !this.isLookingAgain;
  }

  async #run(): Promise<void> {
    while (this.#isAwake) {
      this.#isAwake = false;
      await this.#advance();
    }
    this.#isRunning = false;
  }

  async #advance(): Promise<void> {
    const { environment, newLeaseId } = this.#parts;
    const slots = this.#slots;
    const limit = this.#isEnding ? 0 : slots.take(this, Math.max(0, this.#mostInFlight - this.#inFlight));
    const leaseId = newLeaseId();
    const askedAtMs = environment.elapsedMs();
    const advanced = await this.#ask(limit, leaseId);
    const isInTime = environment.elapsedMs() - askedAtMs <= latestStartMs;
    // What is too late is attempted when its lease is over, by whoever comes first.
    const { endpoint, taken } = advanced !== undefined && isInTime ? advanced : { endpoint: undefined, taken: [] };
    slots.release(limit - taken.length);
    if (endpoint !== undefined) {
      for (const delivery of taken) this.#track(this.#attempt(endpoint, delivery, leaseId, slots));
    }
    if (advanced === undefined || this.#isEnding) return;
    this.#keptUntilMs = advanced.keptMs === 0 ? undefined : environment.elapsedMs() + advanced.keptMs;
    if (advanced.isMore) this.#isAwake = true;
    else if (advanced.isDue && this.#inFlight < this.#mostInFlight) this.#slots.wait(this);
  }

  /** Undefined if the store can't be asked now: what it should be told it is told later. */
  async #ask(limit: number, leaseId: string): Promise<Advanced | undefined> {
    const { tenants, execute, keeper, onDead } = this.#parts;
    const settled = this.#settled;
    this.#settled = [];
    try {
      const advanced = await execute(advanceCommand(this.registration, tenants, { settled, limit, leaseId, keeper }));
      this.#failure = undefined;
      if (advanced.deadCount > 0) onDead(advanced.deadCount);
      return advanced;
    } catch (error) {
      this.#settled = [...settled, ...this.#settled];
      this.#failure = error;
      return undefined;
    }
  }

  async #attempt(endpoint: PresentEndpoint, delivery: Delivery, leaseId: string, slots: Slots): Promise<void> {
    const { environment } = this.#parts;
    const { eventNumber, bodyJson: body } = delivery;
    this.#inFlight += 1;
    const webhookId = webhookIdOf(this.registration, eventNumber);
    const sent = await send(this.#parts, this.registration, endpoint, { webhookId, body });
    this.#inFlight -= 1;
    this.#settled.push({ eventNumber, leaseId, ...sent, jitter: environment.random() });
    this.#rate(sent.result === 'delivered' && sent.attempt.durationMs <= swiftMs);
    slots.release(1);
    this.wake();
  }

  #rate(isSwift: boolean): void {
    this.#mostInFlight = isSwift ? Math.min(this.#mostInFlight + 1, mostInFlight.last) : mostInFlight.first;
    const slots = this.#parts.slots[isSwift ? 'swift' : 'troubled'];
    if (slots === this.#slots) return;
    this.#slots.leave(this);
    this.#slots = slots;
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#underWay.delete(tracked));
    this.#underWay.add(tracked);
  }
}
