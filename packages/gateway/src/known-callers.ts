import type { Caller } from '@holdfast/engine';

import type { GatewayAccess } from './entrance.ts';
import { unauthorized } from './problems/standard-problems.ts';

/** Access for callers without limits whom somebody knows by their keys, without a store: for tests and mocks. */
export function admitKnown(findCaller: (apiKey: string) => Caller | undefined): GatewayAccess {
  return {
    cannotBeKey: () => false,
    authenticate: findCaller,
    authenticateJwt: () => Promise.resolve(unauthorized),
    limits: { admit: () => ({ refusal: undefined, windows: [] }) },
  };
}
