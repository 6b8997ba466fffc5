export { familyRoots } from './families.ts';
export { Gateway } from './gateway.ts';
export type { AnswerProblem, Asked, GatewayOptions } from './gateway.ts';
export { defaultProblemTypeBase, isProblemTypeBase } from './problem-json.ts';
export type { Problem } from './problems.ts';
export { chooseRequestId } from './request-id.ts';
export { findRoute } from './routes.ts';
export * from './standard-problems.ts';
export type { UnreadBody, WireAnswer, WireRequest } from './wire.ts';
