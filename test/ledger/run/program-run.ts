import { setImmediate as tick } from 'node:timers/promises';

import type { Command } from '../model/command.ts';
import type { State } from '../model/state.ts';
import type { Draft, Step, Program } from '../program/program.ts';
import { concernedBy } from './concerned-by.ts';
import { coverageIn, coverageOf } from './coverage.ts';
import { pickDeadline } from './deadlines.ts';
import { describeAnswered } from './describe-answered.ts';
import { Examiner, expectNone } from './examiner.ts';
import { explain } from './explain.ts';
import type { Explanation } from './explain.ts';
import { findReplayFaults, isStillKept, KeptAnswers } from './kept-answers.ts';
import { Names } from './names.ts';
import { resolve } from './resolve.ts';
import { toRequest } from './to-request.ts';
import type { World, SentRequest } from './world.ts';

/** A request, and what it is called: whatever it makes is called after it. */
interface Sending {
  readonly name: string;
  readonly command: Command;
  readonly request: SentRequest;
}

/** A program on the service and on the model. Throws at the first difference. */
export class ProgramRun {
  /** What has happened, a line each. */
  readonly trace: string[] = [];
  readonly #world: World;
  readonly #examiner: Examiner;
  readonly #kept = new KeptAnswers();
  readonly #covered = new Set<string>();
  #known: Explanation = { facts: [], names: new Names() };
  #sentCount = 0;

  constructor(world: World) {
    this.#world = world;
    this.#examiner = new Examiner(world);
  }

  /** In a word each. */
  get covered(): ReadonlySet<string> {
    return new Set([...this.#covered, ...coverageIn(this.#state)]);
  }

  get #state(): State {
    return this.#examiner.stateAfter(this.#known.facts);
  }

  async takeAll({ steps, isTidied }: Program): Promise<void> {
    const isLeftOut = ({ type }: Step) => !isTidied && (type === 'sweep' || type === 'audit');
    for (const step of steps.filter((one) => !isLeftOut(one))) await this.#take(step);
    await this.#take({ type: 'sweep' });
    await this.#take({ type: 'audit' });
  }

  /** Sends one command, and expects what the model expects. */
  async send(command: Command): Promise<void> {
    await this.#sendAll([this.#prepare(command, true)]);
  }

  async #take(step: Step): Promise<void> {
    switch (step.type) {
      case 'call':
        return this.#sendAll([this.#prepare(resolve(step.draft, this.#state), step.isKeyed)]);
      case 'together': {
        const ranked = step.sent.toSorted((one, other) => one.rank - other.rank);
        return this.#sendAll(
          this.#prepareAll(
            ranked.map(({ draft }) => draft),
            step.customer,
          ),
        );
      }
      case 'again':
        return this.#sendAgain(step);
      case 'crashInFlight':
        return this.#crashInFlight(step);
      default:
        this.#tell(step.type);
        await this.#takeTurn(step);
        return this.#examiner.examineAll(this.#known);
    }
  }

  /** What isn't a request. */
  async #takeTurn(step: Step): Promise<void> {
    switch (step.type) {
      case 'pass':
        return this.#world.moveTo(this.#world.nowMs + step.milliseconds);
      case 'meetDeadline': {
        const deadlineMs = pickDeadline(this.#state, this.#kept.times(), step.pick);
        return this.#world.moveTo((deadlineMs ?? 0) + step.offsetMs);
      }
      case 'sweep':
        return this.#world.sweep();
      case 'crash':
        return this.#world.crash();
      case 'audit':
        return this.#examiner.audit(this.#known);
    }
  }

  #prepareAll(drafts: readonly Draft[], customer?: string): readonly Sending[] {
    return drafts.map((draft) => this.#prepare(resolve(draft, this.#state, customer), true));
  }

  #prepare(command: Command, isKeyed: boolean): Sending {
    const name = this.#nextName();
    const request = toRequest(command, this.#known.names, Number(name) % 2 === 0);
    const idempotency = { key: `key ${name}`, fingerprint: JSON.stringify(request.input) };
    return { name, command, request: isKeyed ? { ...request, idempotency } : request };
  }

  #nextName(): string {
    this.#sentCount += 1;
    return String(this.#sentCount);
  }

  /** Sends them at the same time, and finds an order in which they would have been answered like that. */
  async #sendAll(sent: readonly Sending[]): Promise<void> {
    const { nowMs } = this.#world;
    const answers = await Promise.all(sent.map(({ request }) => this.#world.call(request)));
    const answered = sent.map((one, index) => ({ ...one, answer: answers[index]! }));
    for (const one of answered) {
      this.#tell(describeAnswered(one));
      this.#kept.keep({ ...one, atMs: nowMs });
      for (const word of coverageOf(one)) this.#covered.add(word);
    }
    const books = await this.#examiner.readAll(concernedBy(answered, this.#state));
    // Only events tell in which order thresholds were set, and balances fell.
    const events = sent.length > 1 ? await this.#examiner.readEvents() : undefined;
    const check = (explanation: Explanation) => [
      ...this.#examiner.compare(books, explanation),
      ...(events === undefined ? [] : this.#examiner.compareEvents(events, explanation)),
    ];
    this.#known = explain(answered, { ...this.#known, nowMs, check });
    await this.#examiner.examine(books, this.#known);
  }

  async #sendAgain({ pick, isOther }: Step & { type: 'again' }): Promise<void> {
    const kept = this.#kept.pick(pick);
    if (kept?.request.idempotency === undefined) return;
    const { key, fingerprint } = kept.request.idempotency;
    const idempotency = { key, fingerprint: isOther ? `another than ${fingerprint}` : fingerprint };
    const request = { ...kept.request, idempotency };
    if (!isStillKept(kept, this.#world.nowMs)) {
      this.#covered.add('same request a day later');
      return this.#sendAll([{ name: this.#nextName(), command: kept.command, request }]);
    }
    this.#tell(`${isOther ? 'another request with' : 'again, with'} ${key}`);
    this.#covered.add(isOther ? 'other request under a key' : 'same request again');
    expectNone(findReplayFaults(kept, await this.#world.call(request), isOther));
    await this.#examiner.examineAll(this.#known);
  }

  /** Each request took effect wholly or not at all; whoever sends it again gets the answer to what it did, once. */
  async #crashInFlight({ drafts, commits, moment, ticks }: Step & { type: 'crashInFlight' }): Promise<void> {
    const sent = this.#prepareAll(drafts);
    this.#tell(`crash at the latest ${moment} ${commits}, with these on their way`);
    this.#world.killAtCommit(commits, moment);
    for (const { request } of sent) {
      this.#world.call(request).catch(() => {});
      for (let passed = 0; passed < ticks; passed += 1) await tick();
    }
    await this.#world.crash();
    await this.#sendAll(sent);
    await this.#examiner.examineAll(this.#known);
  }

  #tell(what: string): void {
    this.trace.push(`${new Date(this.#world.nowMs).toISOString().slice(8, -1)} ${what}`);
  }
}
