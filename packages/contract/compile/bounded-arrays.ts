import type { CodeKeywordDefinition, KeywordCxt } from 'ajv';
import { _ } from 'ajv';
import { alwaysValidSchema } from 'ajv/dist/compile/util.js';
import { validateArray } from 'ajv/dist/vocabularies/code.js';

/**
 * With `allErrors`, ajv goes on into the items of an array that has more than `maxItems`. A body of one megabyte that
 * is 500,000 wrong items long would keep the process busy for minutes, since ajv concatenates the errors of all items.
 * These two keywords look at an array's items only if it isn't too long; `maxItems` has refused it otherwise.
 */
export const boundedArrays: readonly CodeKeywordDefinition[] = [
  {
    keyword: 'items',
    type: 'array',
    schemaType: ['object', 'boolean'],
    before: 'uniqueItems',
    code(context) {
      context.it.items = true;
      if (alwaysValidSchema(context.it, context.schema)) return;
      context.gen.if(isShortEnough(context), () => context.ok(validateArray(context)));
    },
  },
  {
    // ajv's own is quadratic where the items' type stands behind a $ref. Ours compares scalars only.
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    error: { message: 'must NOT have duplicate items' },
    code(context) {
      const { data } = context;
      if (context.schema) context.fail(_`${isShortEnough(context)} && new Set(${data}).size < ${data}.length`);
    },
  },
];

function isShortEnough({ data, parentSchema }: KeywordCxt) {
  return parentSchema?.['maxItems'] === undefined ? _`true` : _`${data}.length <= ${parentSchema['maxItems']}`;
}
