import formats from 'ajv-formats';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Options } from 'ajv/dist/2020.js';

import { boundedArrays } from './bounded-arrays.ts';
import { boundFaults } from './bounded-faults.ts';
import { choicesByConstant } from './choices-by-constant.ts';
import type { JsonSchema } from './contract-document.ts';

/** Ajv as the validators of requests and of answers are compiled by it; it knows the schemas that theirs refer to. */
export function createAjv(
  schemas: Readonly<Record<string, JsonSchema>>,
  options: Pick<Options, 'code' | 'validateSchema'>,
): Ajv2020 {
  // Mocks are for browsers too: what several schemas refer to is compiled once.
  const ajv = new Ajv2020({ allErrors: true, strict: true, inlineRefs: false, ...options });
  // Without these two, which no schema needs and strict ajv would refuse, nothing has to keep count of what is evaluated.
  for (const keyword of ['unevaluatedItems', 'unevaluatedProperties']) ajv.removeKeyword(keyword);
  ajv.opts.unevaluated = false;
  formats.default(ajv, { mode: 'full' });
  for (const keyword of boundedArrays) ajv.removeKeyword(keyword.keyword as string).addKeyword(keyword);
  boundFaults(ajv);
  ajv.addKeyword(choicesByConstant);
  // For people, and for generators of types: `oneOf` says all that there is to check.
  ajv.addKeyword('discriminator');
  for (const [name, schema] of Object.entries(schemas)) ajv.addSchema(pointToSchemas(schema), `/schemas/${name}`);
  return ajv;
}

/** Lets references of the document point to the schemas as ajv knows them; leaves out what is for people. */
export function pointToSchemas(schema: JsonSchema): JsonSchema {
  const text = JSON.stringify(schema, (name, value: unknown) =>
    (name === 'examples' && Array.isArray(value)) || (name === 'description' && typeof value === 'string')
      ? undefined
      : value,
  );
  return JSON.parse(text.replaceAll('"#/components/schemas/', '"/schemas/')) as JsonSchema;
}
