import { describe, expect, test } from 'vitest';

import { Holdfast } from '../src/index.ts';
import type { NamedResources } from '../src/index.ts';
import { answers, scriptedFetch } from './fakes/fake-fetch.ts';

describe('each method asks for its operation', () => {
  const item = { requester: 'worker-1', resource: 'job-42', ttlSeconds: 5 };
  const transaction = { requester: 'worker-1', items: [{ resource: 'job-42' }] };
  const printer = { name: 'Printer', capacity: 3 };
  test.each<[string, (resources: NamedResources) => PromiseLike<unknown>, unknown?]>([
    ['POST /api/v1/Reservation/reserve', (resources) => resources.reserve([item]), [item]],
    ['POST /api/v1/Reservation/unreserve', (resources) => resources.unreserve([item]), [item]],
    ['POST /api/v1/Reservation/renew', (resources) => resources.renew([item]), [item]],
    ['POST /api/v1/Reservation/transaction', (resources) => resources.transaction(transaction), transaction],
    ['POST /api/v1/Reservation/forceRelease', (resources) => resources.forceRelease('job-42'), { resource: 'job-42' }],
    [
      'POST /api/v1/Reservation/forceRelease',
      (resources) => resources.forceRelease('job-42', { reason: 'lost' }),
      { resource: 'job-42', reason: 'lost' },
    ],
    ['GET /api/v1/Reservation/activeReservations', (resources) => resources.list()],
    ['GET /api/v1/Reservation/a%2Fb%20%C3%BC', (resources) => resources.get('a/b ü')],
    ['POST /api/v1/Resource/register', (resources) => resources.register([printer]), [printer]],
    ['GET /api/v1/Resource/definitions', (resources) => resources.definitions()],
    ['DELETE /api/v1/Resource/definitions/Printer', (resources) => resources.deleteDefinition('Printer')],
    ['GET /api/v1/events/history', (resources) => resources.eventHistory()],
  ])('%s', async (request, call, body) => {
    const { fetch, sent } = scriptedFetch(answers({}));
    const { resources } = new Holdfast({ baseUrl: 'https://holdfast.test', apiKey: 'key', fetch });
    await call(resources);
    expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual([request]);
    expect(sent[0]!.body).toEqual(body);
  });
});
