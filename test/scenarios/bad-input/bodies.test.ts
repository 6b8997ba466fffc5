import { describe, expect, test } from 'vitest';

import { findBodyFaults } from './body-faults.ts';
import type { BodyFault } from './body-faults.ts';
import { bodySchemaOf } from './contract-schema.ts';
import { describeAttack } from './describe-attack.ts';
import type { Attacked } from './describe-attack.ts';
import { expectFault, expectProblem } from './expect-refusal.ts';
import type { Family } from './family.ts';
import { unreadableBodies, wrongMediaTypes } from './unreadable-bodies.ts';

/** The most that a body may have, in bytes. */
const largestBody = 1_048_576;

describeAttack('a wrong body', (attacked) => {
  const { operation, family, isOtherAddress } = attacked;
  const schema = bodySchemaOf(operation, family.choices[operation.operationId]);
  if (schema === undefined || isOtherAddress) return;
  describe('that breaks its schema', () =>
    testFaults(
      attacked,
      findBodyFaults(schema).filter((fault) => isForbidden(fault, family)),
    ));
  testFurtherFaults(attacked);
  describe('that can not be read', () => testUnreadable(attacked));
});

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
  const faults = family.furtherFaults.filter(({ operationId }) => operationId === operation.operationId);
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
