import type { Caller } from '../caller.ts';
import type { OperationContext } from '../operation.ts';
import type { Actor } from './actor.ts';
import type { CreditServiceSettings } from './settings.ts';

/** What the operations of this family take from around them. */
export interface CreditContext extends OperationContext<CreditServiceSettings> {
  /** Whoever asks; in a sweep nobody. */
  readonly actor: Actor;
}

/** For what nobody asks for. */
export function createContext(parts: OperationContext<CreditServiceSettings>): CreditContext {
  return { ...parts, actor: { apiKeyLabel: null, eventHistoryMs: parts.settings.eventHistoryMs } };
}

/** For one caller, whose tenant's tier says how long events are kept. */
export function contextFor(context: CreditContext, { apiKeyLabel, eventHistoryMs }: Caller): CreditContext {
  return {
    ...context,
    actor: { apiKeyLabel, eventHistoryMs: eventHistoryMs ?? context.settings.eventHistoryMs },
  };
}
