import { operations } from '@holdfast/contract';
import type { OperationDescription, OperationId } from '@holdfast/contract';

import type { HeavyRequest } from './heavy-request.ts';

/** The most that a body may have, in bytes. */
const largestBody = 1_048_576;

const fill = (unit: string, before = '', after = '') =>
  before + unit.repeat(Math.floor((largestBody - before.length - after.length) / unit.length)) + after;

const nested = (open: string, close: string) => {
  const one = open.repeat(60) + '1' + close.repeat(60);
  return `[${Array.from({ length: Math.floor((largestBody - 2) / (one.length + 1)) }, () => one).join(',')}]`;
};

/** Bodies of 1 MiB that don't get as far as an operation. */
const unreadable: Readonly<Record<string, string>> = {
  'no JSON': fill('x'),
  'white space': fill(' ', '{"a":1', '}'),
  'quotation marks': fill('\\"', '"', '"'),
  'a long number': fill('1'),
  'arrays in one another': fill('['),
  'a long name': fill('n', '{"', '":1}'),
};

/** Bodies of 1 MiB that say nothing that any operation takes. */
const wrong: Readonly<Record<string, string>> = {
  numbers: fill('1,', '[', '1]'),
  'empty objects': fill('{},', '[', '{}]'),
  'deep arrays': nested('[', ']'),
  'deep objects': nested('{"a":', '}'),
  'wrong members': `{${Array.from({ length: 90_000 }, (_, index) => `"m${index}":1`).join(',')}}`,
  'wrong items': `[${Array.from({ length: 60_000 }, () => '{"a":{"b":1}}').join(',')}]`,
};

const withBody = (Object.values(operations) as readonly OperationDescription[]).filter(
  ({ requestBody }) => requestBody,
);

const toRequests = (bodies: Readonly<Record<string, string>>, { operationId, pathParameters }: OperationDescription) =>
  Object.entries(bodies).map(([what, body]): HeavyRequest => ({
    operationId: operationId as OperationId,
    what,
    status: 400,
    of: () => ({ path: Object.fromEntries(pathParameters.map((name) => [name, 'none'])), body }),
  }));

/** Each of them, to each operation that takes a body; those that nobody can read, to one of them. */
export const worstBodies: readonly HeavyRequest[] = [
  ...withBody.slice(0, 1).flatMap((operation) => toRequests(unreadable, operation)),
  ...withBody.flatMap((operation) => toRequests(wrong, operation)),
];
