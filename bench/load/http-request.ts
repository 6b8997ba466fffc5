export interface HttpRequest {
  readonly path: string;
  readonly apiKey: string;
  readonly idempotencyKey?: string | undefined;
  /** JSON in ASCII; without it, the request is a GET. */
  readonly body?: string | undefined;
}

/** A request as it goes over the line. */
export function toRequestText({ path, apiKey, idempotencyKey, body }: HttpRequest): string {
  const once = idempotencyKey === undefined ? '' : `Idempotency-Key: ${idempotencyKey}\r\n`;
  const head = ` ${path} HTTP/1.1\r\nHost: localhost\r\nX-API-Key: ${apiKey}\r\n${once}`;
  if (body === undefined) return `GET${head}\r\n`;
  return `POST${head}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}
