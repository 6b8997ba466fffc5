import type { OperationDescription } from '@holdfast/contract';
import { describe, expect, test } from 'vitest';

import { findBodyFaults } from './body-faults.ts';
import type { BodyFault } from './body-faults.ts';
import { bodySchemaOf } from './contract-schema.ts';
import { describeAttack } from './describe-attack.ts';
import type { Attacked } from './describe-attack.ts';
import { expectFault, expectProblem } from './expect-refusal.ts';
import type { Family, FurtherFault } from './family.ts';
import { unreadableBodies, wrongMediaTypes } from './unreadable-bodies.ts';

/** The most that a body may have, in bytes. */
const largestBody = 1_048_576;

const concerns = (operation: OperationDescription, family: Family) => schemaOf(operation, family) !== undefined;

const attackBody = (attacked: Attacked) => {
  const { operation, family } = attacked;
  const faults = findBodyFaults(schemaOf(operation, family)!).filter((fault) => isForbidden(fault, family));
  describe('that breaks its schema', () => testFaults(attacked, faults));
  describe('that can not be read', () => testUnreadable(attacked));
};

describeAttack('a wrong body', attackBody, { concerns, isGatewayAlone: true, hasSecondOpinion: true });

// What a rule finds wrong it may find by what is stored.
describeAttack('a body with a fault that no schema can name', testFurtherFaults, {
  concerns: (operation, family) => concerns(operation, family) && furtherFaultsOf(operation, family).length > 0,
});

/** Undefined for operations without a body, and for those that are only another address of one that is attacked. */
function schemaOf(operation: OperationDescription, { choices, otherAddresses }: Family) {
  if (otherAddresses.includes(operation.operationId)) return undefined;
  return bodySchemaOf(operation, choices[operation.operationId]);
}

function furtherFaultsOf({ operationId }: OperationDescription, { furtherFaults }: Family): readonly FurtherFault[] {
  return furtherFaults.filter((fault) => fault.operationId === operationId);
}

/** Whether the fault is one in this place. */
function isForbidden({ at, rules }: BodyFault, { opaqueMembers }: Family): boolean {
  const isOfForm = rules.includes('pattern') && !rules.includes('unicode');
  return !(isOfForm && opaqueMembers.some((member) => at.endsWith(`/${member}`)));
}

function testFaults({ valid, send }: Attacked, faults: readonly BodyFault[]): void {
  test.each(faults.map((fault) => [fault.at || 'the body', fault.reason, fault] as const))(
    'is refused: %j %s',
    async (_at, _reason, fault) => {
      const body = fault.toJson(valid().body);
      expectFault(await send({ body }), fault.at || 'body', fault.rules, body);
    },
  );
}

function testFurtherFaults({ family, operation, valid, send }: Attacked): void {
  const faults = furtherFaultsOf(operation, family);
  test.each(faults.map((fault) => [fault.field, fault.reason, fault] as const))(
    'is refused: %j %s',
    async (_field, _reason, fault) => {
      const body = fault.toJson(valid().body);
      expectFault(await send({ body }), fault.field, [fault.rule], body);
    },
  );
}

function testUnreadable({ valid, send }: Attacked): void {
  test.each(unreadableBodies)('is refused: %s', async (_reason, rule, toBody) => {
    const body = toBody(JSON.stringify(valid().body));
    expectFault(await send(typeof body === 'string' ? { body } : { bytes: body }), 'body', [rule]);
  });

  test.each(wrongMediaTypes)('is refused: the media type %j', async (mediaType) => {
    const bytes = new TextEncoder().encode(JSON.stringify(valid().body));
    const answer = await send({ bytes, headers: { 'Content-Type': mediaType } });
    expectProblem(answer, 415, 'unsupported_media_type', 'header.Content-Type must be application/json');
  });

  test('is refused, in short: 5,000 unknown members', async () => {
    const members = Array.from({ length: 5_000 }, (_, index) => `"$${index}":1`).join();
    const answer = await send({ body: JSON.stringify(valid().body).replace('{', () => `{${members},`) });
    expectProblem(answer, 400, 'invalid_request', '$0 ');
    expect(answer.text.length).toBeLessThan(10_000);
  });

  test('is refused: more than 1 MiB', async () => {
    const body = JSON.stringify(valid().body).padEnd(largestBody + 1, ' ');
    expectProblem(await send({ body }), 413, 'body_too_large', 'body');
  });
}
