export interface HttpRequest {
  readonly path: string;
  readonly apiKey: string;
  readonly idempotencyKey?: string | undefined;
  /** JSON in ASCII. */
  readonly body: string;
}

/** A POST as it goes over the line. */
export function toRequestText({ path, apiKey, idempotencyKey, body }: HttpRequest): string {
  const once = idempotencyKey === undefined ? '' : `Idempotency-Key: ${idempotencyKey}\r\n`;
  return (
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\nX-API-Key: ${apiKey}\r\n${once}` +
    `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  );
}
