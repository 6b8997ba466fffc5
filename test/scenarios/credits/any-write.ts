import { describe } from 'vitest';

import type { Scenario } from '../../targets/describe-targets.ts';
import {
  testBodyTooLarge,
  testIdempotencyKeyConflict,
  testReplay,
  testUnauthorized,
  testUnsupportedMediaType,
} from '../every-operation.ts';
import type { ValidRequest } from '../every-operation.ts';

/**
 * What each write with a body guarantees.
 *
 * @param example - The method, and a path of the operation, which need not lead to anything that there is.
 * @param makeRequest - Makes a request that has not been sent yet and would succeed, another one each time.
 * @param makeOther - One that differs, where it wouldn't by itself.
 */
export function describeAnyWrite(
  scenario: Scenario,
  example: ValidRequest,
  makeRequest: () => Promise<ValidRequest>,
  makeOther: () => Promise<ValidRequest> = makeRequest,
): void {
  scenario.describeGateway('401', () => testUnauthorized(scenario, { ...example, body: {} }));
  describe('409', () => testIdempotencyKeyConflict(scenario, makeRequest, makeOther));
  scenario.describeGateway('413', () => testBodyTooLarge(scenario, makeRequest));
  scenario.describeGateway('415', () => testUnsupportedMediaType(scenario, makeRequest));
  describe('again', () => testReplay(scenario, makeRequest));
}
