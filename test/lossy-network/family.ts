import type { CallOptions, Holdfast } from '@holdfast/sdk';

/** Makes a call until it is answered, each time under the same idempotency key. */
export type MakeCall = <Result>(
  call: (options: CallOptions) => PromiseLike<Result>,
  /** How many requests it takes on a reliable network, if not one. */
  needed?: { readonly requests: number },
) => Promise<Result>;

/** What a client of a family does on a lossy network. */
export interface Family {
  readonly name: string;
  /** Makes what all of its uses need. */
  prepare?(holdfast: Holdfast): Promise<void>;
  /** Makes each of the family's calls with something of this name, and expects what a reliable network would bring. */
  useOnce(holdfast: Holdfast, name: string, make: MakeCall): Promise<void>;
  /** What the server says has happened to what has this name, in order. */
  effectsOn(holdfast: Holdfast, name: string): Promise<readonly string[]>;
  /** What {@link useOnce} makes happen when each write has one effect. */
  readonly effectsOfUse: readonly string[];
}
