import type { OperationContext } from '../operation.ts';
import type { CreditServiceSettings } from './settings.ts';

/** What the operations of this family take from around them. */
export type CreditContext = OperationContext<CreditServiceSettings>;
