import { createMemoryStore } from '@holdfast/store-memory';

import type { Command } from '../../kernel/command.ts';
import { Executor } from '../../kernel/executor.ts';
import { eventLogKind, logRowId } from '../../kernel/outbox.ts';
import type { TenantStanding, TenantStandings } from '../../operation.ts';
import { eventPartition, webhookQueuePartition } from '../../partitions.ts';
import type { Place } from '../../place.ts';
import type { Outcome } from '../../shared/outcomes.ts';
import { StoreUnavailable } from '../../store.ts';
import type { ReadRequest, Store } from '../../store.ts';
import { TestEnvironment } from '../../testing/test-environment.ts';
import { endpointCommand } from '../commands.ts';
import { replay } from '../deliveries/fan-out.ts';
import type { ReplayFilter } from '../deliveries/fan-out.ts';
import { toDelivery } from '../deliveries/lines.ts';
import { retry } from '../deliveries/rules.ts';
import { QueueState } from '../deliveries/state.ts';
import { WebhookSender } from '../process/sender.ts';
import type { WebhookAnswer, WebhookRequest } from '../process/transport.ts';
import { deliveryKind, endpointKind, onlyId, queueKind, webhookKinds } from '../records.ts';
import type { Delivery } from '../records.ts';
import { sweptRemovals } from '../removal.ts';
import * as rules from '../rules.ts';
import type { WebhookState } from '../state.ts';

export const place: Place = { tenantId: 't', environment: 'live' };

/** A secret of 24 bytes; its letter tells it from others. */
export function secretOf(letter: string): string {
  return `whsec_${letter.repeat(32)}`;
}

/** One process: it is killed by dropping what it commits. */
export interface Process {
  readonly sender: WebhookSender;
  /** From now on nothing that it does is written down. */
  kill(): void;
}

/** What a receiver was sent. */
export interface Received {
  /** The number of the process that sent it. */
  readonly process: number;
  readonly atMs: number;
  readonly url: string;
  readonly id: string;
  readonly number: number;
  readonly request: WebhookRequest;
}

const yearMs = 365 * 24 * 3_600_000;

/** Processes on one store, receivers, and a clock that a test moves. */
export class WebhookWorld {
  readonly environment = new TestEnvironment();
  readonly received: Received[] = [];
  readonly standings = new Map<string, TenantStanding>();
  /** What a receiver answers. */
  answer: (received: Received) => WebhookAnswer | Promise<WebhookAnswer> = () => ok;
  /** Whether the store can't be written. */
  isAway = false;
  /** How many turns a commit takes. */
  turnsOfCommit: () => number = () => 0;
  /** What happens between a commit and its answer. */
  afterCommit: () => void = () => {};
  /** How many rows were read. */
  rowsRead = 0;
  readonly store: Store;
  readonly processes: Process[] = [];
  readonly #executor: Executor;
  readonly #listeners = new Map<string, Set<() => void>>();
  #noteReceived: () => void = () => {};

  constructor() {
    const store = createMemoryStore({ kinds: [...webhookKinds, eventLogKind] });
    const read = async (request: ReadRequest) => {
      const result = await store.read(request);
      this.rowsRead += result.records.length + result.ranges.flat().length;
      return result;
    };
    this.store = overrideMembers(store, { read });
    this.#executor = new Executor(this.store, this.environment);
  }

  start(): Process {
    const { environment } = this;
    const number = this.processes.length;
    let isAlive = true;
    const commit: Store['commit'] = async (...request) => {
      if (!isAlive || this.isAway) throw new StoreUnavailable('It is away.');
      for (let turns = this.turnsOfCommit(); turns > 0; turns -= 1) await undefined;
      const result = await this.store.commit(...request);
      this.afterCommit();
      return result;
    };
    const store = overrideMembers(this.store, { commit });
    const executor = new Executor(store, environment);
    const sender = new WebhookSender({
      environment,
      store,
      transport: { send: (request) => this.#receive(number, request) },
      tenants: this.#tenants,
      execute: (command) => executor.execute(command, 10_000),
      watch: (outbox, listener) => this.#watch(outbox, listener),
    });
    const process = { sender, kill: () => void (isAlive = false) };
    this.processes.push(process);
    return process;
  }

  execute<Result>(command: Command<Result>): Promise<Result> {
    return this.#executor.execute(command, 10_000);
  }

  /** Creates an endpoint, which gets all events unless types are given. */
  async create(id: string, types: readonly string[] | null = null): Promise<void> {
    const settings = { url: `https://${id}.example`, types, description: null, headersJson: '{}' };
    await this.change(id, (state) => rules.createEndpoint(state, id, settings, secretOf('A')));
    await this.settle();
  }

  change<Value>(id: string, decide: (state: WebhookState) => Outcome<Value>): Promise<Outcome<Value>> {
    return this.execute(endpointCommand(place, id, decide));
  }

  /** Events of these resources, in one commit; their numbers. */
  async happen(...resources: readonly string[]): Promise<readonly number[]> {
    return this.happened(resources.map((resource) => ({ type: 'RESERVED', resource })));
  }

  async happened(events: readonly object[]): Promise<readonly number[]> {
    const outbox = eventPartition(place);
    const numbers = await this.execute({
      partitions: [outbox],
      reads: [],
      run(changes, nowMs) {
        const given = events.map(() => changes.nextSequence(outbox));
        const [first = 0, last = given.at(-1) ?? 0] = given;
        const row = { first, count: last - first + 1, eventsJson: JSON.stringify(events) };
        const times = { numberedAtMs: nowMs, purgeAtMs: nowMs + yearMs };
        changes.insert(eventLogKind, outbox, logRowId(last), { ...row, ...times });
        return given;
      },
    });
    for (const listener of this.#listeners.get(outbox) ?? []) listener();
    return numbers;
  }

  /** Has all processes do what there is to do now. */
  async settle(): Promise<void> {
    await Promise.all(this.processes.map(({ sender }) => sender.tend().catch(ignoreOutage)));
    await Promise.all(this.processes.map(({ sender }) => sender.idle()));
  }

  pass(milliseconds: number): void {
    this.environment.nowMs += milliseconds;
    this.environment.elapsed += milliseconds;
  }

  /** Lets time pass, and has what becomes due meanwhile done in time. */
  async passAndSend(milliseconds: number): Promise<void> {
    const endMs = this.environment.nowMs + milliseconds;
    for (;;) {
      await this.settle();
      const [next] = await this.store.due(queueKind, endMs, 1);
      if (next === undefined) break;
      this.pass(Math.max(0, next.dueAtMs - this.environment.nowMs));
    }
    this.pass(endMs - this.environment.nowMs);
    await this.settle();
  }

  /** Waits until what was received is enough. */
  async until(isEnough: () => boolean): Promise<void> {
    while (!isEnough()) await new Promise<void>((resolve) => (this.#noteReceived = resolve));
  }

  retry(id: string, eventNumber: number): Promise<Outcome<Delivery>> {
    return this.#onQueue(id, (state) => retry(state, eventNumber));
  }

  /** Replays events piece by piece; how many there were. */
  async replay(
    id: string,
    { after = 0, ...filter }: Partial<ReplayFilter> & { readonly after?: number },
  ): Promise<number> {
    const wanted = { fromMs: 0, toMs: Infinity, onlyDead: false, ...filter };
    const piece = await this.#onQueue(id, (state) => replay(state, after, wanted));
    if (!piece.ok) throw new Error(piece.message);
    const { count, nextAfter } = piece.value;
    return nextAfter === undefined ? count : count + (await this.replay(id, { ...filter, after: nextAfter }));
  }

  /** Removes what was kept of endpoints that were deleted. */
  async sweep(): Promise<void> {
    const { kind, command } = sweptRemovals;
    for (;;) {
      const [due] = await this.store.due(kind, Infinity, 1);
      if (due === undefined) return;
      await this.execute(command(due.partition, [due.id]));
    }
  }

  /** So many deliveries of as many resources that are due in a year. */
  async keepUndelivered(id: string, count: number): Promise<void> {
    for (let number = 1; number <= count;) {
      const from = number;
      number += 1_000;
      await this.#onQueue(id, (state) => {
        for (let each = from; each < from + 1_000; each += 1) {
          const event = { number: each, type: 'RESERVED', family: 'resources' } as const;
          const content = { type: 'RESERVED', resource: `room-${each}` };
          const delivery = toDelivery({ ...event, content, numberedAtMs: 0, keptMs: 0 }, state.nowMs);
          state.putDelivery({ ...delivery, dueAtMs: state.nowMs + yearMs });
        }
      });
    }
  }

  async deliveries(endpointId: string): Promise<readonly Delivery[]> {
    const partition = webhookQueuePartition(place, endpointId);
    const { ranges } = await this.store.read({ ranges: [{ kind: deliveryKind, partition, limit: 1_000_000 }] });
    return (ranges[0] ?? []).map(({ value }) => value as unknown as Delivery);
  }

  async endpoint(id: string): Promise<unknown> {
    const key = { kind: endpointKind, partition: `${place.tenantId}/${place.environment}/webhooks`, id };
    return (await this.store.read({ records: [key] })).records[0];
  }

  async queue(endpointId: string): Promise<unknown> {
    const key = { kind: queueKind, partition: webhookQueuePartition(place, endpointId), id: onlyId };
    return (await this.store.read({ records: [key] })).records[0];
  }

  /** The numbers of the events that one endpoint was sent, in the order in which they came. */
  numbersAt(endpointId: string): readonly number[] {
    return this.received.filter(({ url }) => url === `https://${endpointId}.example`).map(({ number }) => number);
  }

  #onQueue<Result>(endpointId: string, decide: (state: QueueState) => Result): Promise<Result> {
    return this.execute({
      partitions: [webhookQueuePartition(place, endpointId)],
      reads: [],
      run: (changes, nowMs) => decide(new QueueState(changes, place, endpointId, nowMs)),
    });
  }

  readonly #tenants: TenantStandings = { reads: () => [], find: (_records, id) => this.standings.get(id) };

  async #receive(process: number, request: WebhookRequest): Promise<WebhookAnswer> {
    const { number } = JSON.parse(request.body) as { number: number };
    const id = request.headers['webhook-id'] ?? '';
    const received = { process, atMs: this.environment.nowMs, url: request.url, id, number, request };
    this.received.push(received);
    this.#noteReceived();
    return this.answer(received);
  }

  #watch(outbox: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(outbox) ?? new Set();
    this.#listeners.set(outbox, listeners.add(listener));
    return () => listeners.delete(listener);
  }
}

/** A world of one process, with an endpoint of the name `a` that gets everything. */
export async function createWorld(): Promise<WebhookWorld> {
  const world = new WebhookWorld();
  world.start();
  await world.create('a');
  return world;
}

/** The numbers of the events that came, in order, for each resource. */
export function byResource(received: readonly Received[]): ReadonlyMap<string, readonly number[]> {
  const numbers = new Map<string, number[]>();
  for (const { number, request } of received) {
    const { resource } = JSON.parse(request.body) as { resource: string };
    numbers.set(resource, [...(numbers.get(resource) ?? []), number]);
  }
  return numbers;
}

/** An answer that a test gives when it likes. */
export function createAnswer() {
  let give: (answer: WebhookAnswer) => void = () => {};
  const answer = new Promise<WebhookAnswer>((resolve) => (give = resolve));
  return { answer, give };
}

export const ok: WebhookAnswer = { status: 204, body: '', retryAfter: undefined };
export const failing: WebhookAnswer = { status: 500, body: 'broken', retryAfter: undefined };

function overrideMembers(store: Store, members: Partial<Store>): Store {
  return new Proxy(store, {
    get: (target, name) => {
      const member: unknown = members[name as keyof Store] ?? target[name as keyof Store];
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

function ignoreOutage(error: unknown): void {
  if (!(error instanceof StoreUnavailable)) throw error;
}
