import type { HeavyFamily, HeavyRequest } from './heavy-request.ts';
import { inParallel, largeMetadata } from './heavy-request.ts';

const requester = 'requester';
const hundred = Array.from({ length: 100 }, (_, index) => index);
const longName = 'n'.repeat(200);

const itemsOf = (name: string, more: object = {}) => hundred.map((index) => ({ requester, resource: `${name}-${index}`, ...more }));

/** As much as a name can mean: 10 names above it in a tree. */
const deepPath = Array.from({ length: 10 }, (_, index) => `level-${index}`).join('/');

const listed: readonly HeavyRequest[] = (['listReservations', 'listActiveReservations'] as const).flatMap((operationId) => [
  { operationId, what: 'a page of 1,000 with large metadata', status: 200, of: () => ({ query: { limit: '1000' } }) },
  { operationId, what: 'a filter that keeps nothing', status: 200, of: () => ({ query: { limit: '1000', resourceType: 'none' } }) },
]);

export const namedResources: HeavyFamily = {
  name: 'named resources',
  async prepare(send) {
    await inParallel(22, (number) =>
      send({ operationId: 'reserve', body: itemsOf(`listed-${number}`, { ttlSeconds: 86_400, metadata: largeMetadata }) }),
    );
    await inParallel(12, (number) =>
      send({
        operationId: 'registerResources',
        body: hundred.map((index) => ({ name: `defined-${number}-${index}`, blocks: [`blocked-${number}-${index}`] })),
      }),
    );
    await send({ operationId: 'registerResources', body: hundred.map((index) => ({ name: `tree-${index}`, treePath: `${deepPath}/tree-${index}` })) });
    await send({ operationId: 'registerResources', body: [{ name: 'pool', capacity: 10_000 }] });
  },
  requests: [
    {
      operationId: 'reserve',
      what: '100 names with large metadata',
      status: 200,
      of: (number) => ({ body: itemsOf(`reserve-${number}`, { ttlSeconds: 3_600, metadata: largeMetadata }) }),
    },
    {
      operationId: 'reserve',
      what: '100 long names',
      status: 200,
      of: (number) => ({ body: itemsOf(`${longName}-${number}`, { ttlSeconds: 3_600 }) }),
    },
    {
      operationId: 'reserve',
      what: '100 slots of one pool',
      status: 200,
      of: (number) => ({ body: hundred.map((index) => ({ requester: `r-${number}-${index}`, resource: 'pool', ttlSeconds: 60 })) }),
    },
    {
      operationId: 'reserve',
      what: '100 names deep in a tree that are held',
      status: 200,
      of: () => ({ body: hundred.map((index) => ({ requester, resource: `tree-${index}`, ttlSeconds: 3_600 })) }),
    },
    {
      operationId: 'renew',
      what: '100 names that nobody holds',
      status: 200,
      of: (number) => ({ body: itemsOf(`renew-${number}`, { releaseToken: 't'.repeat(256), ttlSeconds: 60 }) }),
    },
    {
      operationId: 'unreserve',
      what: '100 names that nobody holds',
      status: 200,
      of: (number) => ({ body: itemsOf(`unreserve-${number}`, { releaseToken: 't'.repeat(256) }) }),
    },
    {
      operationId: 'reserveTransaction',
      what: 'all or none of 100 names with large metadata',
      status: 200,
      of: (number) => ({
        body: {
          requester,
          method: 'ALL_OR_NONE',
          items: hundred.map((index) => ({ resource: `all-${number}-${index}`, ttlSeconds: 3_600, metadata: largeMetadata })),
        },
      }),
    },
    {
      operationId: 'registerResources',
      what: '100 definitions',
      status: 200,
      of: (number) => ({ body: hundred.map((index) => ({ name: `registered-${number}-${index}`, labels: { a: 'l'.repeat(200) } })) }),
    },
    { operationId: 'getReservation', what: 'large metadata', status: 200, of: () => ({ path: { resource: 'listed-0-0' } }) },
    ...listed,
    { operationId: 'listDefinitions', what: 'a page of 1,000', status: 200, of: () => ({ query: { limit: '1000' } }) },
    { operationId: 'deleteDefinition', what: 'one that is not there', status: 404, of: (number) => ({ path: { name: `no-${number}` } }) },
    { operationId: 'listEventHistory', what: 'a page of 1,000 with large metadata', status: 200, of: () => ({ query: { limit: '1000' } }) },
    {
      operationId: 'listEventHistory',
      what: 'a filter that keeps nothing',
      status: 200,
      of: () => ({ query: { limit: '1000', resource: 'nothing' } }),
    },
  ],
};
