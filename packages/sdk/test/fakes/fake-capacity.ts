import { Holdfast } from '../../src/index.ts';
import type { CapacityInterval, CapacityShortfall } from '../../src/index.ts';
import { readRequest } from './fake-fetch.ts';
import type { Answer, SentRequest } from './fake-fetch.ts';

interface Content {
  readonly status: number;
  readonly body: object;
}

/** One organisation's capacity, the same limit in every interval. Knows no lead time; keys are kept for ever. */
class FakeCapacity {
  limitGb = 1_024;
  /** By start, in milliseconds since 1970. */
  readonly reservedGb = new Map<number, number>();
  #reservations = 0;
  readonly #answers = new Map<string | null, Content & { readonly asked: string }>();

  readonly serve: Answer = (request) => {
    if (request.method === 'GET') return respond(this.#calendar(request.path));
    const asked = JSON.stringify(request.body);
    const key = request.headers.get('idempotency-key');
    const earlier = this.#answers.get(key);
    if (earlier !== undefined && earlier.asked === asked) return respond(earlier, { 'Idempotent-Replayed': 'true' });
    if (earlier !== undefined) return respond({ status: 409, body: { error: 'idempotency_key_conflict' } });

    const { intervals } = request.body as unknown as { intervals: CapacityInterval[] };
    const content = this.#reserve(intervals);
    this.#answers.set(key, { asked, ...content });
    return respond(content);
  };

  /** Takes memory from beside, as another reservation would. */
  take(startsAt: string, takenGb: number): void {
    const startsAtMs = Date.parse(startsAt);
    this.reservedGb.set(startsAtMs, (this.reservedGb.get(startsAtMs) ?? 0) + takenGb);
  }

  #reserve(intervals: readonly CapacityInterval[]): Content {
    const shortfalls = intervals.flatMap((interval) => this.#shortfallOf(interval));
    if (shortfalls.length > 0) return { status: 409, body: { error: 'capacity_not_available', intervals: shortfalls } };
    for (const { startsAt, capacityGb } of intervals) this.take(startsAt, capacityGb);
    this.#reservations += 1;
    const reservationId = `reservation-${this.#reservations}`;
    return { status: 200, body: { reservationId, createdAt: '2026-08-01T12:00:00.000Z', intervals } };
  }

  #shortfallOf({ startsAt, capacityGb }: CapacityInterval): CapacityShortfall[] {
    const reservableGb = this.#reservableGb(Date.parse(startsAt));
    if (capacityGb <= reservableGb) return [];
    // Like the server, it writes UTC in one way only.
    const written = startsAt.replace('+00:00', 'Z');
    return [{ startsAt: written, requestedGb: capacityGb, reservableGb, reason: 'insufficient_capacity' }];
  }

  #calendar(path: string): Content {
    const query = new URLSearchParams(path.split('?')[1]);
    const intervals = [];
    for (let ms = Date.parse(query.get('from')!); ms < Date.parse(query.get('to')!); ms += 900_000) {
      const [startsAt, endsAt] = [ms, ms + 900_000].map((ms) => new Date(ms).toISOString());
      const reservedGb = this.reservedGb.get(ms) ?? 0;
      const row = { reservationLimitGb: this.limitGb, reservedGb, reservableGb: this.#reservableGb(ms) };
      intervals.push({ startsAt, endsAt, ...row });
    }
    return { status: 200, body: { resource: 'memory_gb', intervals } };
  }

  #reservableGb(startsAtMs: number): number {
    return Math.max(0, this.limitGb - (this.reservedGb.get(startsAtMs) ?? 0));
  }
}

/** An organisation with 1,024 GB in every interval, and a client of it. `interfere` runs before each request. */
export function capacityServer(interfere: (server: FakeCapacity, nth: number) => void = () => {}) {
  const server = new FakeCapacity();
  const sent: SentRequest[] = [];
  const fetch = async (url: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const request = readRequest(url, init);
    sent.push(request);
    interfere(server, sent.length);
    return server.serve(request);
  };
  const holdfast = new Holdfast({ baseUrl: 'https://holdfast.test', apiKey: 'key', fetch });
  return { server, sent, fetch, capacity: holdfast.capacity };
}

function respond({ status, body }: Content, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers });
}
