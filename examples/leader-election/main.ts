/**
 * Three candidates, of whom one leads at a time. Whoever gets the lock leads, and the SDK renews it meanwhile. The first
 * leader resigns. The second one loses its network, and stops by itself before anybody else may lead; what it still had
 * to write comes too late, and is refused by its fencing token.
 *
 *   HOLDFAST_API_KEY=hf_live_… npm run example -- examples/leader-election/main.ts
 */
import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import { Holdfast, HoldfastError, LeaseLostError } from '@holdfast/sdk';
import type { HeldLock } from '@holdfast/sdk';

const { HOLDFAST_URL = 'http://127.0.0.1:4000', HOLDFAST_API_KEY = '' } = process.env;

/** A run of its own, so that the example can be run again while the last run's lock still stands. */
const resource = `run-${Date.now()}/leader`;

/** For so long nobody leads when a leader dies. Here a second, so that it is soon over; in earnest 10 to 30. */
const ttlSeconds = 1;

/** What the leader writes to. Once a leader has written, those before him can't. */
const journal = {
  newestToken: 0,
  refusals: 0,
  write(entry: string, fencingToken: number): void {
    const isLate = fencingToken < this.newestToken;
    if (isLate) this.refusals += 1;
    else this.newestToken = fencingToken;
    console.log(`${entry}, with fencing token ${fencingToken}: ${isLate ? 'refused' : 'written'}`);
  },
};

const elections = new EventEmitter<{ elected: [Candidate] }>();
let terms = 0;
let leadersNow = 0;
let mostLeaders = 0;

/** Whether one may simply stand again: the lock or the network was lost, or the server was away. */
function isPassing(error: unknown): boolean {
  return error instanceof LeaseLostError || (error instanceof HoldfastError && error.retryable);
}

/** One process of a service that runs on several machines. Here all of them are in this program. */
class Candidate {
  readonly name: string;
  isOnline = true;
  fencingToken = 0;
  readonly #standing = new AbortController();
  readonly #holdfast = new Holdfast({
    baseUrl: HOLDFAST_URL,
    apiKey: HOLDFAST_API_KEY,
    fetch: (...request) => (this.isOnline ? fetch(...request) : Promise.reject(new TypeError('no network'))),
  });

  constructor(name: string) {
    this.name = name;
  }

  /** Leads whenever it is elected, until it resigns. */
  async stand(): Promise<void> {
    const { signal } = this.#standing;
    const options = { resource, requester: this.name, ttlSeconds, waitMs: Infinity, releaseTimeoutMs: 1_000, signal };
    while (!signal.aborted) {
      try {
        await this.#holdfast.withLock(options, (lock) => this.#lead(lock));
      } catch (error) {
        if (!signal.aborted && !isPassing(error)) throw error;
      }
    }
  }

  resign(): void {
    this.#standing.abort(new Error('resigned'));
  }

  async #lead({ fencingToken, signal }: HeldLock): Promise<void> {
    terms += 1;
    leadersNow += 1;
    mostLeaders = Math.max(mostLeaders, leadersNow);
    this.fencingToken = fencingToken;
    journal.write(`${this.name} leads`, fencingToken);
    elections.emit('elected', this);
    // A leader's work goes here, and ends with the signal: from then on somebody else may lead.
    while (!signal.aborted) await sleep(50, undefined, { signal }).catch(() => {});
    leadersNow -= 1;
    console.log(`${this.name} stops: ${signal.reason.message}`);
  }
}

async function nextLeader(): Promise<Candidate> {
  const [leader] = await once(elections, 'elected');
  return leader;
}

const candidates = ['alpha', 'beta', 'gamma'].map((name) => new Candidate(name));
const standing = Promise.all(candidates.map((candidate) => candidate.stand()));

const first = await nextLeader();
first.resign();

const second = await nextLeader();
second.isOnline = false;

let third = await nextLeader();
while (third === second) third = await nextLeader();
journal.write(`${second.name} writes what it had begun`, second.fencingToken);

second.isOnline = true;
for (const candidate of candidates) candidate.resign();
await standing;

console.log(`${terms} terms, ${mostLeaders} leader at a time, ${journal.refusals} late write was refused.`);
