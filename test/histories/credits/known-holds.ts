import type { HoldPage, HoldReceipt } from '@holdfast/contract';

import { isSuccess, problemOf } from './commands.ts';
import type { Answer, Command, HoldCommand } from './commands.ts';

export interface KnownHold extends HoldCommand {
  readonly expiresAtMs: number;
  readonly isOver: boolean;
}

/** What a client has learnt of holds, also of others. What became of them since, it doesn't know. */
export class KnownHolds {
  readonly #holds = new Map<string, KnownHold>();

  learn(command: Command, answer: Answer): void {
    if ('id' in command && isEnd(command, answer)) this.#end(command.label);
    if (!isSuccess(answer)) return;
    const { customer, type } = command;
    const seen =
      type === 'listHolds'
        ? (answer.body as HoldPage).data
        : type === 'hold' || type === 'getHold' || type === 'extend'
          ? [answer.body as HoldReceipt]
          : [];
    for (const { id, status, metadata, expires_at: expiresAt } of seen) {
      const label = metadata['label'] as string;
      this.#holds.set(label, { customer, id, label, expiresAtMs: Date.parse(expiresAt), isOver: status !== 'active' });
    }
  }

  /** Those that may be live, or else those that are over. */
  of(customer: string, { over }: { readonly over: boolean }): readonly KnownHold[] {
    return [...this.#holds.values()].filter((hold) => hold.customer === customer && hold.isOver === over);
  }

  endingBetween(fromMs: number, toMs: number): readonly KnownHold[] {
    const holds = [...this.#holds.values()].filter(({ isOver }) => !isOver);
    return holds.filter(({ expiresAtMs }) => expiresAtMs > fromMs && expiresAtMs < toMs);
  }

  #end(label: string): void {
    const hold = this.#holds.get(label);
    if (hold !== undefined) this.#holds.set(label, { ...hold, isOver: true });
  }
}

function isEnd(command: Command, answer: Answer): boolean {
  if (!isSuccess(answer)) return problemOf(answer) !== 'insufficient-credits';
  return command.type === 'release' || (command.type === 'commit' && command.isFinal);
}
