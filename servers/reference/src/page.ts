/** A page of the server itself, outside of the contract. */
export interface Page {
  readonly status?: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
