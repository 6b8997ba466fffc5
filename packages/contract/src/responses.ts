/** Validators of the JSON bodies of all answers: operationId → status → validator. */
export { responseValidators } from './generated/response-validators.gen.js';
