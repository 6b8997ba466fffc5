import { parseAddressRange } from '../address-range.ts';
import type { AddressRange } from '../address-range.ts';

/** What one environment variable may hold. */
export interface Variable<Value> {
  /** Completes the sentence "… must be …". */
  readonly rule: string;
  /** Whether its value must never be shown. */
  readonly isSecret?: boolean;
  /** The value; undefined if the text breaks the rule. */
  parse(text: string): Value | undefined;
}

export function integer(minimum: number, maximum: number): Variable<number> {
  return {
    rule: `an integer from ${minimum} to ${maximum}`,
    parse(text) {
      const value = /^\d{1,15}$/u.test(text) ? Number(text) : Number.NaN;
      return value >= minimum && value <= maximum ? value : undefined;
    },
  };
}

export function oneOf<const Value extends string>(...values: readonly Value[]): Variable<Value> {
  return {
    rule: `one of ${values.join(', ')}`,
    parse: (text) => values.find((value) => value === text),
  };
}

export const boolean: Variable<boolean> = {
  rule: 'true or false',
  parse: (text) => ({ true: true, 1: true, false: false, 0: false })[text],
};

export function text(rule: string, pattern: RegExp, { isSecret = false } = {}): Variable<string> {
  return { rule, isSecret, parse: (value) => (pattern.test(value) ? value : undefined) };
}

export const origins: Variable<readonly string[]> = {
  rule: '* or origins such as https://app.example.com, separated by commas',
  parse(text) {
    const parts = text.split(',').map((part) => part.trim());
    return parts.every((part) => part === '*' || isOrigin(part)) ? parts : undefined;
  },
};

export const addressRanges: Variable<readonly AddressRange[]> = {
  rule: 'ranges of addresses such as 10.0.0.0/8 or fd00::/8, separated by commas',
  parse(text) {
    const ranges = text.split(',').map((part) => parseAddressRange(part.trim()));
    return ranges.every((range) => range !== undefined) ? ranges : undefined;
  },
};

function isOrigin(text: string): boolean {
  return /^https?:/u.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

/** Reads variables and collects their faults, to report all at once. */
export class VariableReader {
  readonly faults: string[] = [];
  readonly #env: Readonly<Record<string, string | undefined>>;

  constructor(env: Readonly<Record<string, string | undefined>>) {
    this.#env = env;
  }

  /** An empty variable counts as one that isn't set, as in `PORT= npm start`. */
  read<Value, Fallback>(name: string, variable: Variable<Value>, fallback: Fallback): Value | Fallback {
    const given = this.#env[name];
    if (given === undefined || given === '') return fallback;
    const value = variable.parse(given);
    if (value !== undefined) return value;
    const shown = variable.isSecret === true ? `a secret of ${given.length} characters` : JSON.stringify(given);
    this.faults.push(`${name} is ${shown}, but must be ${variable.rule}.`);
    return fallback;
  }
}
