/**
 * The wire contract, generated from openapi/. The validators of answers are apart, in `@holdfast/contract/responses`:
 * only tests need them.
 */
export { operations, scopes } from './generated/operations.gen.ts';
export type {
  Family,
  OperationDescription,
  OperationId,
  OperationTypes,
  ProblemCode,
  QueryParameter,
} from './generated/operations.gen.ts';
export { requestValidators } from './generated/request-validators.gen.js';
export type * from './generated/types.gen.ts';
export { openapi } from './openapi.ts';
export type { ValidationError, Validator } from './validator.ts';
