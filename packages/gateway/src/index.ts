export { Gateway } from './gateway.ts';
export type { GatewayOptions } from './gateway.ts';
export { chooseRequestId } from './request-id.ts';
export { findRoute } from './routes.ts';
export type { WireAnswer, WireRequest } from './wire.ts';
