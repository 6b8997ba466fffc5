import type { Call, SequentialSpec } from '../checker/sequential-spec.ts';
import type { Answer, ChangeType, Command } from './commands.ts';
import { firstValue } from './objects.ts';

/** What holds for a key. */
interface View {
  /** What its value is called; null: nobody was told. */
  readonly value: string | null;
  readonly isNarrow: boolean;
  readonly isRevoked: boolean;
}

/** What held before a change, which processes other than the one that made it may still go by. */
interface Past extends View {
  /** Which process made the change; null: nobody knows. */
  readonly changedBy: string | null;
  /** When that was over at the latest. */
  readonly changedMs: number;
  /** When whoever made it was told. */
  readonly acknowledgedMs: number;
}

export interface KeyState extends View {
  /** The newest last. */
  readonly past: readonly Past[];
}

type KeyCommand = Exclude<Command, { readonly type: 'spend' }>;

/** How long after a change other processes may go by what they have read before. */
const heededMs = 5_000;

/** What a key does when one client at a time uses or changes it. */
export const keySpec: SequentialSpec<KeyState, KeyCommand, Answer> = {
  initial: { value: firstValue, isNarrow: false, isRevoked: false, past: [] },
  step: (state, call) => {
    const { operation } = call;
    return 'value' in operation ? use(state, operation.value, call) : change(state, operation.type, call);
  },
  hash: (state) => JSON.stringify(state),
  changedNothing: ({ operation, answer }) => operation.type === 'use' || answer?.status === 409,
};

/** A value that is not valid any more may be taken for valid for a while; one that is valid is never refused. */
function use(state: KeyState, value: string, { answer, calledAtMs }: Call<KeyCommand, Answer>): readonly KeyState[] {
  if (answer === undefined) return [state];
  if (answerOf(state, value) === answer.status) return [state];
  if (answer.status === 401) return [];
  for (const past of state.past.toReversed()) {
    // Whoever made a change, and has said so, goes by it. From then on others may be late by so much.
    const isHeeded =
      (past.changedBy === answer.process && past.acknowledgedMs < calledAtMs) || past.changedMs + heededMs < calledAtMs;
    if (isHeeded) return [];
    if (answerOf(past, value) === answer.status) return [state];
  }
  return [];
}

function change(state: KeyState, type: ChangeType, call: Call<KeyCommand, Answer>): readonly KeyState[] {
  const { answer, operation, returnedAtMs } = call;
  const { past, ...view } = state;
  if (state.isRevoked) {
    const status = type === 'revoke' ? 200 : 409;
    return answer === undefined || answer.status === status ? [state] : [];
  }
  if (answer !== undefined && answer.status !== 200) return [];
  const before: Past = {
    ...view,
    changedBy: answer === undefined || answer.isReplayed ? null : answer.process,
    changedMs: returnedAtMs,
    acknowledgedMs: operation.acknowledgedAtMs ?? Number.POSITIVE_INFINITY,
  };
  return [{ ...changed(view, type, answer?.value ?? null), past: [...past, before] }];
}

function changed(view: View, type: ChangeType, value: string | null): View {
  if (type === 'revoke') return { ...view, isRevoked: true };
  if (type === 'rotate') return { ...view, value };
  return { ...view, isNarrow: type === 'narrow' };
}

function answerOf({ value: present, isNarrow, isRevoked }: View, value: string): number {
  if (isRevoked || present !== value) return 401;
  return isNarrow ? 403 : 200;
}
