import type { WireRequest } from '../faults/wire-client.ts';
import type { AnyFamily } from '../histories/family.ts';
import type { RecordedCall } from '../histories/recording/history.ts';
import type { ReceivedAnswer } from './clients/network.ts';

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
}

/** What the simulation has to know of a family. Its clients and its specification are those of the histories. */
export interface SimulatedFamily {
  /** Its name in the register. */
  readonly name: string;
  readonly history: AnyFamily;
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
