import { operations } from '@holdfast/contract';
import { expect, test } from 'vitest';

import { sourceFiles } from './source-files.ts';

/** Two addresses of one list: the SDK calls the other one. */
const otherAddresses: readonly string[] = ['listReservations'];

test('the SDK calls every operation', () => {
  const text = sourceFiles('packages/sdk/src/**/*.ts')
    .map((file) => file.text)
    .join('\n');
  const isCalled = (operationId: string) => {
    // One method has both ids of a customer, and puts the operationId together.
    const called = operationId.replace(/ByExternalId$/u, '');
    return otherAddresses.includes(operationId) || new RegExp(`'${called}'`, 'u').test(text);
  };
  expect(Object.keys(operations).filter((operationId) => !isCalled(operationId))).toEqual([]);
});
