import type { OperationDescription } from '@holdfast/contract';
import { beforeAll, describe, expect, test } from 'vitest';

import { familiesFor } from '../../families.ts';
import { describeTargets } from '../../targets/describe-targets.ts';
import type { Scenario, TargetChoice, WireAnswer, WireRequest } from '../../targets/describe-targets.ts';
import type { ValidRequest } from '../every-operation.ts';
import { operationsOf } from './family.ts';
import type { Family } from './family.ts';

const families = await familiesFor('badInput');

/** An operation under attack. */
export interface Attacked {
  readonly family: Family;
  readonly operation: OperationDescription;
  readonly scenario: Scenario;
  /** Whether it is only another address of an operation that is attacked too. */
  readonly isOtherAddress: boolean;
  /** The request that would be answered with success. Use it within a test. */
  valid(): ValidRequest;
  /** Sends the valid request with something else about it; every write with the same idempotency key. */
  send(change: Change): Promise<WireAnswer>;
}

type Change = WireRequest & Partial<Pick<ValidRequest, 'method' | 'path'>>;

interface AttackOptions extends TargetChoice {
  /** Which operations can be attacked like this. All unless told. */
  readonly concerns?: (operation: OperationDescription, family: Family) => boolean;
  /** What has to be there before the valid request of each operation is prepared. */
  readonly setUp?: (scenario: Scenario) => Promise<unknown>;
}

/**
 * Describes attacks on the operations of every family, on each target that could answer them otherwise. Each must be
 * refused in its own test. In the end nothing has changed, and the idempotency key that they all came with is as good
 * as new.
 */
export function describeAttack(title: string, attack: (attacked: Attacked) => void, options: AttackOptions = {}): void {
  const { concerns = () => true, setUp, ...choice } = options;
  for (const family of families) {
    const operations = operationsOf(family).filter((operation) => concerns(operation, family));
    if (operations.length === 0) continue;
    const body = (scenario: Scenario) => {
      for (const operation of operations) {
        describe(operation.operationId, () => {
          beforeAll(() => setUp?.(scenario));
          describeOperation({ family, operation, scenario }, attack);
        });
      }
    };
    describeTargets(`${title} of ${family.name}`, body, choice);
  }
}

type Subject = Pick<Attacked, 'family' | 'operation' | 'scenario'>;

function describeOperation(subject: Subject, attack: (attacked: Attacked) => void): void {
  const { family, operation, scenario } = subject;
  const headers = operation.write ? { 'Idempotency-Key': scenario.unique('attack') } : {};
  let prepared: { readonly request: ValidRequest; readonly before: unknown } | undefined;
  const valid = () => prepared?.request ?? expect.fail('The valid request is prepared before the first test.');
  beforeAll(async () => {
    const request = await prepare(subject);
    prepared = { request, before: await family.readEverything(scenario) };
  });

  attack({
    ...subject,
    isOtherAddress: family.otherAddresses.includes(operation.operationId),
    valid,
    send({ method, path, ...change }) {
      const request = valid();
      const headersOfChange = { ...headers, ...change.headers };
      return scenario.send(method ?? request.method, path ?? request.path, {
        body: request.body,
        ...change,
        headers: headersOfChange,
      });
    },
  });

  test('has changed nothing', async () => {
    expect(await family.readEverything(scenario)).toEqual(prepared?.before);
  });

  test('is still answered with success, and for the first time', async () => {
    const { method, path, body } = valid();
    const answer = await scenario.send(method, path, { body, headers });
    expect(answer.status).toBe(operation.statuses.find((status) => status < 300));
    expect(answer.headers.get('Idempotent-Replayed')).toBe(null);
    // Had the request changed nothing that is looked at, nor would it have been seen if an attack had changed it.
    if (operation.write) expect(await family.readEverything(scenario)).not.toEqual(prepared?.before);
  });
}

function prepare({ family, operation, scenario }: Subject): Promise<ValidRequest> {
  const build = family.validRequests[operation.operationId];
  if (build === undefined)
    throw new Error(`The family ${family.name} has no valid request of ${operation.operationId}.`);
  return build(scenario);
}
