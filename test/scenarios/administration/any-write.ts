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

type MakeRequest = () => Promise<ValidRequest>;

/**
 * What each write guarantees that answers the same again.
 *
 * @param makeRequest - Makes a request that has not been sent yet and would succeed, another one each time.
 */
export function describeRepeatable(scenario: Scenario, makeRequest: MakeRequest): void {
  describe('409', () => testIdempotencyKeyConflict(scenario, makeRequest, makeRequest));
  describe('again', () => testReplay(scenario, makeRequest));
}

/** What each write with a body guarantees. */
export function describeBody(scenario: Scenario, example: Omit<ValidRequest, 'body'>, makeRequest: MakeRequest): void {
  scenario.describeGateway('401', () => testUnauthorized(scenario, { ...example, body: {} }));
  scenario.describeGateway('413', () => testBodyTooLarge(scenario, makeRequest));
  scenario.describeGateway('415', () => testUnsupportedMediaType(scenario, makeRequest));
}
