import type { Account, GrantResult } from '@holdfast/contract';

import { isSuccess } from './commands.ts';
import type { Answer, Command } from './commands.ts';

export interface KnownBlock {
  readonly customer: string;
  readonly expiresAtMs: number;
}

/** What a client has learnt of credits that expire, also of those that others were granted. */
export class KnownBlocks {
  /** By id. */
  readonly #blocks = new Map<string, KnownBlock>();

  learn(command: Command, answer: Answer): void {
    if (!isSuccess(answer)) return;
    const { customer, type } = command;
    const seen =
      type === 'getAccount'
        ? ((answer.body as Account).blocks ?? [])
        : type === 'grant'
          ? [(answer.body as GrantResult).block]
          : [];
    for (const { id, expires_at: expiresAt } of seen) {
      if (expiresAt !== null) this.#blocks.set(id, { customer, expiresAtMs: Date.parse(expiresAt) });
    }
  }

  expiringBetween(fromMs: number, toMs: number): readonly KnownBlock[] {
    return [...this.#blocks.values()].filter(({ expiresAtMs }) => expiresAtMs > fromMs && expiresAtMs < toMs);
  }
}
