import type { FieldFault } from '@holdfast/engine';

import { shorten } from '../shorten.ts';
import { isKeptExactly } from './exact-number.ts';

/** The deepest nesting of a body, so that code that walks it can't overflow the stack. */
export const deepestNesting = 64;

/**
 * The most members read of a list or object. The contract allows no more: its longest list has 3,000 items, metadata
 * 4,096 bytes. The rest would be wasted work.
 */
export const mostMembers = 8_192;

/** One more than an answer names, to know that there are more. */
const mostFaults = 21;

/** The most characters repeated of a number, which can be as long as a body. */
const longestNumber = 40;

/** What shows in JSON text and no longer in the parsed value. */
export interface JsonScan {
  readonly isTooDeep: boolean;
  /** The first numbers, strings and names that JavaScript or another parser would change silently. */
  readonly faults: readonly FieldFault[];
  /** The text without members beyond {@link mostMembers}. */
  readonly text: string;
  /** Where it was cut, as a JSON pointer or `body`. */
  readonly cutAt: string | undefined;
}

/** An open array or object. */
interface Container {
  readonly isObject: boolean;
  /** Index of the current item or member. */
  index: number;
  /** In an object: the current member's name. */
  name: string;
  isNameNext: boolean;
  /** The names so far; a set once they are many. */
  names: string[] | Set<string>;
}

/** Up to this many names a list is faster than a set. */
const fewNames = 12;

/** Half a surrogate pair: with the `u` flag, a whole pair is one character and doesn't match. */
const halfPair = /[\ud800-\udfff]/u;

const quote = 0x22;
const comma = 0x2c;
const minus = 0x2d;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/**
 * One pass over a text. The text needn't be JSON: the parser decides that afterwards, and the findings hold if it is.
 */
export function scanJson(text: string): JsonScan {
  return new Scanner(text).scan();
}

class Scanner {
  readonly #text: string;
  readonly #faults: FieldFault[] = [];
  readonly #open: Container[] = [];
  readonly #pieces: string[] = [];
  #at = 0;
  /** Start of the text that isn't among the pieces yet. */
  #keptFrom = 0;
  #cutAt: string | undefined;
  #hasSurrogates = false;
  #hasEscapes = false;

  constructor(text: string) {
    this.#text = text;
  }

  scan(): JsonScan {
    const text = this.#text;
    while (this.#at < text.length && this.#open.length <= deepestNesting) this.#step(text.charCodeAt(this.#at));
    return {
      isTooDeep: this.#open.length > deepestNesting,
      faults: this.#faults,
      text: this.#cutAt === undefined ? text : this.#pieces.join('') + text.slice(this.#keptFrom),
      cutAt: this.#cutAt,
    };
  }

  #step(character: number): void {
    switch (character) {
      case quote:
        return this.#readString();
      case openBrace:
      case openBracket:
        this.#begin(character === openBrace);
        break;
      case closeBrace:
      case closeBracket:
        this.#open.pop();
        break;
      case comma:
        return this.#goOn();
      default:
        if (isDigit(character) || character === minus) return this.#readNumber();
    }
    this.#at += 1;
  }

  #begin(isObject: boolean): void {
    this.#open.push({ isObject, index: 0, name: '', isNameNext: isObject, names: [] });
  }

  /** After a comma: the next item or member, or the part that is cut. */
  #goOn(): void {
    const container = this.#open.at(-1);
    if (container !== undefined) {
      container.index += 1;
      container.isNameNext = container.isObject;
      if (container.index === mostMembers) return this.#leaveOutTheRest();
    }
    this.#at += 1;
  }

  /** Cuts everything up to the end of the innermost list or object. */
  #leaveOutTheRest(): void {
    const text = this.#text;
    this.#pieces.push(text.slice(this.#keptFrom, this.#at));
    this.#cutAt ??= this.#pointer(this.#open.length - 1);
    for (let depth = 0; this.#at < text.length; this.#at += 1) {
      const character = text.charCodeAt(this.#at);
      if (character === quote) this.#at = this.#endOfString() - 1;
      else if (character === openBrace || character === openBracket) depth += 1;
      else if ((character === closeBrace || character === closeBracket) && depth-- === 0) break;
    }
    this.#keptFrom = this.#at;
  }

  #readString(): void {
    const from = this.#at;
    this.#at = this.#endOfString();
    const container = this.#open.at(-1);
    const isName = container?.isNameNext === true;
    if (!isName && !this.#hasSurrogates) return;
    const string = this.#hasEscapes
      ? unescape(this.#text.slice(from, this.#at))
      : this.#text.slice(from + 1, this.#at - 1);
    if (isName) this.#addName(container, string);
    if (this.#hasSurrogates && halfPair.test(string)) {
      this.#report('unicode', 'must be well-formed Unicode, without half a surrogate pair');
    }
  }

  #addName(container: Container, name: string): void {
    container.name = name;
    container.isNameNext = false;
    const { names } = container;
    const isKnown = Array.isArray(names) ? names.includes(name) : names.has(name);
    if (isKnown) return this.#report('uniqueNames', 'must be given once');
    if (!Array.isArray(names)) names.add(name);
    else if (names.push(name) > fewNames) container.names = new Set(names);
  }

  #readNumber(): void {
    const text = this.#text;
    const from = this.#at;
    let character = text.charCodeAt(from);
    while (isInNumber(character)) character = text.charCodeAt(++this.#at);
    const literal = text.slice(from, this.#at);
    if (isKeptExactly(literal)) return;
    const kept = Number(literal);
    const becomes = Number.isFinite(kept) ? `would come back as ${kept}` : 'is beyond the range of a double';
    this.#report(
      'exact',
      `must be a number that JavaScript keeps exactly: ${shorten(literal, longestNumber)} ${becomes}`,
    );
  }

  /** The position after the string that starts here; notes its faults. */
  #endOfString(): number {
    const text = this.#text;
    let at = this.#at + 1;
    this.#hasEscapes = false;
    this.#hasSurrogates = false;
    for (; at < text.length; at += 1) {
      const character = text.charCodeAt(at);
      if (character === quote) return at + 1;
      if (character === backslash) {
        this.#hasEscapes = true;
        at += 1;
        if (isSurrogateEscape(text, at)) this.#hasSurrogates = true;
      } else if (character >= 0xd8_00 && character <= 0xdf_ff) {
        this.#hasSurrogates = true;
      }
    }
    return at;
  }

  #report(rule: string, message: string): void {
    if (this.#faults.length < mostFaults) this.#faults.push({ field: this.#pointer(this.#open.length), rule, message });
  }

  /** The JSON pointer at this depth. */
  #pointer(depth: number): string {
    const steps = this.#open.slice(0, depth).map(({ isObject, name, index }) => {
      return `/${isObject ? name.replaceAll('~', '~0').replaceAll('/', '~1') : index}`;
    });
    return steps.join('') || 'body';
  }
}

function isDigit(character: number): boolean {
  return character >= 0x30 && character <= 0x39;
}

/** `+`, `-`, `.`, digits, `E` and `e`. */
function isInNumber(character: number): boolean {
  return (
    isDigit(character) ||
    character === minus ||
    character === 0x2b ||
    character === 0x2e ||
    character === 0x45 ||
    character === 0x65
  );
}

/** Whether a backslash is followed by half a surrogate pair: `ud8…` to `udf…`. */
function isSurrogateEscape(text: string, at: number): boolean {
  if (text.charCodeAt(at) !== 0x75) return false;
  return /^[dD][89a-fA-F]/u.test(text.slice(at + 1, at + 3));
}

/** A string's value; itself if it isn't JSON, which the parser will report. */
function unescape(string: string): string {
  try {
    return JSON.parse(string) as string;
  } catch {
    return string;
  }
}
