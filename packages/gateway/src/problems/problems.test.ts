import { operations } from '@holdfast/contract';
import type { OperationDescription } from '@holdfast/contract';
import { expect, test } from 'vitest';

import { statusOf } from './problems.ts';

test.each(Object.values(operations) as readonly OperationDescription[])(
  'the problems of $operationId have the statuses that the contract promises',
  ({ problems, statuses }) => {
    const failures = statuses.filter((status) => status >= 400);
    expect([...new Set(problems.map((code) => statusOf[code]))]).toEqual(failures);
  },
);
