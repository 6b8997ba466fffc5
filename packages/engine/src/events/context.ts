import type { OperationContext } from '../operation.ts';
import type { EventSettings } from './settings.ts';

/** What the operations of this family take from around them. */
export type EventContext = OperationContext<EventSettings>;
