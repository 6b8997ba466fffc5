import { Holdfast } from '../../src/index.ts';
import type { Hold, HoldfastOptions } from '../../src/index.ts';
import { readRequest } from './fake-fetch.ts';
import type { Answer, SentRequest } from './fake-fetch.ts';

/** Those of one hold. Any other is answered with the balances, and changes nothing. */
export type HoldOperation = 'hold' | 'get' | 'extend' | 'commit' | 'release';

/** What becomes of one request: `serve` does what the server does, and the answer may get lost on its way. */
export type Step = (request: SentRequest, serve: Answer) => Response | Promise<Response>;

export const serves: Step = (request, serve) => serve(request);

/** The server has done it; nobody hears of it. */
export const losesAnswer: Step = async (request, serve) => {
  await serve(request);
  throw new TypeError('fetch failed');
};

export function refusesWith(slug: string, status: number): Step {
  return () => respond(refusal(slug, status));
}

interface StoredHold {
  readonly id: string;
  status: Hold['status'];
  units: number;
  committedUnits: number;
  expiresAtMs: number;
}

interface Content {
  readonly status: number;
  readonly body: object;
}

/** The members of the requests' bodies, as far as a request has them. */
interface HoldBody {
  readonly estimated_units: number;
  readonly actual_units: number;
  readonly additional_units?: number;
  readonly ttl_seconds?: number;
}

/** One customer's credits. Holds live by the clock that tests move; keys are kept for ever. */
class FakeCredits {
  balance = 1_000;
  unitCost = 1;
  readonly holds = new Map<string, StoredHold>();
  readonly #answers = new Map<string, Content & { readonly asked: string }>();

  readonly serve: Answer = (request) => {
    const asked = JSON.stringify([request.path, request.body]);
    const key = `${operationOf(request)} ${request.headers.get('idempotency-key')}`;
    const earlier = this.#answers.get(key);
    if (earlier !== undefined && earlier.asked === asked) return respond(earlier, { 'Idempotent-Replayed': 'true' });
    if (earlier !== undefined) return respond(refusal('idempotency-key-conflict', 409));

    const content = this.#decide(request);
    if (request.method !== 'GET') this.#answers.set(key, { asked, ...content });
    return respond(content);
  };

  #decide(request: SentRequest): Content {
    const operation = operationOf(request);
    if (operation === 'other') return { status: 200, body: this.#account() };
    const body = request.body as unknown as HoldBody;
    if (operation === 'hold') return this.#hold(body);
    const hold = this.holds.get(request.path.split('/')[3]!);
    if (hold === undefined) return refusal('not-found', 404);
    if (hold.status === 'active' && hold.expiresAtMs <= Date.now()) hold.status = 'expired';
    if (operation === 'get') return { status: 200, body: toWire(hold) };
    if (hold.status === 'expired') return refusal('reservation-expired', 409);
    if (hold.status !== 'active') return refusal('reservation-not-active', 409);
    if (operation === 'extend') return this.#extend(hold, body);
    if (operation === 'commit') return this.#commit(hold, body);
    hold.status = 'released';
    return { status: 200, body: { reservation_id: hold.id, status: 'released', released: hold.units } };
  }

  #hold({ estimated_units, ttl_seconds = 1_800 }: HoldBody): Content {
    if (this.#effectiveBalance() < estimated_units * this.unitCost) return refusal('insufficient-credits', 402);
    const id = `hold-${this.holds.size + 1}`;
    const expiresAtMs = Date.now() + ttl_seconds * 1_000;
    const hold: StoredHold = { id, status: 'active', units: estimated_units, committedUnits: 0, expiresAtMs };
    this.holds.set(id, hold);
    return { status: 201, body: toWire(hold) };
  }

  #extend(hold: StoredHold, { additional_units = 0, ttl_seconds = 0 }: HoldBody): Content {
    if (this.#effectiveBalance() < additional_units * this.unitCost) return refusal('insufficient-credits', 402);
    hold.units += additional_units;
    hold.expiresAtMs = Math.max(hold.expiresAtMs, Date.now() + ttl_seconds * 1_000);
    return { status: 200, body: toWire(hold) };
  }

  #commit(hold: StoredHold, { actual_units }: HoldBody): Content {
    hold.status = 'committed';
    hold.committedUnits = actual_units;
    const actual_cost = actual_units * this.unitCost;
    const released = Math.max(0, hold.units * this.unitCost - actual_cost);
    this.balance -= actual_cost;
    const account = { balance: this.balance };
    const body = { reservation_id: hold.id, status: 'committed', actual_units, actual_cost, released, account };
    return { status: 200, body };
  }

  #account(): object {
    return { balance: this.balance, reserved_balance: this.#reservedBalance() };
  }

  #effectiveBalance(): number {
    return this.balance - this.#reservedBalance();
  }

  #reservedBalance(): number {
    const live = [...this.holds.values()].filter(({ status }) => status === 'active');
    return live.reduce((held, { units }) => held + units * this.unitCost, 0);
  }
}

/**
 * One customer with 1,000 credits on a server, and clients of it. Each request goes by the next step of its operation's
 * script, the last of them for all that follow.
 */
export function creditServer(scripts: Partial<Record<HoldOperation, Step[]>> = {}) {
  const server = new FakeCredits();
  const sent: Record<HoldOperation, SentRequest[]> = { hold: [], get: [], extend: [], commit: [], release: [] };
  const order: HoldOperation[] = [];
  const fetch = async (url: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const request = readRequest(url, init);
    const operation = operationOf(request);
    if (operation === 'other') return server.serve(request);
    order.push(operation);
    sent[operation].push(request);
    const script = scripts[operation] ?? [serves];
    return script[Math.min(sent[operation].length, script.length) - 1]!(request, server.serve);
  };
  const client = (options: Partial<HoldfastOptions> = {}) =>
    new Holdfast({ baseUrl: 'https://holdfast.test', apiKey: 'key', fetch, ...options });
  return { server, sent, order, fetch, client, holdfast: client() };
}

function operationOf({ method, path }: SentRequest): HoldOperation | 'other' {
  if (!path.startsWith('/v1/reserve')) return 'other';
  if (method === 'GET') return 'get';
  return path === '/v1/reserve' ? 'hold' : (path.split('/').at(-1) as HoldOperation);
}

function toWire({ id, status, units, committedUnits, expiresAtMs }: StoredHold): object {
  const expires_at = new Date(expiresAtMs).toISOString();
  return { id, status, estimated_units: units, committed_units: committedUnits, expires_at };
}

function refusal(slug: string, status: number): Content {
  return { status, body: problem(slug, status) };
}

function problem(slug: string, status: number): object {
  return { type: `https://holdfast.test/errors/${slug}`, title: 'A Title', status, detail: 'A sentence.' };
}

function respond({ status, body }: Content, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers });
}
