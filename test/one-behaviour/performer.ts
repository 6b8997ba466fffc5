import { findBreaches } from '../targets/contract-check.ts';
import type { ComparableAnswer, TargetAnswer } from './differences.ts';
import type { CallerName, Exchange, Family, Journal, SentRequest } from './family.ts';
import type { Received } from './http-client.ts';
import { Renaming } from './renaming.ts';
import type { Asked } from './requests.ts';
import type { Player, Scene } from './scene.ts';

/** What belongs to a connection rather than to an answer; the mocks have none. */
const transportHeaders = ['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding'];

/** A question to one target, with its answer. */
export interface Answered extends TargetAnswer {
  readonly question: Asked;
}

/** One target in one sequence, with what it has answered so far. */
export class Performer {
  readonly #player: Player;
  readonly #scene: Scene;
  readonly #renaming: Renaming;
  readonly #exchanges: Exchange[] = [];

  constructor(player: Player, scene: Scene, { secretMembers }: Family) {
    this.#player = player;
    this.#scene = scene;
    this.#renaming = new Renaming([...secretMembers, 'requestId']);
  }

  get exchanges(): readonly Exchange[] {
    return this.#exchanges;
  }

  /** What one of the callers knows of. */
  journalOf(caller: CallerName): Journal {
    return { exchanges: this.#exchanges.filter((exchange) => exchange.caller === caller), nowMs: this.#scene.now() };
  }

  /** Asks several things at once. @throws Error when the contract doesn't allow an answer. */
  async ask(questions: readonly Asked[]): Promise<readonly Answered[]> {
    const { target } = this.#player;
    const asking = questions.map(async (question) => ({ question, received: await this.#send(question.request) }));
    // In the order of the questions, not of the answers: secrets get their names by it.
    return (await Promise.all(asking)).map(({ question, received }) => {
      return { target, question, answer: this.#note(question, received) };
    });
  }

  #send({ method, path, headers, text }: SentRequest): Promise<Received> {
    return this.#player.send(path, { method, headers, body: text });
  }

  #note({ caller, request }: Asked, received: Received): ComparableAnswer {
    const { response, text } = received;
    const [path = ''] = request.path.split('?');
    const breaches = findBreaches({ method: request.method, path, response, text });
    if (breaches.length > 0) throw new Error(`${this.#player.target} breaks the contract: ${breaches.join('; ')}`);
    const json = text === '' ? undefined : (JSON.parse(text) as unknown);
    this.#exchanges.push({ caller, request, status: response.status, json, atMs: this.#scene.now() });
    return this.#toComparable(received);
  }

  #toComparable({ response, text }: Received): ComparableAnswer {
    const requestId = response.headers.get('X-Request-Id');
    const compared = [...response.headers].filter(([name]) => !transportHeaders.includes(name));
    const headers = Object.fromEntries(compared.sort(([left], [right]) => (left < right ? -1 : 1)));
    if (requestId !== null) headers['x-request-id'] = this.#renaming.of('requestId', requestId);
    return { status: response.status, headers, body: this.#renaming.inJson(text) };
  }
}
