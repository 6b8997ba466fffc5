import { CodeGen, Name, _ } from 'ajv';
import type { CodeKeywordDefinition, KeywordCxt } from 'ajv';
import type { Ajv2020 } from 'ajv/dist/2020.js';

/**
 * After so many faults, a validator looks at no further items or members. An answer names 20 of them, and for some ajv
 * has four words: a small body with 100,000 faults would be 100,000 objects otherwise, which nobody reads.
 */
const mostFaults = 100;

/** The variable in which ajv's code counts the faults that it has found. */
const errorCount = new Name('errors');

/** The longest text whose format is looked at: for times, ajv splits the text first. What has a format is shorter. */
const longestFormatted = 256;

/** Has the keywords that loop over items and members end once there are enough faults, and bounds what formats cost. */
export function boundFaults(ajv: Ajv2020): void {
  rewrite(ajv, 'items', 'uniqueItems', endLoopsEarly);
  rewrite(ajv, 'propertyNames', 'additionalProperties', endLoopsEarly);
  rewrite(ajv, 'additionalProperties', 'properties', endLoopsEarly);
  rewrite(ajv, 'format', undefined, refuseLongText);
}

/**
 * Has something else about the code of a keyword.
 *
 * @param before - The keyword that comes after it, as long as a validator is to find faults in the same order.
 * @param prepare - What is to be different; it returns what puts everything back.
 */
function rewrite(
  ajv: Ajv2020,
  keyword: string,
  before: string | undefined,
  prepare: (context: KeywordCxt) => () => void,
) {
  const definition = ajv.getKeyword(keyword) as CodeKeywordDefinition;
  const code: CodeKeywordDefinition['code'] = (context, ruleType) => {
    const restore = prepare(context);
    definition.code(context, ruleType);
    restore();
  };
  ajv.removeKeyword(keyword).addKeyword({ ...definition, ...(before !== undefined && { before }), code });
}

function endLoopsEarly({ gen }: KeywordCxt): () => void {
  const { forIn, forRange } = gen;
  const endEarly = () => gen.if(_`${errorCount} >= ${mostFaults}`, () => gen.break());
  gen.forIn = (name, object, body, kind) =>
    CodeGen.prototype.forIn.call(gen, name, object, (key) => (endEarly(), body(key)), kind);
  gen.forRange = (name, from, to, body, kind) =>
    CodeGen.prototype.forRange.call(gen, name, from, to, (index) => (endEarly(), body(index)), kind);
  return () => Object.assign(gen, { forIn, forRange });
}

function refuseLongText(context: KeywordCxt): () => void {
  const { pass } = context;
  context.pass = (isValid, failure) =>
    pass.call(context, _`${context.data}.length <= ${longestFormatted} && ${isValid}`, failure);
  return () => Object.assign(context, { pass });
}
