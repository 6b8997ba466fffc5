import { Holdfast } from '../../src/index.ts';
import type { HoldfastOptions } from '../../src/index.ts';
import { readRequest } from './fake-fetch.ts';
import type { SentRequest } from './fake-fetch.ts';

interface Policy {
  readonly quota: number;
  readonly windowSeconds: number;
}

/** Counts requests in windows by the clock, as the server does. The policy `reads` is for reads, all others are not. */
class FakeLimits {
  refused = 0;
  readonly #policies: Readonly<Record<string, Policy>>;
  /** By policy and window. */
  readonly #used = new Map<string, number>();

  constructor(policies: Readonly<Record<string, Policy>>) {
    this.#policies = policies;
  }

  serve({ method, path }: SentRequest): Response {
    if (path.startsWith('/v1/admin')) return new Response(null, { status: 204 });
    const names = Object.keys(this.#policies).filter((name) => (name === 'reads') === (method === 'GET'));
    const exhausted = names.filter((name) => this.#left(name) <= 0);
    if (exhausted.length === 0) {
      for (const name of names) this.take(name);
      return new Response('[{}]', { headers: this.#headers(names) });
    }
    this.refused += 1;
    const seconds = Math.max(...exhausted.map((name) => this.#endsInSeconds(name)));
    const headers = { ...this.#headers(names), 'Retry-After': String(seconds) };
    return new Response('{}', { status: 429, headers });
  }

  /** Uses some up, for others than the client too. */
  take(name: string, count = 1): void {
    const window = this.#window(name);
    this.#used.set(window, (this.#used.get(window) ?? 0) + count);
  }

  #headers(names: readonly string[]): Record<string, string> {
    const policies = names.map((name) => {
      const { quota, windowSeconds } = this.#policies[name]!;
      return `"${name}";q=${quota};w=${windowSeconds}`;
    });
    const left = names.map((name) => `"${name}";r=${Math.max(0, this.#left(name))};t=${this.#endsInSeconds(name)}`);
    return { 'RateLimit-Policy': policies.join(', '), RateLimit: left.join(', ') };
  }

  #left(name: string): number {
    return this.#policies[name]!.quota - (this.#used.get(this.#window(name)) ?? 0);
  }

  #window(name: string): string {
    return `${name} ${Math.floor(Date.now() / 1_000 / this.#policies[name]!.windowSeconds)}`;
  }

  #endsInSeconds(name: string): number {
    const { windowSeconds } = this.#policies[name]!;
    return Math.ceil(windowSeconds - ((Date.now() / 1_000) % windowSeconds));
  }
}

/** What becomes of one request: `serve` does what the server does. */
export type Interference = (nth: number, serve: () => Response) => Response | Promise<Response>;

/** A server with limits, and a client that waits for them and tries nothing again, unless its options say otherwise. */
export function limitedServer(
  policies: Readonly<Record<string, Policy>>,
  options: Partial<HoldfastOptions> = {},
  interfere: Interference = (_, serve) => serve(),
) {
  const server = new FakeLimits(policies);
  const sent: SentRequest[] = [];
  const fetch = async (url: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const request = readRequest(url, init);
    sent.push(request);
    return interfere(sent.length, () => server.serve(request));
  };
  const defaults = { baseUrl: 'https://holdfast.test', apiKey: 'key', waitForLimits: true, maxRetries: 0 };
  return { server, sent, holdfast: new Holdfast({ ...defaults, fetch, ...options }) };
}
