import type { OperationDescription, OperationId } from '@holdfast/contract';

import { operations } from '../generated/operations.gen.ts';

/** How an operation is sent. */
export type Route = Pick<OperationDescription, 'method' | 'path' | 'limit' | 'write'>;

export function routeOf(operationId: OperationId): Route {
  const [kind, method, path] = operations[operationId].split(' ') as [string, Route['method'], string];
  const isUnlimited = kind === 'unlimited';
  return {
    method,
    path,
    limit: isUnlimited ? 'none' : (kind as Route['limit']),
    write: isUnlimited || kind === 'operation',
  };
}
