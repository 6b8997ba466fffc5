import type { FieldFault } from '@holdfast/engine';

import { shorten } from '../shorten.ts';

/** The most that is repeated of a value, in characters: it can be as long as a body. */
const longestValue = 100;

/**
 * A fault in one sentence, with the field as JavaScript writes it and the value as JSON:
 * `intervals[3].capacityGb is 5: must be a multiple of 4`.
 */
export function describeFault({ field, rule, value, ...fault }: FieldFault): string {
  const name = field.startsWith('/') ? nameMember(field) : nameParameter(field);
  // What JavaScript says of malformed JSON repeats a part of it, line breaks included.
  const message = fault.message.replaceAll(/\p{Cc}+/gu, ' ');
  if (value !== undefined) return `${name} is ${shorten(toJson(value), longestValue)}: ${message}`;
  return rule === 'required' ? `${name} is missing: ${message}` : `${name} ${message}`;
}

/** A number that is too large for any of JavaScript's has become Infinity, for which JSON would say null. */
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

/** The part of the request is ours, and what follows it may be anything: `query.limit`. */
function nameParameter(field: string): string {
  const dot = field.indexOf('.');
  return dot === -1 ? field : field.slice(0, dot) + step(field.slice(dot + 1));
}

/** Names that aren't plain words are quoted, so that a sentence stays one, in one line. */
function step(name: string): string {
  if (/^\d+$/u.test(name)) return `[${name}]`;
  return /^[\w$-]+$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
