import { findBreaches, isJson } from '../targets/contract-check.ts';
import { isEventStream } from '../targets/event-stream.ts';
import type { ComparableAnswer, TargetAnswer } from './differences.ts';
import type { CallerName, Exchange, Family, Journal } from './family.ts';
import type { Received } from './http-client.ts';
import { Renaming } from './renaming.ts';
import type { Asked } from './requests.ts';
import { send } from './world.ts';
import type { WorldTarget, World, Tenant } from './world.ts';

/** What belongs to a connection rather than to an answer; the mocks have none. */
const transportHeaders = ['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding'];

/** What a server says to whoever is between it and the reader of a stream. */
const streamHeaders = ['cache-control', 'x-accel-buffering'];

/** A question to one target, with its answer. */
export interface Answered extends TargetAnswer {
  readonly question: Asked;
}

interface SessionParts {
  readonly world: World;
  readonly tenant: Tenant;
  readonly family: Family;
}

/** One target in one sequence, with what it has answered so far. */
export class Session {
  readonly #target: WorldTarget;
  readonly #world: World;
  readonly #tenant: Tenant;
  readonly #family: Family;
  readonly #renaming: Renaming;
  readonly #exchanges: Exchange[] = [];

  constructor(target: WorldTarget, { world, tenant, family }: SessionParts) {
    this.#target = target;
    this.#world = world;
    this.#tenant = tenant;
    this.#family = family;
    this.#renaming = new Renaming([...family.secretMembers, 'requestId']);
  }

  get exchanges(): readonly Exchange[] {
    return this.#exchanges;
  }

  /** What one of the callers knows of. */
  journalOf(caller: CallerName): Journal {
    const { live, test, otherTenant } = this.#tenant;
    return {
      exchanges: this.#exchanges.filter((exchange) => exchange.caller === caller),
      nowMs: this.#world.now(),
      tenantNumber: this.#world.tenants.indexOf(this.#tenant),
      tenantIds: { live: live.tenantId, test: test.tenantId, otherTenant: otherTenant.tenantId },
    };
  }

  /** Asks several things at once. @throws Error when the contract doesn't allow an answer. */
  async ask(questions: readonly Asked[]): Promise<readonly Answered[]> {
    const target = this.#target.name;
    const asking = questions.map(async (question) => {
      return { question, received: await send(this.#target, question.request) };
    });
    // In the order of the questions, not of the answers: secrets get their names by it.
    return (await Promise.all(asking)).map(({ question, received }) => {
      return { target, question, answer: this.#note(question, received) };
    });
  }

  #note(asked: Asked, received: Received): ComparableAnswer {
    const { response, text } = received;
    const { request } = asked;
    const [path = ''] = request.path.split('?');
    const breaches = findBreaches({ method: request.method, path, response, text });
    if (breaches.length > 0) throw new Error(`${this.#target.name} breaks the contract: ${breaches.join('; ')}`);
    const json: unknown = text === '' ? undefined : isJson(response) ? JSON.parse(text) : text;
    this.#exchanges.push({ ...asked, status: response.status, json, atMs: this.#world.now() });
    return this.#toComparable(received);
  }

  #toComparable({ response, text }: Received): ComparableAnswer {
    const requestId = response.headers.get('X-Request-Id');
    const left = isEventStream(response) ? [...transportHeaders, ...streamHeaders] : transportHeaders;
    const compared = [...response.headers].filter(([name]) => !left.includes(name));
    const headers = Object.fromEntries(compared.sort(([left], [right]) => (left < right ? -1 : 1)));
    if (requestId !== null) headers['x-request-id'] = this.#renaming.of('requestId', requestId);
    const renamed = isJson(response) ? this.#renaming.inJson(text) : text;
    return { status: response.status, headers, body: this.#mask(renamed) };
  }

  #mask(text: string): string {
    const { secretText } = this.#family;
    return secretText === undefined ? text : text.replaceAll(secretText, '…');
  }
}
