import { Name } from '../model/name.ts';
import type { Names } from './names.ts';

/** Where an answer isn't what the model says, a line each. What the model says nothing about can be anything. */
export function match(expected: unknown, observed: unknown, names: Names, path = ''): readonly string[] {
  const differs = () => [`${path || 'It'} is ${show(observed, names)}, but should be ${show(expected, names)}.`];
  if (expected instanceof Name) {
    return typeof observed === 'string' && names.isIdOf(expected.text, observed) ? [] : differs();
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(observed) || observed.length !== expected.length) return differs();
    return expected.flatMap((item, index) => match(item, observed[index], names, `${path}/${index}`));
  }
  if (typeof expected === 'object' && expected !== null) {
    if (typeof observed !== 'object' || observed === null) return differs();
    const members = observed as Readonly<Record<string, unknown>>;
    return Object.entries(expected).flatMap(([key, value]) => match(value, members[key], names, `${path}/${key}`));
  }
  const wanted = typeof expected === 'bigint' ? Number(expected) : expected;
  return Object.is(wanted, observed) ? [] : differs();
}

/** Ids are shown as names where they have one. */
function show(value: unknown, names: Names): string {
  const text = JSON.stringify(value, (_, member: unknown) => {
    if (member instanceof Name) return `<${member.text}>`;
    if (typeof member === 'bigint') return Number(member);
    const name = typeof member === 'string' ? names.nameOf(member) : undefined;
    return name === undefined ? member : `<${name}>`;
  });
  return text ?? 'missing';
}
