import type { OperationContext } from '../operation.ts';
import type { WebhookSettings } from './process/transport.ts';

/** What the family's operations take from around them. */
export type WebhookContext = OperationContext<WebhookSettings>;
