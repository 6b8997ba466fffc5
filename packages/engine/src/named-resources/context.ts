import type { OperationContext } from '../operation.ts';
import type { NamedResourceSettings } from './settings.ts';

/** What the family's operations take from around them. */
export type NamedResourceContext = OperationContext<NamedResourceSettings>;
