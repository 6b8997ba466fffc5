import { Holdfast } from '@holdfast/sdk';
import type { HoldfastOptions } from '@holdfast/sdk';
import { afterEach, beforeEach, describe } from 'vitest';

import { Inbox } from '../receivers/inbox.ts';
import { findBreaches, findEventBreaches, isGatewayRefusal, isJson } from './contract-check.ts';
import { EventStream, isEventStream } from './event-stream.ts';
import { apiKeys } from './target.ts';
import type { Clock, Target, TargetName } from './target.ts';

/** What a scenario has at hand, whatever it runs against. */
export interface Scenario {
  /** For the little that one target can't show: scenarios guarantee the same of all of them. */
  readonly targetName: TargetName;
  /** The SDK with a tenant's key for its live environment. */
  readonly holdfast: Holdfast;
  /** The SDK with other keys: the same tenant's for its test environment, and another tenant's. */
  readonly others: Readonly<Record<'testEnvironment' | 'otherTenant', Holdfast>>;
  /** The same tenant's, with `autoBatch`. */
  readonly batching: Holdfast;
  readonly clock: Clock;
  /** Announces everything that has lapsed, as the server does by itself, but for these tests, a moment later. */
  sweep(): Promise<void>;
  /** Writes down which keys were used, and looks after limits, as a server does by itself several times a second. */
  tend(): Promise<void>;
  /** Sends what is due to be sent now, and waits until nothing is under way. */
  deliver(): Promise<void>;
  /** A request as it goes over the wire, for what the SDK wouldn't send; with the tenant's API key unless told. */
  send(method: string, path: string, request?: WireRequest): Promise<WireAnswer>;
  /** Opens the stream of events. The test's end closes it. */
  openEvents(query?: Readonly<Record<string, string>>, request?: WireRequest): Promise<EventStream>;
  /** Somebody whom webhooks can be sent to, at an address that nobody else has. */
  openInbox(): Promise<Inbox>;
  /** A name that no other test has, and that is no other name's beginning. */
  unique(word: string): string;
  /**
   * Describes what the gateway refuses by itself. It does so in front of every store, so the mocks and one server are
   * enough; on the server, such a refusal fails the test if the store was asked for anything but the API key.
   */
  describeGateway(title: string, body: () => void): void;
}

export interface WireRequest {
  /** Text is sent as it is, anything else as JSON. */
  readonly body?: unknown;
  /** A body that isn't text. */
  readonly bytes?: Uint8Array<ArrayBuffer>;
  /** Null: not sent, not even where it would be by itself. */
  readonly headers?: Readonly<Record<string, string | null>>;
  /** Null: none at all. */
  readonly apiKey?: string | null;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; undefined where there is none, or plain text. */
  readonly json: unknown;
}

export interface ScenarioOptions {
  readonly targetName: TargetName;
  /** The target, from the first test on. */
  readonly target: () => Target;
  /** Whether the gateway is described on this target. */
  readonly describesGateway: boolean;
  /** Whether the gateway is all that is described. */
  readonly isGatewayAlone: boolean;
  /** Takes what is wrong with an answer, whatever the test expects of it. */
  readonly onBreach: (breach: string) => void;
}

type FetchPath = (path: string, init: RequestInit) => Promise<Response>;

/** The server's address as scenarios see it; each target has another one. */
const baseUrl = 'http://holdfast.test';

let namesGiven = 0;

export function createScenario(options: ScenarioOptions): Scenario {
  const { targetName, target, describesGateway, isGatewayAlone, onBreach } = options;
  let isGateway = isGatewayAlone;
  const streams: EventStream[] = [];
  const inboxes = new Inboxes();
  const fetchPath: FetchPath = async (path, init) => {
    const callsBefore = target().storeCalls?.();
    const response = await target().fetch(path, init);
    const text = isEventStream(response) ? '' : await response.clone().text();
    const exchange = { method: init.method ?? 'GET', path: path.replace(/\?.*$/su, ''), response, text };
    for (const breach of findBreaches(exchange)) onBreach(breach);
    if (isGateway && isGatewayRefusal(exchange) && target().storeCalls?.() !== callsBefore) {
      onBreach(`${exchange.method} ${path} was refused with ${response.status} after the store had been asked`);
    }
    return response;
  };
  afterEach(async () => {
    for (const stream of streams.splice(0)) await stream.close();
  });
  const connect = (apiKey: string, options: Partial<HoldfastOptions> = {}) =>
    new Holdfast({ baseUrl, apiKey, maxRetries: 0, fetch: throughPath(fetchPath), ...options });
  return {
    targetName,
    holdfast: connect(apiKeys.live),
    others: { testEnvironment: connect(apiKeys.test), otherTenant: connect(apiKeys.otherTenant) },
    batching: connect(apiKeys.live, { autoBatch: true }),
    clock: {
      now: () => target().clock.now(),
      advance: (by) => target().clock.advance(by),
    },
    sweep: () => target().sweep(),
    tend: () => target().tend(),
    deliver: () => target().deliver(),
    send: (method, path, request) => sendThrough(fetchPath, method, path, request),
    async openEvents(query = {}, request = {}) {
      const parameters = new URLSearchParams(query).toString();
      const path = `/api/v1/events${parameters === '' ? '' : `?${parameters}`}`;
      const response = await fetchWith(fetchPath, 'GET', path, request);
      if (!isEventStream(response)) throw new Error(`There is no stream: ${response.status} ${await response.text()}`);
      const stream = new EventStream(response.body!, (event) => findEventBreaches(event).forEach(onBreach));
      streams.push(stream);
      return stream;
    },
    openInbox: () => inboxes.open(target()),
    unique: (word) => `${word}-${String(++namesGiven).padStart(5, '0')}`,
    describeGateway(title, body) {
      if (!describesGateway) return;
      describe(title, () => {
        beforeEach(() => void (isGateway = true));
        afterEach(() => void (isGateway = isGatewayAlone));
        body();
      });
    },
  };
}

function throughPath(fetchPath: FetchPath): typeof fetch {
  return async (input, init = {}) => {
    const url = input instanceof Request ? input.url : String(input);
    return fetchPath(url.slice(baseUrl.length), init);
  };
}

async function sendThrough(
  fetchPath: FetchPath,
  method: string,
  path: string,
  request: WireRequest = {},
): Promise<WireAnswer> {
  const response = await fetchWith(fetchPath, method, path, request);
  const { status, headers } = response;
  if (isEventStream(response)) {
    // It would never end.
    await response.body?.cancel();
    return { status, headers, text: '', json: undefined };
  }
  const text = await response.text();
  const json: unknown = text !== '' && isJson(response) ? JSON.parse(text) : undefined;
  return { status, headers, text, json };
}

async function fetchWith(fetchPath: FetchPath, method: string, path: string, request: WireRequest): Promise<Response> {
  const { apiKey = apiKeys.live } = request;
  const body = request.bytes ?? toText(request.body);
  const headers = {
    ...(apiKey !== null && { 'X-API-Key': apiKey }),
    ...(body !== undefined && { 'Content-Type': 'application/json' }),
    ...request.headers,
  };
  const sent = Object.entries(headers).filter((header): header is [string, string] => header[1] !== null);
  return fetchPath(path, { method, headers: sent, ...(body !== undefined && { body }) });
}

/** All receivers of a target, each below a path of its own. */
class Inboxes {
  readonly #byPath = new Map<string, Inbox>();
  #baseUrl: Promise<string> | undefined;

  async open(target: Target): Promise<Inbox> {
    this.#baseUrl ??= target.receive((request) => this.#receive(request));
    const path = `/inbox-${this.#byPath.size}`;
    const inbox = new Inbox(`${await this.#baseUrl}${path}`);
    this.#byPath.set(path, inbox);
    return inbox;
  }

  async #receive(request: Request): Promise<Response> {
    const inbox = this.#byPath.get(new URL(request.url).pathname);
    return inbox === undefined ? new Response(null, { status: 404 }) : inbox.receive(request);
  }
}

function toText(body: unknown): string | undefined {
  return typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
}
