import { endpointOfQueue, eventPartition, webhookQueuePartition } from '../../partitions.ts';
import type { Store } from '../../store.ts';
import { queueKind } from '../records.ts';
import type { Registration } from '../records.ts';
import { EndpointSender } from './endpoint-sender.ts';
import type { EndpointSenderParts } from './endpoint-sender.ts';
import { EndpointRegistry } from './registry.ts';
import { Slots } from './slots.ts';
import type { WebhookTransport } from './transport.ts';

export interface WebhookSenderParts extends Omit<EndpointSenderParts, 'slots' | 'keeper' | 'newLeaseId' | 'onDead'> {
  readonly store: Pick<Store, 'read' | 'due'>;
  /** Calls back when an outbox may have new events, until the function that it returns is called. */
  watch(outbox: string, listener: () => void): () => void;
}

/** How many attempts a process makes at the same time: those of endpoints that fail or are slow don't take it all. */
const slotsOfProcess = { swift: 32, troubled: 32 };

/** How many endpoints are looked up at a time, besides those that can't take any more. */
const mostFound = 64;

/** Sends events to endpoints. Several processes may share a store: no delivery is attempted twice at the same time. */
export class WebhookSender {
  readonly #parts: WebhookSenderParts;
  readonly #slots: EndpointSenderParts['slots'];
  readonly #registry: EndpointRegistry;
  /** By the partition of their queue. */
  readonly #senders = new Map<string, EndpointSender>();
  /** By the outbox whose events they get. */
  #registered: ReadonlyMap<string, readonly Registration[]> = new Map();
  /** What ends the watch of an outbox. */
  readonly #unwatch = new Map<string, () => void>();
  #deadCount = 0;
  #tending: Promise<void> | undefined;
  #isEnding = false;
  #keeper: string | undefined;
  #leaseCount = 0;

  constructor(parts: WebhookSenderParts) {
    this.#parts = parts;
    this.#slots = createSlots(parts.transport);
    this.#registry = new EndpointRegistry(parts.store);
  }

  /** How many deliveries have failed for the last time, by attempts of this sender. */
  get deadCount(): number {
    return this.#deadCount;
  }

  /**
   * What has to be done from time to time, several times a second: it looks what has become due, and which endpoints
   * there are. What fails is done the next time.
   */
  tend(): Promise<void> {
    this.#tending ??= this.#tend().finally(() => {
      this.#tending = undefined;
    });
    return this.#tending;
  }

  /** Whether something is under way. */
  get isBusy(): boolean {
    return [...this.#senders.values()].some(({ isBusy }) => isBusy);
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.#tending?.catch(() => undefined); // Whoever tends is told.
    const findBusy = () => [...this.#senders.values()].filter(({ isBusy }) => isBusy);
    for (let busy = findBusy(); busy.length > 0; busy = findBusy()) {
      await Promise.all(busy.map((sender) => sender.idle()));
    }
  }

  /** Begins nothing any more; resolves when what is under way has ended and is written down. */
  async end(): Promise<void> {
    this.#isEnding = true;
    for (const unwatch of this.#unwatch.values()) unwatch();
    for (const sender of this.#senders.values()) sender.end();
    await this.idle();
  }

  async #tend(): Promise<void> {
    if (this.#isEnding) return;
    const { store, environment } = this.#parts;
    const registrations = await this.#registry.refresh();
    if (registrations !== undefined) this.#register(registrations);
    const senders = [...this.#senders.values()];
    for (const sender of senders) if (sender.isBehind || sender.isLookingAgain) sender.wake();
    const limit = mostFound + senders.filter(({ isFull }) => isFull).length;
    for (const { partition } of await store.due(queueKind, environment.now(), limit)) {
      const sender = this.#senderOf(endpointOfQueue(partition));
      if (!sender.isFull) sender.wake();
    }
    const failed = senders.find(({ failure }) => failure !== undefined);
    if (failed !== undefined) throw failed.failure;
  }

  #register(registrations: readonly Registration[]): void {
    const known = this.#registered;
    const registered = groupByOutbox(registrations);
    this.#registered = registered;
    for (const [outbox, unwatch] of this.#unwatch) {
      if (registered.has(outbox)) continue;
      unwatch();
      this.#unwatch.delete(outbox);
    }
    for (const outbox of registered.keys()) {
      if (!this.#unwatch.has(outbox))
        this.#unwatch.set(
          outbox,
          this.#parts.watch(outbox, () => this.#wakeAll(outbox)),
        );
      // Something may have happened before anybody watched.
      if (known.get(outbox)?.length !== registered.get(outbox)?.length) this.#wakeAll(outbox);
    }
    this.#forgetIdle(registrations);
  }

  #wakeAll(outbox: string): void {
    if (this.#isEnding) return;
    for (const registration of this.#registered.get(outbox) ?? []) this.#senderOf(registration).wake();
  }

  #senderOf(registration: Registration): EndpointSender {
    const key = queueOf(registration);
    const sender = this.#senders.get(key) ?? this.#createSender(registration);
    this.#senders.set(key, sender);
    return sender;
  }

  #createSender(registration: Registration): EndpointSender {
    const onDead = (count: number) => void (this.#deadCount += count);
    // It draws once from what is random, however much it sends: what others draw is the same in every run of a test.
    const keeper = (this.#keeper ??= this.#parts.environment.newUuid());
    const newLeaseId = () => `${keeper}.${(this.#leaseCount += 1)}`;
    return new EndpointSender(registration, { ...this.#parts, slots: this.#slots, keeper, newLeaseId, onDead });
  }

  #forgetIdle(registrations: readonly Registration[]): void {
    const kept = new Set(registrations.map(queueOf));
    for (const [key, { isBusy, isBehind }] of this.#senders) {
      if (!kept.has(key) && !isBusy && !isBehind) this.#senders.delete(key);
    }
  }
}

function createSlots({ oneAtATime = false }: WebhookTransport): EndpointSenderParts['slots'] {
  const { swift, troubled } = slotsOfProcess;
  if (!oneAtATime) return { swift: new Slots(swift), troubled: new Slots(troubled) };
  const slots = new Slots(1);
  return { swift: slots, troubled: slots };
}

function queueOf({ endpointId, ...place }: Registration): string {
  return webhookQueuePartition(place, endpointId);
}

function groupByOutbox(registrations: readonly Registration[]): ReadonlyMap<string, readonly Registration[]> {
  const groups = new Map<string, Registration[]>();
  for (const registration of registrations) {
    const outbox = eventPartition(registration);
    groups.set(outbox, [...(groups.get(outbox) ?? []), registration]);
  }
  return groups;
}
