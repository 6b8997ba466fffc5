/** Who does something to a customer's credits, and how long the tenant can read of it. */
export interface Actor {
  /** The label of the API key that was used; null for what lapses, which nobody does. */
  readonly apiKeyLabel: string | null;
  /** In milliseconds; 0: nobody hears of it at all. */
  readonly eventHistoryMs: number;
}
