/**
 * The wire contract, generated from openapi/. The validators of answers are apart, in `@holdfast/contract/responses`,
 * since only tests and development need them.
 */
export { openapi } from './generated/openapi.gen.ts';
export { operations } from './generated/operations.gen.ts';
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
export type { ValidationError, Validator } from './validator.ts';
