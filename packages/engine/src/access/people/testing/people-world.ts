import { createMemoryStore } from '@holdfast/store-memory';

import type { Caller } from '../../../caller.ts';
import { defaultCapacitySettings } from '../../../capacity/settings.ts';
import { recordKinds } from '../../../families.ts';
import { accessPartition } from '../../../partitions.ts';
import { Service } from '../../../service.ts';
import type { ServiceRequest } from '../../../service.ts';
import type { Outcome } from '../../../shared/outcomes.ts';
import { HashingEnvironment } from '../../../testing/hashing-environment.ts';
import { authenticate, createFirstKey, newApiKey } from '../../server-operations.ts';
import { findSession, issueSessionToken, signIn } from '../server-operations.ts';
import type { SignedIn } from '../server-operations.ts';

const settings = {
  ...defaultCapacitySettings,
  requireRegistration: false,
  eventHistoryMs: 3_600_000,
  requestTimeoutMs: 10_000,
};

/** What a provider says of somebody. */
export function identityOf(name: string, email = `${name}@example.com`) {
  return { issuer: 'https://id.example.com', subject: name, email, name };
}

/** Two processes on one store, started for the first time. */
export class PeopleWorld {
  readonly environment = new HashingEnvironment();
  readonly #store = createMemoryStore({ kinds: recordKinds });
  readonly one = new Service(this.#store, this.environment, settings);
  readonly other = new Service(this.#store, this.environment, settings);

  static async start(): Promise<PeopleWorld> {
    const world = new PeopleWorld();
    await createFirstKey(world.one, newApiKey(world.one, 'live'), { label: 'first key', environment: 'live' });
    await world.other.access.begin();
    return world;
  }

  /** Lets time pass in all processes, which do what they do from time to time. */
  async pass(milliseconds: number): Promise<void> {
    this.environment.nowMs += milliseconds;
    this.environment.elapsed += milliseconds;
    await this.one.access.tend();
    await this.other.access.tend();
  }

  /** How often anything has changed that keys and people may do. */
  async generation(): Promise<number> {
    const { heads } = await this.#store.read({ heads: [accessPartition] });
    return heads[0]?.version ?? 0;
  }

  /** Signs somebody in who may. */
  async signedIn(name: string, email?: string): Promise<SignedIn> {
    const signedIn = await signIn(this.one, identityOf(name, email), true);
    if (signedIn === 'notAllowed') throw new Error(`${name} is not allowed.`);
    return signedIn;
  }

  /** Who shows a token of this person for the place; undefined if he can't have one. */
  async callerOf({ sessionToken }: SignedIn, tenantId: string, environment: Caller['environment'] = 'live') {
    const issued = await issueSessionToken(this.one, sessionToken, { tenantId, environment });
    return issued && authenticate(this.one, issued.token);
  }

  /** The id of whoever has signed in. */
  async idOf({ sessionToken }: SignedIn): Promise<string> {
    const session = await findSession(this.one, sessionToken);
    if (session === undefined) throw new Error('The session is over.');
    return session.personId;
  }

  async call(
    caller: Caller | undefined,
    operationId: ServiceRequest['operationId'],
    input: ServiceRequest['input'] = {},
  ): Promise<Outcome<unknown>> {
    if (caller === undefined) throw new Error('Nobody asks.');
    return (await this.one.call({ caller, operationId, input })).outcome;
  }
}
