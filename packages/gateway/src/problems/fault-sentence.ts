import type { FieldFault } from '@holdfast/engine';

import { shorten } from '../shorten.ts';

/** The most characters repeated of a value, which can be as long as a body. */
const longestValue = 100;

/**
 * A fault in one sentence, with the field as JavaScript writes it and the value as JSON:
 * `intervals[3].capacityGb is 5: must be a multiple of 4`.
 */
export function describeFault({ field, rule, value, ...fault }: FieldFault): string {
  const name = field.startsWith('/') ? nameMember(field) : nameParameter(field);
  // JavaScript's message about malformed JSON quotes it, line breaks included.
  const message = fault.message.replaceAll(/\p{Cc}+/gu, ' ');
  if (value !== undefined) return `${name} is ${shorten(toJson(value), longestValue)}: ${message}`;
  return rule === 'required' ? `${name} is missing: ${message}` : `${name} ${message}`;
}

/** A number too large for a double is Infinity by now, which JSON would write as null. */
function toJson(value: unknown): string {
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}

/** @param pointer - A JSON pointer: `/intervals/3/capacityGb`. */
function nameMember(pointer: string): string {
  const members = pointer.slice(1).split('/');
  return members
    .map((member) => step(member.replaceAll('~1', '/').replaceAll('~0', '~')))
    .join('')
    .replace(/^\./u, '');
}

/** The part of the request is our word, what follows may be anything: `query.limit`. */
function nameParameter(field: string): string {
  const dot = field.indexOf('.');
  return dot === -1 ? field : field.slice(0, dot) + step(field.slice(dot + 1));
}

/** Quotes names that aren't plain words, so that the sentence stays one line. */
function step(name: string): string {
  if (/^\d+$/u.test(name)) return `[${name}]`;
  return /^[\w$-]+$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
