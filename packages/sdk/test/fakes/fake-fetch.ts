/** An item of a request's body, as far as tests look at it. */
export interface RequestItem {
  readonly requester: string;
  readonly resource: string;
  readonly ttlSeconds: number;
}

/** A request as a test wants to look at it. */
export interface SentRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Headers;
  /** The parsed body of those requests that have items. */
  readonly body: readonly [RequestItem];
  /** By `performance.now()`. */
  readonly sentAtMs: number;
  readonly signal: AbortSignal;
}

/** What becomes of a request. One that throws or rejects stands for a broken connection. */
export type Answer = (request: SentRequest) => Response | Promise<Response>;

/** A `fetch` that answers each request by the next answer of a script, the last of them for all that follow. */
export function scriptedFetch(...script: Answer[]) {
  const sent: SentRequest[] = [];
  const fetch = async (url: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const request = readRequest(url, init);
    sent.push(request);
    return script[Math.min(sent.length, script.length) - 1]!(request);
  };
  return { fetch: fetch as typeof globalThis.fetch, sent };
}

export function readRequest(url: string | URL | Request, init: RequestInit): SentRequest {
  const { pathname, search } = new URL(String(url));
  return {
    method: init.method ?? 'GET',
    path: pathname + search,
    headers: new Headers(init.headers),
    body: init.body ? JSON.parse(String(init.body)) : undefined,
    sentAtMs: performance.now(),
    signal: init.signal!,
  };
}

/** The different idempotency keys that were sent. */
export function idempotencyKeys(sent: readonly SentRequest[]): Set<string | null> {
  return new Set(sent.map(({ headers }) => headers.get('idempotency-key')));
}

export function answers(body: unknown, status = 200, headers: Record<string, string> = {}): Answer {
  return () => new Response(JSON.stringify(body), { status, headers });
}

export function refuses(status: number, code: string, headers: Record<string, string> = {}): Answer {
  return answers({ error: code, message: 'A sentence.' }, status, headers);
}

/** No connection. */
export const breaks: Answer = () => {
  throw new TypeError('fetch failed');
};

/** Never answers, and like a real `fetch` fails when its signal aborts. */
export const hangs: Answer = ({ signal }) =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

/** Sends its headers and a part of its body; then the connection is gone. */
export const breaksOffInBody: Answer = () => {
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('[{"status":'));
      controller.error(new TypeError('terminated'));
    },
  });
  return new Response(body, { status: 200 });
};

/** Answers after a while. */
export function late(delayMs: number, answer: Answer): Answer {
  return (request) => new Promise((resolve) => setTimeout(() => resolve(answer(request)), delayMs));
}
