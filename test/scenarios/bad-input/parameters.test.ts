import { describe, expect, test } from 'vitest';

import { addToQuery, replaceInQuery } from './addresses.ts';
import { parametersOf } from './contract-schema.ts';
import type { Parameter } from './contract-schema.ts';
import { describeAttack } from './describe-attack.ts';
import type { Attacked } from './describe-attack.ts';
import { expectFault } from './expect-refusal.ts';
import {
  badIdempotencyKeys,
  findParameterFaults,
  harmlessNames,
  unknownParameters,
  variantsOf,
} from './parameter-faults.ts';

const attackParameters = (attacked: Attacked) => {
  const { operation, isOtherAddress } = attacked;
  for (const parameter of parametersOf(operation)) {
    if (parameter.in === 'path')
      describe(`in the path: ${parameter.name}`, () => testPathParameter(attacked, parameter));
    if (parameter.in === 'query' && !isOtherAddress)
      describe(`in the query: ${parameter.name}`, () => testQueryParameter(attacked, parameter));
  }
  if (isOtherAddress) return;
  describe('in the query, and unknown', () => testUnknownParameters(attacked));
  if (operation.write) describe('in the header: Idempotency-Key', () => testIdempotencyKeys(attacked));
};

describeAttack('a wrong parameter', attackParameters, { isGatewayAlone: true });

const attackNames = (attacked: Attacked) => {
  for (const parameter of parametersOf(attacked.operation)) {
    if (parameter.in === 'path') describe(parameter.name, () => testHarmlessNames(attacked, parameter));
  }
};

// Stores are asked for these. A PUT makes what its path names.
describeAttack('an odd name in a path', attackNames, {
  concerns: (operation) =>
    operation.method !== 'PUT' &&
    parametersOf(operation).some((parameter) => parameter.in === 'path' && harmlessNames.some(isAllowedBy(parameter))),
});

function testPathParameter({ operation, valid, send }: Attacked, parameter: Parameter): void {
  const position = operation.path.split('/').indexOf(`{${parameter.name}}`);
  const pathTo = (encoded: string) => valid().path.split('/').with(position, encoded).join('/');

  test.each(findParameterFaults(parameter))('is refused: it $reason', async ({ encoded, rules }) => {
    expectFault(await send({ path: pathTo(encoded) }), `path.${parameter.name}`, rules);
  });

  const isAllowed = isAllowedBy(parameter);
  test.each(harmlessNames.filter((encoded) => !isAllowed(encoded)))('is refused: it is %s', async (encoded) => {
    expectFault(await send({ path: pathTo(encoded) }), `path.${parameter.name}`, ['pattern']);
  });
}

function testHarmlessNames({ operation, valid, send }: Attacked, parameter: Parameter): void {
  const position = operation.path.split('/').indexOf(`{${parameter.name}}`);
  const pathTo = (encoded: string) => valid().path.split('/').with(position, encoded).join('/');

  test.each(harmlessNames.filter(isAllowedBy(parameter)))('is a name as any other: %s', async (encoded) => {
    const plain = 'nothing-of-the-kind';
    const expected = await send({ path: pathTo(plain), headers: noKey });
    const answer = await send({ path: pathTo(encoded), headers: noKey });
    const withoutId = (text: string) => text.replace(/"requestId":"[^"]*",?/u, '');
    const name = JSON.stringify(decodeURIComponent(encoded)).slice(1, -1);
    expect(answer.status).toBe(expected.status);
    expect(withoutId(answer.text)).toBe(withoutId(expected.text).replaceAll(plain, () => name));
  });
}

function isAllowedBy({ schema }: Parameter): (encoded: string) => boolean {
  return (encoded) => new RegExp(schema.pattern ?? '', 'u').test(decodeURIComponent(encoded));
}

/** Without the one key that everything else comes with, and that would answer the same again. */
const noKey = { 'Idempotency-Key': null };

function testQueryParameter({ send, valid }: Attacked, parameter: Parameter): void {
  const { name } = parameter;
  const encodedName = name.replace(/^./u, (letter) => `%${letter.charCodeAt(0).toString(16)}`);
  const ask = (query: string) => send({ path: replaceInQuery(valid().path, name, query) });
  const askBeside = (query: string) => send({ path: addToQuery(valid().path, query) });

  test.each(findParameterFaults(parameter))('is refused: it $reason', async ({ encoded, rules }) => {
    expectFault(await ask(`${name}=${encoded}`), `query.${name}`, rules);
  });

  if (parameter.required) {
    test('is refused: it is missing', async () => {
      expectFault(await ask(''), `query.${name}`, ['required']);
    });
  }

  test('is refused: it is given twice', async () => {
    expectFault(await ask(`${name}=1&${name}=2`), `query.${name}`, ['uniqueItems']);
    expectFault(await ask(`${name}=1&${encodedName}=1`), `query.${name}`, ['uniqueItems']);
  });

  test.each(variantsOf(name))('is refused: it is called %j', async (variant) => {
    expectFault(await askBeside(`${variant.replaceAll(' ', '%20')}=1`), `query.${decodeURIComponent(variant)}`, [
      'additionalProperties',
    ]);
  });
}

function testUnknownParameters({ send, valid }: Attacked): void {
  test.each(unknownParameters)('is refused: %s', async (query, field, rule) => {
    expectFault(await send({ path: addToQuery(valid().path, query) }), field, [rule]);
  });
}

function testIdempotencyKeys({ send }: Attacked): void {
  test.each(badIdempotencyKeys)('is refused: it %s', async (_reason, key, rule) => {
    expectFault(await send({ headers: { 'Idempotency-Key': key } }), 'header.Idempotency-Key', [rule]);
  });
}
