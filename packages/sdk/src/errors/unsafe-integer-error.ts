import { HoldfastError } from './holdfast-error.ts';

/**
 * An answer has an integer beyond 2^53 - 1, which a JavaScript number would round. Whatever was asked for was done:
 * only its answer can't be told in numbers.
 *
 * @example
 * ```ts
 * if (error instanceof UnsafeIntegerError) console.log(error.path, 'is too large; the answer was', error.text);
 * ```
 */
export class UnsafeIntegerError extends HoldfastError {
  override readonly name = 'UnsafeIntegerError';
  /** Where in the answer, as a JSON pointer such as `/account/balance`. */
  readonly path: string;
  /** The answer as it came, for a parser that knows `bigint`. */
  readonly text: string;

  constructor(path: string, text: string) {
    super(`The answer's ${path} is an integer beyond 2^53 - 1, which a number would round.`);
    this.path = path;
    this.text = text;
  }
}
