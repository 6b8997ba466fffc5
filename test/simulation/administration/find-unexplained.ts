import type { RecordedCall } from '../../histories/recording/history.ts';
import type { Deed } from '../access/access-truth.ts';
import { isUse } from './commands.ts';
import type { Answer, Command, IssuedKey } from './commands.ts';

/** How often something was done at least, and at most: of what nobody answered, nobody knows. */
interface Count {
  least: number;
  most: number;
}

/**
 * Compares what was written down with what was asked for: what was answered as done was done once, and whatever was
 * done was asked for.
 */
export function findUnexplained(
  calls: readonly RecordedCall[],
  deeds: readonly Deed[],
  scope: string,
): readonly string[] {
  const done = Map.groupBy(
    deeds.filter(({ label }) => label === undefined || label.startsWith(`${scope}-`)),
    nameOfDeed,
  );
  const asked = new Map<string, Count>();
  for (const call of calls) {
    const command = call.command as Command;
    const answer = call.answer as Answer | undefined;
    if (!isUse(command) && (answer === undefined || answer.status < 300)) countIn(asked, command, answer);
  }
  // Who got no answer doesn't know what he has created.
  const unknown = asked.get(unansweredCreation)?.most ?? 0;
  const nameless = [...done.keys()].filter((name) => name.startsWith('key.created') && !asked.has(name)).length;
  return [
    ...(nameless > unknown ? [`${nameless} keys were created that nobody can know of, and ${unknown} asked for.`] : []),
    ...[...asked].flatMap(([name, count]) => compare(name, done.get(name)?.length ?? 0, count)),
    ...[...done.keys()].filter((name) => !asked.has(name) && !name.startsWith('key.created')).map(unasked),
  ];
}

const unansweredCreation = 'key.created ?';

const types = {
  create: 'key.created',
  rotate: 'key.rotated',
  narrow: 'key.updated',
  revoke: 'key.revoked',
  suspend: 'tenant.updated',
} as const;

function countIn(asked: Map<string, Count>, command: Exclude<Command, { apiKey: string }>, answer: Answer | undefined) {
  const subject = subjectOf(command, answer);
  const name = `${types[command.type]} ${subject}`;
  const { least, most } = asked.get(name) ?? { least: 0, most: 0 };
  // Who revokes what is revoked changes nothing.
  const isAnswered = answer !== undefined && (command.type !== 'revoke' || least === 0);
  asked.set(name, { least: isAnswered ? least + 1 : least, most: command.type === 'revoke' ? 1 : most + 1 });
}

function subjectOf(command: Exclude<Command, { apiKey: string }>, answer: Answer | undefined): string {
  if (command.type === 'suspend') return command.tenant;
  if (command.type !== 'create') return command.id;
  return answer === undefined ? '?' : (answer.body as IssuedKey).id;
}

function nameOfDeed({ type, subject }: Deed): string {
  return `${type} ${subject}`;
}

function compare(name: string, found: number, { least, most }: Count): readonly string[] {
  if (name === unansweredCreation || (found >= least && found <= most)) return [];
  return [`${name}: ${found} times, and ${least} to ${most} were asked for.`];
}

function unasked(name: string): string {
  return `${name}: nobody asked for this.`;
}
