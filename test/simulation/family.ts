import type { seedApiKeys } from '@holdfast/engine';

import type { SeededRandom } from '../faults/seeded-random.ts';
import type { WireRequest } from '../faults/wire-client.ts';
import type { AnyFamily } from '../histories/family.ts';
import type { RecordedCall } from '../histories/recording/history.ts';
import type { AccessWatch } from './access/access-watch.ts';
import type { ReceivedAnswer, SentRequest } from './clients/network.ts';

export type Org = 'first' | 'second';

/** By org. */
export const apiKeys: Readonly<Record<Org, string>> = {
  first: `hf_live_${'1'.repeat(43)}`,
  second: `hf_live_${'2'.repeat(43)}`,
};

export interface FamilyRequest {
  readonly apiKey: string;
  readonly request: WireRequest;
  readonly isWrite: boolean;
  /** Whose idempotency keys these are, if a family's clients are not all of one tenant. */
  readonly keySpace?: string;
}

/** What the simulation has to know of a family. Its clients and its specification are those of the histories. */
export interface SimulatedFamily {
  /** Its name in the register. */
  readonly name: string;
  readonly history: SimulatedHistory;
  /** What makes that which a world is about, in this order. */
  prepare(scope: string): readonly FamilyRequest[];
  toRequest(command: unknown): FamilyRequest;
  /** As the specification has it. Throws if it is none that the command may get. */
  toAnswer(command: unknown, answer: ReceivedAnswer): unknown;
  /** Looks at what is left after all has lapsed that lapses, before anything is swept. Returns what is wrong. */
  checkLapsed(ask: Ask, scope: string): Promise<readonly string[]>;
  /** Looks at what is left once that is swept. Returns what is wrong. */
  checkSwept(ask: Ask, scope: string, seen: Seen): Promise<readonly string[]>;
  /** What worlds must come upon besides what the history must, as {@link Seen.note} has it. */
  readonly expectedCoverage?: readonly string[];
  /** Present if its worlds look up keys and count limits; in others everybody is known, and has no limit. */
  readonly access?: SimulatedAccess;
}

/** Without a specification, nothing is said of answers by the order of calls alone. */
type SimulatedHistory =
  | AnyFamily
  | (Pick<AnyFamily, 'name' | 'createClient' | 'describe' | 'expectedCoverage' | 'coverageOf'> & {
      readonly specOf?: never;
    });

export interface SimulatedAccess {
  readonly keys: SeededKeys;
  /** Requests besides those of clients, which nobody waits for. */
  drawCrowd(random: SeededRandom, processCount: number): readonly Burst[];
  /** Looks at what is left in the end, when nothing goes wrong any more. Returns what is wrong. */
  checkAtRest(world: RestingWorld, scope: string, seen: Seen): Promise<readonly string[]>;
}

/** Requests that come at once, each sent a single time. */
export interface Burst {
  /** Milliseconds since clients began. */
  readonly atMs: number;
  readonly process: number;
  readonly requests: readonly SentRequest[];
}

export type SeededKeys = Parameters<typeof seedApiKeys>[1];

/** A world in which nothing goes wrong any more, at the beginning of a minute in which nobody has asked for anything. */
export interface RestingWorld {
  readonly watch: AccessWatch;
  readonly processCount: number;
  /** How many processes have died in it. */
  readonly deadCount: number;
  /** Of how many commits nobody knows what became of them. */
  lostCommits(): number;
  readonly ask: Ask;
  /** Asks this process. */
  send(process: number, request: FamilyRequest): Promise<ReceivedAnswer>;
  /** True time, in epoch milliseconds. */
  nowMs(): number;
  sleep(milliseconds: number): Promise<void>;
}

/** What the clients of a world have seen. */
export interface Seen {
  readonly calls: readonly RecordedCall[];
  /** Says what the world has come upon, in a few words. */
  note(what: string): void;
}

/** Makes a request in a world in which nothing goes wrong any more. */
export type Ask = <Result>(request: FamilyRequest) => Promise<Result>;

export function get(apiKey: string, request: WireRequest): FamilyRequest {
  return { apiKey, request, isWrite: false };
}

export function write(apiKey: string, request: WireRequest): FamilyRequest {
  return { apiKey, request, isWrite: true };
}
