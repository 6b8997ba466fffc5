import { createCaller, recordKinds, scopes, seedApiKeys, seedCapacity, sweptKinds } from '@holdfast/engine';
import type { Caller, Store } from '@holdfast/engine';
import { createMemoryStore } from '@holdfast/store-memory';

import type { Client } from '../../histories/family.ts';
import type { History, RecordedCall } from '../../histories/recording/history.ts';
import { AccessWatch } from '../access/access-watch.ts';
import { watched } from '../administration/objects.ts';
import { ClientRun, patienceMs } from '../clients/client-run.ts';
import { KeyJournal } from '../clients/key-journal.ts';
import { Network } from '../clients/network.ts';
import type { ReceivedAnswer, SentRequest } from '../clients/network.ts';
import { apiKeys } from '../family.ts';
import type { Ask, FamilyRequest, Org, RestingWorld, Seen, SimulatedAccess, SimulatedFamily } from '../family.ts';
import { Outboxes } from '../outbox/outboxes.ts';
import type { SharedStore } from '../store/simulated-store.ts';
import { TurnQueues } from '../store/turn-queues.ts';
import { describeError } from './describe-error.ts';
import { Faults, workBeginsMs } from './faults.ts';
import { randomFor, timedRandomFor } from './random-streams.ts';
import { createOwner, Scheduler } from './scheduler.ts';
import { SimulatedClock } from './simulated-clock.ts';
import { SimulatedProcess } from './simulated-process.ts';
import { Trace } from './trace.ts';
import { beginningOf } from './world-plan.ts';
import type { ClientPlan, WorldPlan } from './world-plan.ts';

const callers: Readonly<Record<string, Caller>> = {
  [apiKeys.first]: createCaller({ tenantId: 'first', environment: 'live', apiKeyLabel: 'first' }),
  [apiKeys.second]: createCaller({ tenantId: 'second', environment: 'live', apiKeyLabel: 'second' }),
};

const keyOf = (org: Org) => {
  const place = { tenantId: org, environment: 'live', label: org } as const;
  return { ...place, apiKey: apiKeys[org], tier: 'unlimited', scopes, opsPerMinute: null };
};

/** How long a world may take to come to rest once nothing goes wrong any more. */
const restMs = 30_000;

/** Longer than anything lives that lapses. */
const everythingLapsesMs = 61_000;

/** Of the keys, every eighth is used again in the end. */
const replayedShare = 8;

const mostSweeps = 100;

const minuteMs = 60_000;
/** Clocks are wrong by less. */
const surelyBegunMs = 100;

/** Something that is wrong with a world. */
export interface Broken {
  /** Who found it: what is found by another is another fault, or follows from it. */
  readonly oracle: string;
  /** Whose promise it is, by its name in the register; absent if it is nobody's alone. */
  readonly family?: string;
  readonly what: string;
}

export interface WorldOptions {
  /** Whether every step is kept, for people. */
  readonly isTraced?: boolean;
  /** What is wrong with the store, to see it found. */
  readonly corrupt?: (store: Store) => Store;
}

/** One world, from its beginning to its end. */
export class World {
  readonly trace: Trace;
  readonly broken: Broken[] = [];
  readonly #plan: WorldPlan;
  readonly #families: readonly SimulatedFamily[];
  readonly #scheduler: Scheduler;
  readonly #faults: Faults;
  readonly #shared: SharedStore;
  readonly #clocks: readonly SimulatedClock[];
  readonly #processes: (SimulatedProcess | undefined)[];
  readonly #starts: number[];
  readonly #network: Network;
  readonly #keys = new KeyJournal();
  readonly #people = createOwner('world');
  readonly #runs: { readonly family: SimulatedFamily; readonly run: ClientRun }[] = [];
  readonly #scope: string;
  /** Present if keys are looked up and limits are counted. */
  readonly #access: { readonly family: SimulatedAccess; readonly watch: AccessWatch } | undefined;
  readonly #outboxes: Outboxes;
  readonly #beginsMs: number;
  #crowded = 0;
  #asked = 0;

  constructor(plan: WorldPlan, families: readonly SimulatedFamily[], options: WorldOptions = {}) {
    const { isTraced = false, corrupt = (store) => store } = options;
    this.#plan = plan;
    this.#families = families.filter(({ name }) => plan.clients.some(({ family }) => family === name));
    this.#scope = `h${plan.seed}`;
    this.trace = new Trace(isTraced);
    this.#scheduler = new Scheduler(this.trace);
    this.#faults = new Faults(plan.faults);
    this.#beginsMs = beginningOf(plan);
    const access = this.#families.find((family) => family.access !== undefined)?.access;
    const { clockErrorMs } = plan;
    const watch = new AccessWatch({ trace: this.trace, clockErrorMs, beginsMs: this.#beginsMs, ...watched });
    this.#access = access && { family: access, watch };
    const disk = createOwner('store');
    const turns = plan.hasTurns ? new TurnQueues(this.#scheduler, disk) : undefined;
    const store = corrupt(createMemoryStore({ kinds: recordKinds }));
    const committed = access === undefined ? store : watch.observe(store, () => this.#scheduler.nowMs);
    this.#shared = { committed, turns, disk };
    const numbers = Array.from({ length: plan.processCount }, (_, number) => number);
    this.#clocks = numbers.map(
      (number) => new SimulatedClock(timedRandomFor(plan, `clock ${number}`), clockErrorMs, this.#beginsMs),
    );
    this.#starts = numbers.map(() => 0);
    this.#processes = numbers.map((number) => this.#createProcess(number));
    this.#network = new Network({
      scheduler: this.#scheduler,
      random: timedRandomFor(plan, 'network'),
      faults: this.#faults,
      cables: createOwner('network'),
      trace: this.trace,
      processAt: (number) => this.#processes[number],
      ...(access === undefined ? {} : { onAnswer: (exchange) => watch.note(exchange) }),
    });
    this.#outboxes = new Outboxes({
      network: this.#network,
      scheduler: this.#scheduler,
      random: timedRandomFor(plan, 'readers'),
      processCount: plan.processCount,
      onError: (error) => this.#break('outbox', describeError(error)),
    });
  }

  get histories(): readonly History[] {
    return this.#families.map((family) => ({
      family: family.history.name,
      target: 'simulation',
      seed: this.#plan.seed,
      clockToleranceMs: this.#plan.clockErrorMs,
      calls: this.#callsOf(family),
    }));
  }

  #callsOf(family: SimulatedFamily): readonly RecordedCall[] {
    return this.#runs.flatMap((each) => (each.family === family ? each.run.calls : []));
  }

  get worldMs(): number {
    return this.#scheduler.nowMs;
  }

  async run(): Promise<void> {
    await this.#do(() => this.#prepare());
    this.#beginFaults();
    for (const client of this.#plan.clients) this.#start(client);
    this.#beginCrowd();
    this.#outboxes.beginReading();
    for (const process of this.#processes) process?.run();
    const latestMs = this.#faults.endMs + restMs;
    if (!(await this.#scheduler.runUntil(() => this.#isAtRest(), latestMs))) {
      this.#break('rest', `Not every request was answered ${restMs} ms after the last fault.`);
      return;
    }
    await this.#do(() => this.#replayKeys());
    await this.#do(() => this.#look());
    await this.#do(() => this.#lookAtAccess());
    this.#break('keys', ...this.#keys.findBroken());
    if (this.#access !== undefined) this.#breakFor('administration', 'access', this.#access.watch.findBroken());
  }

  #isAtRest(): boolean {
    const isOver = this.#scheduler.nowMs > this.#faults.endMs && this.#crowded === 0;
    return isOver && this.#runs.every(({ run }) => run.isDone);
  }

  /** Has something happen to its end, in which nothing goes wrong. */
  async #do(work: () => Promise<void>): Promise<void> {
    let isDone = false;
    let failure: unknown;
    work().then(
      () => (isDone = true),
      (error: unknown) => {
        failure = error;
        isDone = true;
      },
    );
    if (
      !(await this.#scheduler.runUntil(() => isDone, this.#scheduler.nowMs + restMs + everythingLapsesMs + minuteMs))
    ) {
      this.#break('world', 'What the world itself asked for was not answered.');
    }
    if (failure !== undefined) this.#break('world', String(failure));
  }

  async #prepare(): Promise<void> {
    const { service } = this.#processes[0]!;
    await seedCapacity(service);
    const { family: access } = this.#access ?? {};
    if (access !== undefined) await seedApiKeys(service, [keyOf('first'), keyOf('second'), ...access.keys]);
    for (const family of this.#families) {
      for (const request of family.prepare(this.#scope)) await this.#ask(request);
    }
    await this.#scheduler.sleep(workBeginsMs - this.#scheduler.nowMs, this.#people, 'clients begin');
  }

  #beginFaults(): void {
    const { nowMs } = this.#scheduler;
    const at = (ms: number, what: string, run: () => void) => {
      this.#scheduler.after(Math.max(0, ms - nowMs), this.#people, what, run);
    };
    for (const { process, fromMs, toMs, losesRequests } of this.#faults.ofType('kill')) {
      at(fromMs, `kills p${process}`, () => this.#kill(process, losesRequests));
      at(toMs, `starts p${process}`, () => this.#revive(process));
    }
    for (const { process, fromMs, toMs } of this.#faults.ofType('pause')) {
      at(fromMs, `pauses p${process}`, () => {
        const owner = this.#processes[process]?.owner;
        if (owner !== undefined) owner.busyUntilMs = Math.max(owner.busyUntilMs, toMs);
      });
    }
  }

  #kill(number: number, losesRequests: boolean): void {
    this.#processes[number]?.die(losesRequests);
    this.#processes[number] = undefined;
  }

  #revive(number: number): void {
    if (this.#processes[number] !== undefined) return;
    this.#starts[number]! += 1;
    this.#processes[number] = this.#createProcess(number);
    this.#processes[number].run();
  }

  #createProcess(number: number): SimulatedProcess {
    const { busyMs } = this.#plan;
    const start = this.#starts[number]!;
    return new SimulatedProcess(
      {
        number,
        scheduler: this.#scheduler,
        random: timedRandomFor(this.#plan, `process ${number} ${start}`),
        faults: this.#faults,
        clock: this.#clocks[number]!,
        shared: this.#shared,
        busyMs,
        trace: this.trace,
        admissions: this.#access?.watch.admissions,
        authenticate: (apiKey) => callers[apiKey],
        onError: (error) => this.#break('process', `A process came upon what nobody foresaw: ${describeError(error)}`),
      },
      start,
    );
  }

  #beginCrowd(): void {
    const random = timedRandomFor(this.#plan, 'crowd');
    for (const { atMs, process, requests } of this.#access?.family.drawCrowd(random, this.#plan.processCount) ?? []) {
      this.#crowded += requests.length;
      this.#scheduler.after(atMs, this.#people, 'a crowd comes', () => {
        for (const sent of requests) {
          void this.#network.send(process, sent, patienceMs).then(() => (this.#crowded -= 1));
        }
      });
    }
  }

  #start({ family: name, number, requestCount }: ClientPlan): void {
    const family = this.#families.find((each) => each.name === name)!;
    const random = randomFor(this.#plan.seed, `client ${name} ${number}`);
    const client: Client<unknown, unknown> = family.history.createClient({
      random,
      scope: this.#scope,
      number,
      requestCount,
    });
    const run = new ClientRun({
      name: `${name}-${number}`,
      number,
      family,
      client,
      requestCount,
      random: timedRandomFor(this.#plan, `sending ${name} ${number}`),
      scheduler: this.#scheduler,
      network: this.#network,
      keys: this.#keys,
      trace: this.trace,
      owner: createOwner(`${name}-${number}`),
      processCount: this.#plan.processCount,
      beginsMs: this.#beginsMs,
    });
    this.#runs.push({ family, run });
    run.run().catch((error: unknown) => {
      this.#break('client', describeError(error));
      run.isDone = true;
    });
  }

  /** Long after, each key still says what it said. */
  async #replayKeys(): Promise<void> {
    for (const sent of this.#keys.all()) {
      if (this.#asked % replayedShare === 0) await this.#send(sent);
      this.#asked += 1;
    }
  }

  /** Has everything lapse, and looks at what is left before and after it is swept. */
  async #look(): Promise<void> {
    this.#outboxes.stopReading();
    const living = this.#processes.filter((process) => process !== undefined);
    for (const { owner } of living) owner.isDead = true;
    this.#processes.fill(undefined);
    await this.#scheduler.sleep(everythingLapsesMs, this.#people, 'everything lapses');
    for (const number of this.#processes.keys()) {
      this.#starts[number]! += 1;
      this.#processes[number] = this.#createProcess(number);
    }
    for (const { name, checkLapsed } of this.#families) {
      this.#breakFor(name, 'when all has lapsed', await checkLapsed(this.#askKindly, this.#scope));
    }
    await this.#scheduler.sleep(2_000, this.#people, 'what was taken lapses');
    await this.#sweepAll();
    for (const family of this.#families) {
      const { name } = family;
      const seen: Seen = { calls: this.#callsOf(family), note: (what) => this.trace.note(`${name} ${what}`) };
      this.#breakFor(name, 'when all is swept', await family.checkSwept(this.#askKindly, this.#scope, seen));
    }
    const claims = this.#runs.flatMap(({ family, run }) => (family.name === 'namedResources' ? run.calls : []));
    this.#break('outbox', ...(await this.#outboxes.findBroken(this.#askKindly, claims)));
  }

  async #lookAtAccess(): Promise<void> {
    if (this.#access === undefined) return;
    const { family, watch } = this.#access;
    const nowMs = () => this.#beginsMs + this.#scheduler.nowMs;
    await this.#scheduler.sleep(minuteMs + surelyBegunMs - (nowMs() % minuteMs), this.#people, 'a minute begins');
    for (const process of this.#processes) void process?.tendAlways();
    const world: RestingWorld = {
      watch,
      processCount: this.#plan.processCount,
      deadCount: this.#starts.reduce((sum, starts) => sum + starts, 0),
      lostCommits: () => this.trace.countOf('commit answer lost') + this.trace.countOf('commit given up'),
      ask: this.#askKindly,
      send: (process, { apiKey, request }) => this.#answered(process, { apiKey, request }),
      nowMs,
      sleep: (milliseconds) => this.#scheduler.sleep(milliseconds, this.#people, 'time passes'),
    };
    const calls = this.#runs.flatMap((each) => (each.family.access === family ? each.run.calls : []));
    const seen = { calls, note: (what: string) => this.trace.note(`administration ${what}`) };
    this.#breakFor('administration', 'at rest', await family.checkAtRest(world, this.#scope, seen));
  }

  async #sweepAll(): Promise<void> {
    const [process] = this.#processes;
    const untilMs = this.#clocks[0]!.read(this.#scheduler.nowMs);
    for (let sweeps = 0; ; sweeps += 1) {
      const { isMore, failures } = await process!.service.sweep();
      this.#break('sweep', ...failures.map((failure) => `A sweep failed: ${describeError(failure)}`));
      if (!isMore) break;
      if (sweeps === mostSweeps) throw new Error('The sweep finds no end.');
    }
    for (const kind of sweptKinds) {
      const left = await this.#shared.committed.due(kind, untilMs, 1);
      if (left.length > 0) this.#break('sweep', `The sweep left ${JSON.stringify(left)} of ${kind.name}.`);
    }
  }

  #break(oracle: string, ...faults: readonly string[]): void {
    for (const what of faults) this.broken.push({ oracle, what });
  }

  #breakFor(family: string, oracle: string, faults: readonly string[]): void {
    for (const what of faults) this.broken.push({ oracle: `${family} ${oracle}`, family, what });
  }

  readonly #askKindly: Ask = (request) => this.#ask(request);

  async #ask<Result>({ apiKey, request, isWrite }: FamilyRequest): Promise<Result> {
    this.#asked += 1;
    const idempotencyKey = `world-${this.#asked}`;
    const { status, body } = await this.#send(isWrite ? { apiKey, request, idempotencyKey } : { apiKey, request });
    if (status >= 300) throw new Error(`${request.operationId} got ${status}: ${body}`);
    return JSON.parse(body) as Result;
  }

  /** Nothing goes wrong, so there has to be an answer. */
  async #send(sent: SentRequest): Promise<ReceivedAnswer> {
    const answer = await this.#answered(this.#asked % this.#plan.processCount, sent);
    this.#keys.note(sent, answer);
    return answer;
  }

  async #answered(process: number, sent: SentRequest): Promise<ReceivedAnswer> {
    const answer = await this.#network.send(process, sent, patienceMs);
    if (answer === undefined) throw new Error(`${sent.request.operationId} got no answer, though nothing was wrong.`);
    return answer;
  }
}
