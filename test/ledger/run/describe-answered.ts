import type { Answered } from './explain.ts';

/** One line for people. */
export function describeAnswered({ name, command, answer: { outcome, isReplayed } }: Answered): string {
  const { type, ...members } = command;
  const result = outcome.ok ? 'ok' : outcome.code;
  return `${name} ${type} ${JSON.stringify(members)}: ${result}${isReplayed ? ', replayed' : ''}`;
}
