import type { CodeKeywordDefinition } from 'ajv';
import { _ } from 'ajv';
import { getProperty } from 'ajv/dist/compile/codegen/index.js';

import { resolve } from './contract-document.ts';
import type { ContractDocument, JsonSchema, Reference } from './contract-document.ts';

type Schemas = Readonly<Record<string, JsonSchema>>;

/**
 * Of a `oneOf` that fails, ajv tells what is wrong by each of its choices. Where a constant member tells the choices of
 * an object apart, these schemas ask for one of the constants, and then for nothing but what goes with it.
 */
export function tellChoicesApart(document: ContractDocument): Schemas {
  const entries = Object.entries(document.components.schemas).map(([name, schema]) => {
    const { oneOf: choices, ...others } = schema;
    const constant = schema['type'] === 'object' ? findConstant(document, choices) : undefined;
    if (constant === undefined) return [name, schema] as const;
    const { member, values } = constant;
    const properties = { [member]: { type: 'string', enum: values } };
    return [name, { ...others, required: [member], properties, choicesByConstant: choices }] as const;
  });
  return Object.fromEntries(entries);
}

/** Goes on into the one choice whose constant the object has. That it has one is for `required` and `enum` to say. */
export const choicesByConstant: CodeKeywordDefinition = {
  keyword: 'choicesByConstant',
  type: 'object',
  schemaType: 'array',
  code(context) {
    const { gen, data, parentSchema } = context;
    const isValid = gen.let('isValid', true);
    for (const [member, schema] of Object.entries(parentSchema?.['properties'] as Schemas)) {
      (schema['enum'] as readonly string[]).forEach((value, index) => {
        gen.if(_`${data}${getProperty(member)} === ${value}`, () => {
          context.subschema({ keyword: 'choicesByConstant', schemaProp: index }, isValid);
        });
      });
    }
    context.ok(isValid);
  },
};

/** The member that is another constant in each of the choices. */
function findConstant(document: ContractDocument, choices: unknown) {
  if (!Array.isArray(choices)) return undefined;
  const constants = choices.map((choice: JsonSchema | Reference) => constantsOf(resolve<JsonSchema>(document, choice)));
  return Object.keys(constants[0] ?? {})
    .map((member) => ({ member, values: constants.map((each) => each[member]) }))
    .find(({ values }) => !values.includes(undefined) && new Set(values).size === values.length);
}

/** The members that must be there and be one certain string. */
function constantsOf({ properties = {}, required = [] }: JsonSchema): Readonly<Record<string, unknown>> {
  const entries = Object.entries(properties as Schemas).map(([name, schema]) => [name, schema['const']] as const);
  const isNeeded = (name: string) => (required as readonly string[]).includes(name);
  return Object.fromEntries(entries.filter(([name, constant]) => typeof constant === 'string' && isNeeded(name)));
}
