/** Validators of the bodies of all answers, JSON parsed, text as it is: operationId → status → validator. */
export { responseValidators } from './generated/response-validators.gen.js';
