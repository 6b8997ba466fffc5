import { answerTo } from './answers.ts';
import type { Command, Fact, SingleCommand, Usage } from './command.ts';
import { refusalOf } from './refusals.ts';
import { replay } from './replay.ts';
import type { World } from './world.ts';

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
  const first = findFirst(before, facts, fact.command);
  if (first !== undefined) return { answer: { ...answerAtThatTime(facts, first), duplicate: true }, facts };
  const refusal = refusalOf(before, fact.command);
  if (refusal !== undefined) return { answer: refusal, facts };
  const after = [...facts, fact];
  return { answer: answerTo(replay(after, fact.atMs), fact), facts: after };
}

/** The usage that this one repeats: for 24 hours the same event of a customer is recorded once. */
function findFirst(world: World, facts: readonly Fact[], command: SingleCommand): Fact | undefined {
  if (command.type !== 'usage' || command.event === undefined) return undefined;
  const { customer, event } = command;
  const isSame = (one: World['usages'][number]) => one.customer === customer && one.event === event;
  const found = world.usages.findLast((one) => isSame(one) && world.nowMs < one.atMs + millisecondsPerDay);
  return facts.find(({ name }) => name === found?.fact);
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
    return { index, status: 'refused', usage: null, error: { code } };
  }
  const isDuplicate = 'duplicate' in answer && answer.duplicate === true;
  return { index, status: isDuplicate ? 'duplicate' : 'recorded', usage: answer, error: null };
}
