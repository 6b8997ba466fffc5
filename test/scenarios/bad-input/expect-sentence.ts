import { expect } from 'vitest';

import type { WireAnswer } from '../../targets/describe-targets.ts';

/** How a sentence says each rule. */
const phrases: Readonly<Record<string, RegExp>> = {
  additionalProperties: / is not a (?:member that the contract knows|parameter of this operation)$/u,
  cursor: /: must be the nextCursor of an earlier page of this very list$/u,
  duration: /: must be 15 minutes after startsAt, which is \S+$/u,
  exact:
    / must be a number that JavaScript keeps exactly: \S+ (?:would come back as \S+|is beyond the range of a double)$/u,
  encoding: / must be UTF-8$/u,
  format: /: must be a time in UTC \(RFC 3339 with Z or \+00:00\)$/u,
  grid: /: must be on the 15-minute grid: :00, :15, :30 or :45 in UTC, without seconds$/u,
  json: / must be JSON: ./u,
  leadTime: /: must be at least 30 minutes from now$/u,
  maxAge: /: must not be more than 24 hours ago$/u,
  maxDepth: / must not nest deeper than 64 arrays and objects$/u,
  maxItems: /: must NOT have more than \d+ items$/u,
  maxLength: /: must NOT have more than \d+ characters$/u,
  maximum: /: must (?:be <= \d+|not be more than a minute in the future)$/u,
  minItems: /: must NOT have fewer than \d+ items$/u,
  minLength: /: must NOT have fewer than \d+ characters$/u,
  minimum: /: must be >= \d+$/u,
  multipleOf: /: must be a multiple of \d+$/u,
  pattern: /: must (?:match pattern ".+"|be a time in UTC \(RFC 3339 with Z or \+00:00\))$/u,
  percentEncoding: / must be UTF-8 in percent-encoding$/u,
  required: / is missing: must be given$/u,
  type: /: must be (?:array|boolean|integer|object|string)(?:,null)?$/u,
  unicode: / must be well-formed Unicode, without half a surrogate pair$/u,
  uniqueItems: / must (?:be given once|not be in the request twice: intervals\[\d+\] is the same interval)$/u,
  uniqueNames: / must be given once$/u,
};

/** What is wrong with a member that breaks one of these isn't its value, or can't be told by it. */
const rulesWithoutValue = ['additionalProperties', 'exact', 'required', 'uniqueNames'];

/**
 * Expects one sentence in plain text that names the field, its value and one of these rules.
 *
 * @param body - The text of the body that was sent, if the field is in it.
 */
export function expectSentence({ text }: WireAnswer, field: string, rules: readonly string[], body?: string): void {
  expect(text).toMatch(/^.{1,1000}$/u);
  const isWithValue =
    body !== undefined && field.startsWith('/') && !rules.some((rule) => rulesWithoutValue.includes(rule));
  const name = field.startsWith('/') ? nameMember(field) : nameParameter(field);
  expect(text.slice(0, 1_000)).toSatisfy((sentence: string) =>
    sentence.startsWith(isWithValue ? `${name} is ${beginningOf(valueAt(body, field))}` : `${name} `),
  );
  expect(
    rules.some((rule) => phrases[rule]?.test(text)),
    `${text} says none of ${rules.join(', ')}`,
  ).toBe(true);
}

function nameMember(pointer: string): string {
  return namesIn(pointer).map(inSentence).join('').replace(/^\./u, '');
}

function nameParameter(field: string): string {
  const [, part = '', name] = /^([a-z]+)(?:\.(.*))?$/su.exec(field) ?? [];
  return name === undefined ? part : `${part}${inSentence(name)}`;
}

function inSentence(name: string): string {
  if (/^\d+$/u.test(name)) return `[${name}]`;
  return /^[\w$-]+$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

function valueAt(body: string, pointer: string): unknown {
  return namesIn(pointer).reduce<unknown>(
    (node, name) => (node as Readonly<Record<string, unknown>>)[name],
    JSON.parse(body),
  );
}

/** As JSON, but for what JSON has no word for; only so much that nothing has been left out of it. */
function beginningOf(value: unknown): string {
  return (typeof value === 'number' ? String(value) : JSON.stringify(value)).slice(0, 99);
}

function namesIn(pointer: string): readonly string[] {
  const names = pointer.split('/').slice(1);
  return names.map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
}
