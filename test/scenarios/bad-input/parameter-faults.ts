import { badTimes } from './bad-times.ts';
import type { Parameter, Schema } from './contract-schema.ts';

/** A text that a parameter must not have. */
export interface ParameterFault {
  readonly reason: string;
  /** In percent-encoding. */
  readonly encoded: string;
  readonly rules: readonly string[];
}

/** What a path or a query must not hold in the place of this parameter. */
export function findParameterFaults({ in: place, schema }: Parameter): readonly ParameterFault[] {
  const own = findOwnFaults(schema);
  const empty = { reason: 'is empty', encoded: '', rules: [...formRules, 'type', 'minLength'] };
  // In a path, nothing makes it another path.
  return [...(place === 'query' ? [empty] : []), ...own, ...undecodable];
}

/** Where text has a form of its own, this may be what says that it is not text at all. */
const formRules = ['pattern', 'enum', 'format'];

const undecodable: readonly ParameterFault[] = [
  ['is no percent-encoding', '%'],
  ['is half of one', '%4'],
  ['is no hexadecimal number', '%zz'],
  ['is no UTF-8', '%ff'],
  ['is an overlong form', '%c0%af'],
  ['is an overlong NUL', '%c0%80'],
  ['is half a surrogate pair in UTF-8', '%ed%a0%80'],
  ['is beyond Unicode', '%f4%90%80%80'],
].map(([reason = '', encoded = '']) => ({ reason, encoded, rules: ['percentEncoding'] }));

function findOwnFaults(schema: Schema): readonly ParameterFault[] {
  if (schema.type === 'integer') return findNumberFaults(schema);
  if (schema.type === 'boolean')
    return notBoolean.map((encoded) => ({ reason: `is ${encoded}`, encoded, rules: ['type'] }));
  return findTextFaults(schema);
}

const notBoolean = ['1', '0', 'yes', 'TRUE', 'True', '%22true%22', 'true%20', 'null', '[]'];

function findTextFaults({ maxLength, enum: choices, format }: Schema): readonly ParameterFault[] {
  const controls = ['%00', 'a%00b', 'a%0a', '%1b', '%7f'];
  const tooLong = (maxLength ?? 256) + 1;
  const times = format === 'date-time' ? badTimes.filter(([, text]) => text !== '') : [];
  return [
    ...times.map(([reason, text]) => ({ reason, encoded: encodeURIComponent(text), rules: formRules })),
    ...controls.map((encoded) => ({ reason: `is ${encoded}`, encoded, rules: formRules })),
    {
      reason: `has ${tooLong} characters`,
      encoded: 'n'.repeat(tooLong),
      rules: ['maxLength', ...(maxLength === undefined ? formRules : [])],
    },
    ...(choices === undefined
      ? []
      : [{ reason: 'is in other letters', encoded: swapCase(choices[0] ?? ''), rules: ['enum'] }]),
  ];
}

function swapCase(text: string): string {
  return text === text.toLowerCase() ? text.toUpperCase() : text.toLowerCase();
}

function findNumberFaults({ minimum, maximum, multipleOf }: Schema): readonly ParameterFault[] {
  const outside = [
    [Number(minimum) - 1, 'minimum'],
    [-1, 'minimum'],
    [Number(maximum) + 1, 'maximum'],
    ['9007199254740992', 'maximum'],
    ['9007199254740993', 'maximum'],
    ['9'.repeat(400), 'type'],
    ...(multipleOf === undefined ? [] : ([[Number(minimum) + multipleOf + 1, 'multipleOf']] as const)),
  ] as const;
  const noIntegers = [
    '1.5',
    '1.0',
    '1e2',
    '1e400',
    '0x10',
    '+1',
    '%2B1',
    ' 1',
    '1%20',
    '1,2',
    'ten',
    'NaN',
    'Infinity',
    'null',
    '%D9%A1',
  ];
  return [
    ...outside.map(([number, rule]) => ({
      reason: `is ${String(number).slice(0, 20)}`,
      encoded: String(number),
      rules: [rule],
    })),
    ...noIntegers.map((encoded) => ({ reason: `is ${encoded}`, encoded, rules: ['type'] })),
  ];
}

/** Names in a path that other servers take for another path, or for more than a name. */
export const harmlessNames: readonly string[] = [
  'a%2Fb',
  '%2F',
  '%2f%2f',
  '..%2F..%2Fdefinitions',
  '..%5C..%5Cetc',
  'a%2F..%2Fb',
  '...',
  '%252e%252e%252f',
  'a;b=c',
  '__proto__',
  '$where',
  'a.b',
  '%7B%22$ne%22:null%7D',
];

/** Names that no query parameter has, with the field that an answer names for each. */
export const unknownParameters: readonly [query: string, field: string, rule: string][] = [
  ['colour=red', 'query.colour', 'additionalProperties'],
  ['colour', 'query.colour', 'additionalProperties'],
  ['=1', 'query.', 'additionalProperties'],
  ['__proto__=1', 'query.__proto__', 'additionalProperties'],
  ['__proto__[limit]=1', 'query.__proto__[limit]', 'additionalProperties'],
  ['constructor=1', 'query.constructor', 'additionalProperties'],
  ['constructor.prototype.a=1', 'query.constructor.prototype.a', 'additionalProperties'],
  ['toString=1', 'query.toString', 'additionalProperties'],
  ['$where=1', 'query.$where', 'additionalProperties'],
  ['%24ne=1', 'query.$ne', 'additionalProperties'],
  ['a%00b=1', 'query.a\u0000b', 'additionalProperties'],
  ['%zz=1', 'query.%zz', 'percentEncoding'],
  ['%ff', 'query.%ff', 'percentEncoding'],
];

/** What other servers read as an operator, a list or another parameter. */
export function variantsOf(name: string): readonly string[] {
  return [`${name}[$ne]`, `${name}[]`, `${name}[0]`, `${name}.a`, `${name.toUpperCase()}`, ` ${name}`, `${name}%00`];
}

/** Idempotency keys of a wrong form. */
export const badIdempotencyKeys: readonly [reason: string, key: string, rule: string][] = [
  ['is empty', '', 'minLength'],
  ['has 256 characters', 'k'.repeat(256), 'maxLength'],
  ['has 8,000 characters', 'k'.repeat(8_000), 'maxLength'],
  ['is not ASCII', 'clé', 'pattern'],
  ['holds a tab', 'a\tb', 'pattern'],
];
