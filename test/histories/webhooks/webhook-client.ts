import type { SeededRandom } from '../../faults/seeded-random.ts';
import type { Client, ClientOptions, Draw } from '../family.ts';
import type { Answer, Command, EndpointCommand } from './commands.ts';

/** What an endpoint says when it has just been created. */
export const firstText = 'first';

const longestWaitMs = 100;

interface Known {
  readonly tenant: string;
  readonly endpoint: string;
}

/** Creates endpoints up to as many as there may be, changes them and deletes some again. */
export class WebhookClient implements Client<Command, Answer> {
  readonly #random: SeededRandom;
  readonly #tenants: readonly string[];
  readonly #shared: readonly Known[];
  readonly #own: Known[] = [];
  readonly #name: string;
  #drawn = 0;

  /** @param shared - Endpoints that all clients know of. */
  constructor({ random, number }: ClientOptions, tenants: readonly string[], shared: readonly Known[] = []) {
    this.#random = random;
    this.#tenants = tenants;
    this.#shared = shared;
    this.#name = `client-${number}`;
  }

  draw(nowMs: number): Draw<Command> {
    this.#drawn += 1;
    return { command: this.#draw(), sendAtMs: nowMs + this.#random.integer(longestWaitMs) };
  }

  learn(command: Command, { status, id }: Answer): void {
    if (status === 201 && id !== undefined) this.#own.push({ tenant: command.tenant, endpoint: id });
  }

  #draw(): Command {
    const random = this.#random;
    const known = [...this.#own, ...this.#shared];
    if (known.length === 0 || random.chance(0.3))
      return { type: 'create', tenant: random.pick(this.#tenants), text: firstText };
    const chosen = random.pick(known);
    return this.#drawUse(chosen, this.#shared.includes(chosen));
  }

  /** What all know of is seldom deleted: it wouldn't be there for long. */
  #drawUse({ tenant, endpoint }: Known, isShared: boolean): EndpointCommand {
    const random = this.#random;
    if (random.chance(isShared ? 0.03 : 0.3)) return { type: 'delete', tenant, endpoint };
    if (random.chance(0.5)) return { type: 'look', tenant, endpoint };
    return { type: 'change', tenant, endpoint, text: `${this.#name}-${this.#drawn}` };
  }
}
