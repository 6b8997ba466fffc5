import { isRefusedAtTheDoor } from '../access/verdicts.ts';
import type { ReceivedAnswer, SentRequest } from './network.ts';

/** What became of one request under a key. */
interface Asked {
  readonly sent: SentRequest;
  /** The first answer, unless it was that the key is another request's. */
  answer: ReceivedAnswer | undefined;
  isRefused: boolean;
}

/** What each idempotency key was answered: however often it is used, that is one effect and one answer. */
export class KeyJournal {
  readonly #broken: string[] = [];
  /** By operation and key, and by request. */
  readonly #keys = new Map<string, Map<string, Asked>>();

  /** What is wrong, once nothing is on its way any more. */
  findBroken(): readonly string[] {
    const needless = [...this.#keys].flatMap(([key, requests]) => {
      const isRefused = [...requests.values()].some((each) => each.isRefused);
      return isRefused && requests.size === 1 ? `The key of ${key} was refused, and no other request had it.` : [];
    });
    return [...this.#broken, ...needless];
  }

  /** To be told before a request is sent. */
  open(sent: SentRequest): void {
    if (sent.idempotencyKey !== undefined) this.#find(sent);
  }

  /** Whatever is answered under a key, also to a request that nobody waits for any more. */
  note(sent: SentRequest, answer: ReceivedAnswer): void {
    // What is wrong with a request is wrong whatever its key.
    if (sent.idempotencyKey === undefined || answer.status === 400 || isRefusedAtTheDoor(answer)) return;
    const asked = this.#find(sent);
    if (isKeyConflict(answer)) asked.isRefused = true;
    else if (asked.answer === undefined) asked.answer = answer;
    else if (asked.answer.status !== answer.status || withoutValue(asked.answer) !== withoutValue(answer)) {
      this.#break(sent, `two answers:\n${asked.answer.status} ${asked.answer.body}\n${answer.status} ${answer.body}`);
    }
    const effects = [...this.#keys.get(keyOf(sent))!.values()].filter((each) => each.answer !== undefined);
    if (effects.length > 1) this.#break(sent, 'two effects');
    if (asked.isRefused && asked.answer !== undefined) this.#break(sent, 'an effect, and was refused all the same');
  }

  /** A request for each key, the one that has it. */
  all(): readonly SentRequest[] {
    return [...this.#keys.values()].flatMap((requests) => {
      return [...requests.values()].flatMap(({ sent, answer }) => (answer === undefined ? [] : [sent]));
    });
  }

  #find(sent: SentRequest): Asked {
    const key = keyOf(sent);
    let requests = this.#keys.get(key);
    if (requests === undefined) this.#keys.set(key, (requests = new Map()));
    const text = textOf(sent);
    let asked = requests.get(text);
    if (asked === undefined) requests.set(text, (asked = { sent, answer: undefined, isRefused: false }));
    return asked;
  }

  #break({ idempotencyKey, request }: SentRequest, what: string): void {
    this.#broken.push(`The key ${idempotencyKey} of ${request.operationId} had ${what}`);
  }
}

/** The value of an API key and the secret of an endpoint are told once. */
function withoutValue({ body }: ReceivedAnswer): string {
  return body.replace(/"(api_key|secret)":"[^"]+"/u, '"$1":null');
}

/** Most are looked for several times. */
const texts = new WeakMap<SentRequest, string>();

function textOf(sent: SentRequest): string {
  let text = texts.get(sent);
  if (text === undefined) texts.set(sent, (text = JSON.stringify(sent.request)));
  return text;
}

function keyOf({ request, idempotencyKey }: SentRequest): string {
  return `${request.operationId} ${idempotencyKey}`;
}

/** Whether the key belongs to another request, so that this one had no effect. */
export function isKeyConflict({ status, body }: ReceivedAnswer): boolean {
  return status === 409 && /idempotency[-_]key[-_]conflict/u.test(body);
}
