import { isSuccess } from '../../histories/credits/commands.ts';
import type { Answer, Command } from '../../histories/credits/commands.ts';
import type { RecordedCall } from '../../histories/recording/history.ts';
import type { Line } from './lines.ts';

/** What clients asked for that changes one customer's credits. Each has one line of the ledger, if it was done. */
export class Requests {
  /** Those that were answered as done, by what the answer tells of their line. */
  readonly #done = new Map<string, Command>();
  /** Those of which no client knows what became of them. */
  readonly #open: Command[];

  constructor(first: Command, calls: readonly RecordedCall[]) {
    this.#open = [first];
    for (const call of calls) {
      const command = call.command as Command;
      const answer = call.answer as Answer | undefined;
      if (command.customer !== first.customer) continue;
      if (answer === undefined) this.#open.push(command);
      else if (isSuccess(answer)) this.#note(command, answer);
    }
  }

  /** The request that the line is of, which then has its line; undefined if nobody asked for it. */
  take(line: Line): Command | undefined {
    const key = keyOfLine(line);
    const done = this.#done.get(key);
    if (done !== undefined) {
      this.#done.delete(key);
      return done;
    }
    const index = this.#open.findIndex((command) => isOf(line, command));
    return index === -1 ? undefined : this.#open.splice(index, 1)[0];
  }

  /** What was answered as done, and has no line. */
  get missing(): readonly Command[] {
    return [...this.#done.values()];
  }

  /** A payment or event that comes again is told of the line that it has. */
  #note(command: Command, { body }: Answer): void {
    const key = keyOfAnswer(command, body as Told);
    if (key !== undefined) this.#done.set(key, command);
  }
}

interface Told {
  readonly id: string;
  readonly estimated_units: number;
  readonly transaction: { readonly id: string };
}

/** Undefined if no line is due. */
function keyOfAnswer(command: Command, { id, estimated_units: units, transaction }: Told): string | undefined {
  switch (command.type) {
    case 'hold':
      return `hold ${id}, ${units} units`;
    case 'extend':
      return command.units === undefined ? undefined : `hold ${id}, ${units} units`;
    case 'getHold':
    case 'getAccount':
    case 'listHolds':
    case 'audit':
      return undefined;
    default:
      return transaction.id;
  }
}

function keyOfLine({ entry, estimatedUnits }: Line): string {
  return entry.type === 'hold' ? `hold ${entry.reference_id}, ${estimatedUnits} units` : entry.id;
}

/** Whether the line can be the command's. */
function isOf({ entry, hold, estimatedUnits, isLastCommit }: Line, command: Command): boolean {
  const { type, delta, units, reference_id: reference } = entry;
  const isFirst = estimatedUnits === units;
  switch (command.type) {
    case 'hold':
      return type === 'hold' && isFirst && hold?.metadata['label'] === command.label;
    case 'extend':
      return type === 'hold' && !isFirst && reference === command.id && units === command.units;
    case 'commit':
      return isUse(command.id) && isLastCommit === command.isFinal;
    case 'release':
      return type === 'release' && reference === command.id;
    case 'use':
      return isUse(command.eventId ?? null);
    case 'grant':
      return type === 'grant' && delta === command.credits && entry.metadata['label'] === command.label;
    case 'adjust':
      return type === 'adjustment' && delta === command.delta;
    default:
      return false;
  }

  function isUse(id: string | null): boolean {
    return type === 'consumption' && reference === id && units === (command as { units: number }).units;
  }
}
