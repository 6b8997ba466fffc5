import { Holdfast } from '@holdfast/sdk';
import { afterAll, afterEach, beforeAll, describe, expect, inject } from 'vitest';

import { findBreaches, isJson } from './contract-check.ts';
import { startTarget } from './start-target.ts';
import { apiKeys, targetNames } from './target.ts';
import type { Clock, Target, TargetName } from './target.ts';

/** What a scenario has at hand, whatever it runs against. */
export interface Scenario {
  /** For the little that one target can't show: scenarios guarantee the same of all of them. */
  readonly targetName: TargetName;
  /** The SDK with a tenant's key for its live environment. */
  readonly holdfast: Holdfast;
  /** The SDK with other keys: the same tenant's for its test environment, and another tenant's. */
  readonly others: Readonly<Record<'testEnvironment' | 'otherTenant', Holdfast>>;
  readonly clock: Clock;
  /** Announces everything that has lapsed, as the server does by itself, but for these tests, a moment later. */
  sweep(): Promise<void>;
  /** A request as it goes over the wire, for what the SDK wouldn't send; with the tenant's API key unless told. */
  send(method: string, path: string, request?: WireRequest): Promise<WireAnswer>;
  /** A name that no other test has, and that is no other name's beginning. */
  unique(word: string): string;
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

type FetchPath = (path: string, init: RequestInit) => Promise<Response>;

/** The server's address as scenarios see it; each target has another one. */
const baseUrl = 'http://holdfast.test';

let namesGiven = 0;

export interface TargetChoice {
  /** Whether the answer is given before any store is asked: then the mocks and one server show it all. False unless told. */
  readonly reachesNoStore?: boolean;
}

/** Describes something on each target in turn. Every answer must be one that the contract allows. */
export function describeTargets(
  title: string,
  body: (scenario: Scenario) => void,
  { reachesNoStore = false }: TargetChoice = {},
): void {
  const choose = (names: readonly TargetName[]) => (reachesNoStore ? mocksAndOneServer(names) : names);
  const [wanted, chosen] = [choose(targetNames), choose(inject('targets'))];
  for (const name of chosen) {
    describe(`${title} on ${name}`, () => {
      const breaches: string[] = [];
      let started: Target | undefined;
      beforeAll(async () => {
        started = await startTarget(name);
      });
      afterAll(() => started?.dispose());
      afterEach(() => expect(breaches.splice(0)).toEqual([]));
      const target = () => started ?? fail(`${name} has not been started yet: use it within a test.`);
      body(createScenario(name, target, breaches));
    });
  }
  if (process.env['TARGETS']) return;
  for (const name of wanted.filter((one) => !chosen.includes(one))) {
    describe.skip(`${title} on ${name}: LEFT OUT`, () => body(createScenario(name, () => fail('left out'), [])));
  }
}

/** The quickest of them. */
function mocksAndOneServer(names: readonly TargetName[]): readonly TargetName[] {
  const [server] = names.filter((name) => name !== 'mocks');
  return names.filter((name) => name === 'mocks' || name === server);
}

function fail(message: string): never {
  throw new Error(message);
}

function createScenario(targetName: TargetName, target: () => Target, breaches: string[]): Scenario {
  const fetchPath: FetchPath = async (path, init) => {
    const response = await target().fetch(path, init);
    const text = await response.clone().text();
    const method = init.method ?? 'GET';
    breaches.push(...findBreaches({ method, path: path.replace(/\?.*$/su, ''), response, text }));
    return response;
  };
  const connect = (apiKey: string) => new Holdfast({ baseUrl, apiKey, maxRetries: 0, fetch: throughPath(fetchPath) });
  return {
    targetName,
    holdfast: connect(apiKeys.live),
    others: { testEnvironment: connect(apiKeys.test), otherTenant: connect(apiKeys.otherTenant) },
    clock: {
      now: () => target().clock.now(),
      advance: (by) => target().clock.advance(by),
    },
    sweep: () => target().sweep(),
    send: (method, path, request) => sendThrough(fetchPath, method, path, request),
    unique: (word) => `${word}-${String(++namesGiven).padStart(5, '0')}`,
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
  const { apiKey = apiKeys.live } = request;
  const body = request.bytes ?? toText(request.body);
  const headers = {
    ...(apiKey !== null && { 'X-API-Key': apiKey }),
    ...(body !== undefined && { 'Content-Type': 'application/json' }),
    ...request.headers,
  };
  const sent = Object.entries(headers).filter((header): header is [string, string] => header[1] !== null);
  const response = await fetchPath(path, { method, headers: sent, ...(body !== undefined && { body }) });
  const text = await response.text();
  const json: unknown = text !== '' && isJson(response) ? JSON.parse(text) : undefined;
  return { status: response.status, headers: response.headers, text, json };
}

function toText(body: unknown): string | undefined {
  return typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
}
