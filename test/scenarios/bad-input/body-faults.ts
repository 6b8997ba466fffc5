import { badTimes } from './bad-times.ts';
import type { Schema } from './contract-schema.ts';

/** One thing wrong with a value, found in its schema. */
export interface BodyFault {
  readonly reason: string;
  /** JSON pointer from the value to what is wrong with it. */
  readonly at: string;
  /** The rules any of which says so. */
  readonly rules: readonly string[];
  /** The text of the valid value with the fault in it: JavaScript could not hold all of them. */
  toJson(valid: unknown): string;
}

/** Everything that can be wrong with a value and everything within it. */
export function findBodyFaults(schema: Schema): readonly BodyFault[] {
  return [...findTypeFaults(schema), ...findOwnFaults(schema)];
}

const samples: readonly [type: string, reason: string, json: string][] = [
  ['string', 'is text', '"60"'],
  ['integer', 'is a number', '1'],
  ['boolean', 'is true', 'true'],
  ['null', 'is null', 'null'],
  ['array', 'is a list', '["a"]'],
  ['object', 'is an operator', '{"$ne": null}'],
  ['object', 'is an object that looks like a list', '{"0": "a", "length": 1}'],
];

function findTypeFaults({ type, ...schema }: Schema): readonly BodyFault[] {
  const rules = schema.const === undefined ? ['type'] : ['type', 'enum'];
  return samples.filter((sample) => !type.includes(sample[0])).map(([, reason, json]) => fault(reason, rules, json));
}

function findOwnFaults(schema: Schema): readonly BodyFault[] {
  const type = typeof schema.type === 'string' ? schema.type : schema.type.find((each) => each !== 'null');
  switch (type) {
    case 'string':
      return findTextFaults(schema);
    case 'integer':
      return findIntegerFaults(schema);
    case 'boolean':
      return [];
    case 'array':
      return findArrayFaults(schema);
    case 'object':
      return findObjectFaults(schema);
    default:
      throw new Error(`Nobody has said yet how to attack the type ${JSON.stringify(schema.type)}.`);
  }
}

function findTextFaults(schema: Schema): readonly BodyFault[] {
  if (schema.enum !== undefined || schema.const !== undefined)
    return [fault('is empty', ['enum'], '""'), fault('is none of the choices', ['enum'], '"$ne"')];
  if (schema.format === 'date-time') return findTimeFaults();
  const { maxLength = missing('maxLength') } = schema;
  const tooLong = Math.max(300, maxLength + 1);
  const formRules = schema.format === undefined ? [] : ['format'];
  return [
    ...(schema.minLength === undefined ? [] : [fault('is empty', ['minLength', ...formRules], '""')]),
    fault(`has ${maxLength + 1} characters`, ['maxLength'], JSON.stringify('n'.repeat(maxLength + 1))),
    fault(`has ${tooLong} characters beyond the BMP`, ['maxLength'], JSON.stringify('😀'.repeat(tooLong))),
    ...unwritable.map(([reason, json]) => fault(reason, ['pattern', ...formRules], json)),
    ...halfPairs.map(([reason, json]) => fault(reason, ['pattern', 'unicode', ...formRules], json)),
  ];
}

function findTimeFaults(): readonly BodyFault[] {
  return badTimes.map(([reason, text]) => fault(reason, ['format', 'pattern'], JSON.stringify(text)));
}

/** What is no text that people could read, and that stores treat differently. */
const unwritable: readonly [reason: string, json: string][] = [
  ['holds a NUL', '"a\\u0000b"'],
  ['holds a line break', '"a\\nb"'],
  ['ends with a line break', '"a\\n"'],
  ['holds an escape character', '"\\u001b[2J"'],
  ['holds a DEL', '"a\\u007fb"'],
];

/** What is no Unicode, and so no text of any kind. */
const halfPairs: readonly [reason: string, json: string][] = [
  ['holds half a surrogate pair', '"a\\ud800b"'],
  ['is the other half', '"\\udc00"'],
  ['holds a surrogate pair the wrong way round', '"\\udc00\\ud800"'],
];

function findIntegerFaults({
  minimum = missing('minimum'),
  maximum = missing('maximum'),
  multipleOf,
}: Schema): readonly BodyFault[] {
  const someInteger = multipleOf ?? Math.max(minimum, 1);
  return [
    fault('is below the least', ['minimum'], String(minimum - 1)),
    fault('is above the most', ['maximum'], String(maximum + 1)),
    ...(minimum > 0 ? [fault('is negative', ['minimum'], '-1'), fault('is negative zero', ['minimum'], '-0')] : []),
    ...(multipleOf === undefined
      ? []
      : [fault(`is no multiple of ${multipleOf}`, ['multipleOf'], String(minimum + multipleOf + 1))]),
    ...['0.5', '1.5', '1.0000000001'].map((json) => fault(`is the fraction ${json}`, ['type'], json)),
    ...['9007199254740992', '9007199254740993', '1e300'].map((json) => fault(`is ${json}`, ['maximum'], json)),
    ...['1e400', '-1e400'].map((json) => fault(`is ${json}`, ['type'], json)),
    fault('is rounded to an integer', ['exact'], `${someInteger}.00000000000000000001`),
    fault('has so many digits that it is rounded', ['exact'], `${someInteger}000000000000000000001e-21`),
  ];
}

function findArrayFaults(schema: Schema): readonly BodyFault[] {
  const { items = missing('items'), minItems = 0, maxItems = missing('maxItems'), uniqueItems } = schema;
  const first = (valid: unknown) => JSON.stringify((valid as readonly unknown[])[0]);
  const repeated = (valid: unknown, times: number) => `[${Array(times).fill(first(valid)).join()}]`;
  return [
    ...(minItems > 0 ? [fault('is empty', ['minItems'], '[]')] : []),
    ...(uniqueItems
      ? [
          {
            reason: 'names something twice',
            at: '',
            rules: ['uniqueItems'],
            toJson: (valid: unknown) => repeated(valid, 2),
          },
        ]
      : []),
    {
      reason: `has ${maxItems + 1} items`,
      at: '',
      rules: ['maxItems'],
      toJson: (valid) => repeated(valid, maxItems + 1),
    },
    ...findBodyFaults(items).map((inner): BodyFault => ({
      ...inner,
      at: `/1${inner.at}`,
      toJson: (valid) => `[${first(valid)},${inner.toJson((valid as readonly unknown[])[1])}]`,
    })),
  ];
}

function findObjectFaults(schema: Schema): readonly BodyFault[] {
  const { properties = {}, additionalProperties, required = [], minProperties = 0 } = schema;
  const ofMembers = Object.entries(properties).flatMap(([name, member]) => findMemberFaults(name, member));
  const names = additionalProperties === false ? findUnknownMembers() : findMemberNameFaults(schema);
  const empty = minProperties > 0 ? [fault('is empty', ['minProperties'], '{}')] : [];
  return [...ofMembers, ...names, ...empty, ...required.map(withoutMember)];
}

function findMemberFaults(name: string, schema: Schema): readonly BodyFault[] {
  const inMember = findBodyFaults(schema).map((inner) => ({
    ...inner,
    at: `${pointerTo(name)}${inner.at}`,
    toJson: (valid: unknown) => withMember(valid, name, inner.toJson(memberOf(valid, name))),
  }));
  return [...inMember, memberTwice(name)];
}

/** Twice with the value that it may have: which of the two counts, every parser of JSON decides for itself. */
function memberTwice(name: string): BodyFault {
  const firstEscaped = name.replace(/^./su, (first) => `\\u${first.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return {
    reason: 'is given twice, written in two ways',
    at: pointerTo(name),
    // A member that the valid request can't have stands for nothing here.
    rules: ['uniqueNames', 'type'],
    toJson(valid) {
      const json = JSON.stringify(memberOf(valid, name) ?? null);
      return withMember(valid, name, `${json},"${firstEscaped}":${json}`);
    },
  };
}

/** Names that other programs read something into. */
const dangerousNames = [
  '__proto__',
  'constructor',
  'prototype',
  '$where',
  '$ne',
  'a.b',
  '.',
  '',
  'a\nb',
  'a\u0000',
  '\ud800',
  'n'.repeat(300),
];

function findUnknownMembers(): readonly BodyFault[] {
  return ['unknown', 'hasOwnProperty', ...dangerousNames].map((name) => ({
    reason: `is unknown`,
    at: pointerTo(name),
    rules: ['additionalProperties'],
    toJson: (valid) => withMember(valid, name, '{"a": 1}'),
  }));
}

/** An object whose members may have any name but these. */
function findMemberNameFaults({
  additionalProperties,
  maxProperties,
  propertyNames = missing('propertyNames'),
}: Schema): readonly BodyFault[] {
  const { pattern = missing('pattern'), minLength = 0, maxLength = Number.POSITIVE_INFINITY } = propertyNames;
  const isWrong = (name: string) =>
    name.length < minLength || name.length > maxLength || !new RegExp(pattern, 'u').test(name);
  const schema = typeof additionalProperties === 'object' ? additionalProperties : undefined;
  const tooMany = Array.from({ length: (maxProperties ?? 0) + 1 }, (_, index) => `"l${index}":"x"`);
  return [
    ...dangerousNames.filter(isWrong).map((name): BodyFault => ({
      reason: 'has a name that is not allowed',
      at: pointerTo(name),
      rules: ['pattern', 'minLength', 'maxLength'],
      toJson: (valid) => withMember(valid, name, '"x"'),
    })),
    ...(maxProperties === undefined
      ? []
      : [fault(`has ${maxProperties + 1} members`, ['maxProperties'], `{${tooMany.join()}}`)]),
    ...(schema === undefined ? [] : findMemberFaults('any', schema)),
  ];
}

function withoutMember(name: string): BodyFault {
  return {
    reason: 'is missing',
    at: pointerTo(name),
    rules: ['required'],
    toJson: (valid) => toText(Object.entries(valid as object).filter(([other]) => other !== name)),
  };
}

function withMember(valid: unknown, name: string, json: string): string {
  const others = Object.entries(valid as object).filter(([other]) => other !== name);
  return toText(others, `${JSON.stringify(name)}:${json}`);
}

function toText(members: readonly [string, unknown][], ...more: readonly string[]): string {
  const texts = members.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  return `{${[...texts, ...more].join()}}`;
}

function memberOf(valid: unknown, name: string): unknown {
  return Object.entries(valid as object).find(([other]) => other === name)?.[1];
}

function pointerTo(name: string): string {
  return `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function fault(reason: string, rules: readonly string[], json: string): BodyFault {
  return { reason, at: '', rules, toJson: () => json };
}

function missing(keyword: string): never {
  throw new Error(`A schema of a request has no ${keyword}.`);
}
