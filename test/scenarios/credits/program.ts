import { Holdfast } from '@holdfast/sdk';

import type { Scenario } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';

/** Where a program ends: at its first request whose path ends so, when the server has served it or before it does. */
export interface Death {
  readonly at: string;
  readonly isServed: boolean;
}

export interface ProgramOptions {
  readonly apiKey?: string;
  readonly dies?: Death;
}

const baseUrl = 'http://program.test';

/** A program with a client of its own. Once it is dead nothing that it sends arrives, and it hears of nothing. */
export class Program {
  readonly holdfast: Holdfast;
  /** The operations that it has asked for, in order. */
  readonly asked: string[] = [];
  /** Resolves when it is dead, and the server has nothing of it to do any more. */
  readonly death: Promise<void>;
  readonly #send: Scenario['send'];
  readonly #dies: Death | undefined;
  #isDead = false;
  #reportDeath = () => {};

  constructor({ send }: Scenario, { apiKey = apiKeys.live, dies }: ProgramOptions = {}) {
    this.#send = send;
    this.#dies = dies;
    this.death = new Promise((resolve) => (this.#reportDeath = resolve));
    const onRequest = ({ operationId }: { readonly operationId: string }) => this.asked.push(operationId);
    this.holdfast = new Holdfast({ baseUrl, apiKey, maxRetries: 0, fetch: this.#fetch, hooks: { onRequest } });
  }

  die(): void {
    this.#isDead = true;
    this.#reportDeath();
  }

  readonly #fetch: typeof fetch = async (input, init = {}) => {
    const path = String(input).slice(baseUrl.length);
    const isLast = !this.#isDead && this.#dies !== undefined && path.endsWith(this.#dies.at);
    const isHeard = !this.#isDead && (!isLast || this.#dies?.isServed === true);
    this.#isDead ||= isLast;
    const answer = isHeard ? await this.#forward(path, init) : undefined;
    if (isLast) this.#reportDeath();
    if (answer === undefined || this.#isDead) throw new TypeError('The program is dead.');
    return answer;
  };

  async #forward(path: string, { method = 'GET', headers, body }: RequestInit): Promise<Response> {
    const given = Object.fromEntries(new Headers(headers));
    const asItIs = { apiKey: null, headers: { 'Content-Type': null, ...given } };
    const answer = await this.#send(method, path, { ...asItIs, ...(typeof body === 'string' && { body }) });
    return new Response(answer.text, { status: answer.status, headers: answer.headers });
  }
}
