import type {
  OperationId,
  Reservation,
  ReservationEvent,
  ReserveResult,
  ResourceState,
  SlotState,
} from '@holdfast/contract';

import { describeEntry } from './family.ts';
import type { AnsweredEntry, BrokenPromise } from './family.ts';
import type { WireClient } from './wire-client.ts';

/** A claim as its holder knows it, from answers alone. */
export interface KnownClaim {
  /** The physical name. */
  readonly resource: string;
  readonly requester: string;
  readonly releaseToken: string;
  readonly fencingToken: number;
  /** As it was answered last. */
  expiresAt: string | null;
  renewals: number;
  /** Undefined: nobody was told that it has ended. */
  end?: 'released' | 'lapsed';
  /** Whatever was answered about it. */
  readonly entries: AnsweredEntry[];
}

/** A claim that lasts so much longer can't lapse between one look and the next. */
const lastingMs = 60_000;

/** The last lines of a journal and of a history tell what is wrong. */
const mostLines = 12;

/** All that the server says, once nothing is under way. */
interface ServerState {
  /** From the first to the last. */
  readonly history: readonly ReservationEvent[];
  readonly reservations: readonly Reservation[];
  readonly pool: ResourceState;
}

/** Holds what was answered against the server's history and against its present state. */
export async function findBrokenClaims(
  claims: readonly KnownClaim[],
  pool: { readonly name: string },
  client: WireClient,
): Promise<readonly BrokenPromise[]> {
  const reservations = await readPages<Reservation>(client, 'listReservations', 'reservations');
  const events = await readPages<ReservationEvent>(client, 'listEventHistory', 'events');
  const poolState = await client.read<ResourceState>({ operationId: 'getReservation', path: { resource: pool.name } });
  const proof = new Proof(claims, { reservations, history: events.toReversed(), pool: poolState });
  const broken = proof.findBroken();
  // To ask for a token is to claim, and would put right what is missing: so it comes last.
  return broken.length > 0 ? broken : proof.findWrongTokens(client);
}

class Proof {
  readonly #claims: readonly KnownClaim[];
  readonly #state: ServerState;
  readonly #broken: BrokenPromise[] = [];

  constructor(claims: readonly KnownClaim[], state: ServerState) {
    this.#claims = claims;
    this.#state = state;
  }

  findBroken(): readonly BrokenPromise[] {
    this.#checkHistory();
    this.#checkEvents();
    this.#checkReservations();
    this.#checkPool();
    return this.#broken;
  }

  /** Asks for each lasting claim once more, as its holder. */
  async findWrongTokens(client: WireClient): Promise<readonly BrokenPromise[]> {
    const lasting = this.#claims.filter(isLasting);
    for (let first = 0; first < lasting.length; first += 100) {
      const claims = lasting.slice(first, first + 100);
      const body = claims.map(({ requester, resource }) => ({ requester, resource }));
      const answer = await client.write({ operationId: 'reserve', body });
      const results = JSON.parse(answer.body) as ReserveResult[];
      for (const [index, claim] of claims.entries()) {
        const result = results[index];
        const isSame = result?.releaseToken === claim.releaseToken && result.fencingToken === claim.fencingToken;
        if (isSame && result.status === 'ALREADY_HAD') continue;
        this.#break('A claim keeps its tokens.', claim.resource, `Claimed again: ${JSON.stringify(result)}`);
      }
    }
    return this.#broken;
  }

  /** The history alone makes sense: nobody got what another had, and tokens went on rising. */
  #checkHistory(): void {
    const holders = new Map<string, ReservationEvent>();
    const highest = new Map<string, number>();
    for (const event of this.#state.history) {
      const { resource, fencingToken } = event;
      const holder = holders.get(resource);
      if (event.type === 'RESERVED') {
        if (holder !== undefined) this.#break('Nothing is granted while somebody holds it.', resource);
        if (fencingToken <= (highest.get(resource) ?? 0)) this.#break('The fencing tokens of a name rise.', resource);
        highest.set(resource, fencingToken);
        holders.set(resource, event);
      } else {
        const isHolders = holder?.requester === event.requester && holder.fencingToken === fencingToken;
        if (!isHolders) this.#break('What is renewed or ended is what was reserved last.', resource);
        if (event.type !== 'RENEWED') holders.delete(resource);
      }
    }
  }

  /** Every answer has its event, and every event its answer: nothing was lost, and nothing took effect twice. */
  #checkEvents(): void {
    const { history } = this.#state;
    const eventsByClaim = Map.groupBy(history, claimKey);
    const known = new Set(this.#claims.map(claimKey));
    for (const claim of this.#claims) this.#checkEventsOf(claim, eventsByClaim.get(claimKey(claim)) ?? []);
    const unasked = history.filter((event) => event.type === 'RESERVED' && !known.has(claimKey(event)));
    for (const { resource } of unasked) this.#break('What is reserved was answered to somebody, once.', resource);
  }

  #checkEventsOf({ resource, renewals, end, expiresAt }: KnownClaim, events: readonly ReservationEvent[]): void {
    const count = (type: ReservationEvent['type']) => events.filter((event) => event.type === type).length;
    const releases = end === 'released' ? 1 : 0;
    if (count('RESERVED') !== 1) this.#break('A claim that was granted is reserved once.', resource);
    if (count('RENEWED') !== renewals) this.#break('A renewal that was answered took effect, once.', resource);
    if (count('UNRESERVED') !== releases) this.#break('A release that was answered took effect, once.', resource);
    const expiries = events.filter(({ type }) => type === 'RESERVATION_EXPIRED');
    const isTooEarly = expiries.some(({ at }) => expiresAt === null || at < expiresAt);
    if (isTooEarly) this.#break('No claim lapses before its expiry as answered.', resource);
  }

  #checkReservations(): void {
    const present = new Map(this.#state.reservations.map((reservation) => [claimKey(reservation), reservation]));
    const claims = new Map(this.#claims.map((claim) => [claimKey(claim), claim]));
    for (const claim of this.#claims) {
      const reservation = present.get(claimKey(claim));
      const { resource, expiresAt, end } = claim;
      if (reservation === undefined) {
        if (isLasting(claim)) this.#break('A claim that was granted is there.', resource);
      } else {
        if (reservation.expiresAt !== expiresAt) this.#break('A claim lasts as answered.', resource);
        if (end !== undefined) this.#break('A claim that was released is gone.', resource);
      }
    }
    for (const [key, { resource }] of present) {
      if (!claims.has(key)) this.#break('What is held was granted to somebody.', resource);
    }
  }

  /** Claims on slots are all lasting ones, so that the pool's count is exact. */
  #checkPool(): void {
    const { pool, reservations } = this.#state;
    const expected = reservations.filter(({ resource }) => resource.startsWith(`${pool.resource}_`)).map(claimKey);
    const held = (pool.slots ?? []).filter(({ status }) => status === 'HELD').map(claimKey);
    const isSame = held.toSorted().join() === expected.toSorted().join();
    if (isSame && pool.free === (pool.capacity ?? 0) - held.length) return;
    this.#break('A pool counts its slots right.', pool.resource, JSON.stringify(pool));
  }

  #break(promise: string, resource: string, ...details: readonly string[]): void {
    const isAboutIt = (one: { readonly resource: string }) => one.resource === resource;
    const entries = new Set(this.#claims.filter(isAboutIt).flatMap((claim) => claim.entries));
    const journal = [...entries].sort((one, other) => one.number - other.number).map(describeEntry);
    const history = this.#state.history.filter(isAboutIt).map(describeEvent);
    const held = this.#state.reservations.filter(isAboutIt).map(describeReservation);
    const evidence = [...details, ...journal.slice(-mostLines), ...history.slice(-mostLines), ...held];
    this.#broken.push({ promise: `${promise} (${resource})`, evidence });
  }
}

function isLasting({ end, expiresAt }: KnownClaim): boolean {
  return end === undefined && (expiresAt === null || Date.parse(expiresAt) > Date.now() + lastingMs);
}

type ClaimIdentity = Pick<SlotState, 'resource' | 'requester' | 'fencingToken'>;

/** Which claim an event, a reservation or a slot is about. */
function claimKey({ resource, requester, fencingToken }: ClaimIdentity): string {
  return JSON.stringify([resource, requester, fencingToken]);
}

function describeEvent({ at, id, type, requester, fencingToken }: ReservationEvent): string {
  return `event ${id} at ${at}: ${type} ${requester}, token ${fencingToken}`;
}

function describeReservation({ requester, fencingToken, expiresAt }: Reservation): string {
  return `held: ${requester}, token ${fencingToken}, until ${expiresAt}`;
}

/** All rows of a list, over all of its pages. */
async function readPages<Row>(client: WireClient, operationId: OperationId, member: string): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (let cursor: unknown = ''; typeof cursor === 'string';) {
    const query = { limit: '1000', ...(cursor === '' ? {} : { cursor }) };
    const page: Record<string, unknown> = await client.read({ operationId, query });
    rows.push(...(page[member] as Row[]));
    cursor = page['nextCursor'];
  }
  return rows;
}
