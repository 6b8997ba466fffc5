/** One POST of a webhook. */
export interface WebhookRequest {
  readonly url: string;
  /** With lower-case names, but for the client's own. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** How long it may take until the answer is there, in milliseconds. */
  readonly timeoutMs: number;
  /** Whether it is for a tenant's live environment, which takes https unless the operator allows otherwise. */
  readonly live: boolean;
}

export interface WebhookAnswer {
  readonly status: number;
  /** Its beginning. */
  readonly body: string;
  /** The `Retry-After` header. */
  readonly retryAfter: string | undefined;
}

/** Sends webhooks to receivers. It follows no redirects, and refuses addresses that nobody shall reach through it. */
export interface WebhookTransport {
  /** Whether it is asked for one attempt after the other, so that they have the same order in every run. */
  readonly oneAtATime?: boolean;
  /** Whether the operator lets an address be reached that isn't public. Absent: none. */
  allows?(address: string): boolean;
  send(request: WebhookRequest): Promise<WebhookAnswer | { readonly error: string }>;
}

export interface WebhookSettings {
  /** What sends webhooks. Absent: this process sends none. */
  readonly webhooks?: WebhookTransport;
}
