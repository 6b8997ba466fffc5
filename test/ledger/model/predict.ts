import { answerTo } from './answers.ts';
import type { Command, Fact, SingleCommand, Usage } from './command.ts';
import { refusalOf } from './refusals.ts';
import { replay } from './replay.ts';
import type { State } from './state.ts';

/** What a command is answered, and the facts that there are after it. */
export interface Prediction {
  /** A refusal's code, or what the answer must hold. */
  readonly answer: string | object;
  readonly facts: readonly Fact[];
}

const millisecondsPerDay = 86_400_000;

/** What the service must answer to a command after these facts. */
export function predict(facts: readonly Fact[], name: string, command: Command, nowMs: number): Prediction {
  if (command.type === 'usageBatch') return predictBatch(facts, name, command.events, nowMs);
  return predictOne(facts, { name, atMs: nowMs, command });
}

function predictOne(facts: readonly Fact[], fact: Fact): Prediction {
  const before = replay(facts, fact.atMs);
  const usage = findUsage(before, facts, fact.command);
  if (usage !== undefined) return { answer: answerToEvent(facts, usage, fact.command), facts };
  const payment = findPayment(facts, fact.command);
  if (payment !== undefined) return { answer: answerToPayment(facts, payment, fact.command), facts };
  const refusal = refusalOf(before, fact.command);
  if (refusal !== undefined) return { answer: refusal, facts };
  const after = [...facts, fact];
  return { answer: answerTo(replay(after, fact.atMs), fact), facts: after };
}

/** The usage that this one repeats: for 24 hours the same event of a customer is recorded once. */
function findUsage(state: State, facts: readonly Fact[], command: SingleCommand): Fact | undefined {
  if (command.type !== 'usage' || command.event === undefined) return undefined;
  const { customer, event } = command;
  const isSame = (one: State['usages'][number]) => one.customer === customer && one.event === event;
  const found = state.usages.findLast((one) => isSame(one) && state.nowMs < one.atMs + millisecondsPerDay);
  return facts.find(({ name }) => name === found?.fact);
}

/** With another metric or other units it is none of the kind. */
function answerToEvent(facts: readonly Fact[], first: Fact, command: SingleCommand): string | object {
  const contentOf = (one: SingleCommand) => (one.type === 'usage' ? `${one.metric} ${one.units}` : '');
  if (contentOf(first.command) !== contentOf(command)) return 'event_id_conflict';
  return { ...answerAtThatTime(facts, first), duplicate: true };
}

/** The top-up that this one repeats: a payment of a customer is credited once, for ever. */
function findPayment(facts: readonly Fact[], command: SingleCommand): Fact | undefined {
  if (command.type !== 'topUp' || command.payment === undefined) return undefined;
  const { customer, payment } = command;
  return facts.find(({ command: one }) => one.type === 'topUp' && one.customer === customer && one.payment === payment);
}

/** The same content is answered the same; what is left out of it counts as its default. */
function answerToPayment(facts: readonly Fact[], first: Fact, command: SingleCommand): string | object {
  const contentOf = (one: SingleCommand) =>
    one.type === 'topUp' ? [one.credits, one.pricePaid, one.priority ?? 0, one.expiresAtMs].join() : '';
  return contentOf(first.command) === contentOf(command) ? answerAtThatTime(facts, first) : 'payment_already_credited';
}

function answerAtThatTime(facts: readonly Fact[], fact: Fact): object {
  return answerTo(replay(facts.slice(0, facts.indexOf(fact) + 1), fact.atMs), fact);
}

/** Each event is decided on its own, one after the other. */
function predictBatch(facts: readonly Fact[], name: string, events: readonly Usage[], nowMs: number): Prediction {
  const results: object[] = [];
  let known = facts;
  for (const [index, event] of events.entries()) {
    const command = { type: 'usage', ...event } as const;
    const { answer, facts: next } = predictOne(known, { name: `${name}.${index}`, atMs: nowMs, command });
    results.push(resultOf(index, answer));
    known = next;
  }
  return { answer: { results }, facts: known };
}

/** A refusal's code is the slug of the problem, with underscores; what is invalid for a rule has failed validation. */
function resultOf(index: number, answer: string | object): object {
  if (typeof answer === 'string') {
    const code = answer === 'invalid_request' ? 'validation_failed' : answer;
    const status = code === 'event_id_conflict' ? 'conflict' : 'refused';
    return { index, status, usage: null, error: { code } };
  }
  const isDuplicate = 'duplicate' in answer && answer.duplicate === true;
  return { index, status: isDuplicate ? 'duplicate' : 'recorded', usage: answer, error: null };
}
