import { isDeepStrictEqual } from 'node:util';

import type { IssuedWebhookEndpoint, WebhookEndpoint, WebhookEndpointPage } from '@holdfast/contract';

import { describeEntry } from './family.ts';
import type { Account, AnsweredEntry, BrokenPromise, Family } from './family.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { WireClient, Write } from './wire-client.ts';

/** The last lines of a journal tell what is wrong. */
const mostLines = 12;

/** With these a few changes fill some pages of the log, so that a checkpoint is due before long. */
const headers = Object.fromEntries(Array.from({ length: 4 }, (_, index) => [`X-Padding-${index}`, 'x'.repeat(800)]));

/** Of a tenant, in each environment. */
const mostEndpoints = 20;

/** Where nothing is sent to: nobody does what it is to be told. */
const types = ['limit.reached'];

/** Endpoints, of which each worker has one at a time, to himself. */
export const webhooks: Family = { name: 'webhooks', open: (random) => new WebhookAccount(random) };

class WebhookAccount implements Account {
  readonly #random: SeededRandom;
  /** By worker. */
  readonly #endpoints = new Map<number, WebhookEndpoint>();
  readonly #ids = new Set<string>();
  readonly #secrets = new Set<string>();
  readonly #entries: AnsweredEntry[] = [];
  readonly #broken: BrokenPromise[] = [];
  readonly #workers = new Set<number>();
  #drawn = 0;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  prepare(): readonly Write[] {
    return [];
  }

  draw(worker: number): Write {
    this.#drawn += 1;
    this.#workers.add(worker);
    const endpoint = this.#endpoints.get(worker);
    const description = `${worker}, ${this.#drawn}`;
    if (endpoint === undefined) {
      const body = { url: 'https://hooks.example.com/', types, description, headers };
      return { operationId: 'createWebhookEndpoint', body };
    }
    const path = { id: endpoint.id };
    return this.#random.pick<Write>([
      { operationId: 'updateWebhookEndpoint', path, body: { description } },
      { operationId: 'updateWebhookEndpoint', path, body: { enabled: this.#random.chance(0.5) } },
      { operationId: 'rotateWebhookSecret', path, body: {} },
      { operationId: 'deleteWebhookEndpoint', path },
    ]);
  }

  learn(entry: AnsweredEntry): void {
    this.#entries.push(entry);
    const { worker, write, answer } = entry;
    const { operationId } = write;
    const expected = { createWebhookEndpoint: 201, deleteWebhookEndpoint: 204 }[operationId as string] ?? 200;
    // More workers than there may be endpoints: not all have one.
    if (answer.status === 409 && expected === 201 && this.#workers.size > mostEndpoints) return;
    if (answer.status !== expected) return this.#break(`This is answered with ${expected}.`, entry);
    if (operationId === 'deleteWebhookEndpoint') return void this.#endpoints.delete(worker);
    const { secret, ...endpoint } = JSON.parse(answer.body) as WebhookEndpoint & Partial<IssuedWebhookEndpoint>;
    if ((operationId === 'createWebhookEndpoint') === this.#ids.has(endpoint.id))
      this.#break('An endpoint has an id of its own, and keeps it.', entry);
    // A replay doesn't have it.
    if (typeof secret === 'string' && this.#secrets.has(secret)) this.#break('No two secrets are the same.', entry);
    if (typeof secret === 'string') this.#secrets.add(secret);
    this.#ids.add(endpoint.id);
    this.#endpoints.set(worker, endpoint);
  }

  async findBrokenPromises(client: WireClient): Promise<readonly BrokenPromise[]> {
    if (this.#broken.length > 0) return this.#broken;
    const query = { limit: '100' };
    const { data } = await client.read<WebhookEndpointPage>({ operationId: 'listWebhookEndpoints', query });
    const listed = Map.groupBy(data, ({ id }) => id);
    const known = [...this.#endpoints.values()];
    const broken = known.flatMap((endpoint) => {
      if (isDeepStrictEqual(listed.get(endpoint.id), [endpoint])) return [];
      return this.#toBroken('An endpoint is there as answered, once.', endpoint.id, listed.get(endpoint.id));
    });
    const ids = new Set(known.map(({ id }) => id));
    const foreign = data.filter(({ id }) => !ids.has(id));
    return [...broken, ...foreign.map((one) => this.#toBroken('An endpoint was answered to somebody.', one.id, one))];
  }

  #toBroken(promise: string, id: string, found: unknown): BrokenPromise {
    const about = this.#entries.map(describeEntry).filter((line) => line.includes(id));
    return {
      promise: `${promise} (${id})`,
      evidence: [JSON.stringify(found) ?? 'nothing', ...about.slice(-mostLines)],
    };
  }

  #break(promise: string, entry: AnsweredEntry): void {
    this.#broken.push({ promise, evidence: [describeEntry(entry)] });
  }
}
