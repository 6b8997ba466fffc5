import type { HeavyFamily, HeavyRequest } from './heavy-request.ts';
import { inParallel, largeMetadata } from './heavy-request.ts';

const requester = 'requester';
const hundred = Array.from({ length: 100 }, (_, index) => index);
const longName = 'n'.repeat(200);

const itemsOf = (name: string, more: object = {}) =>
  hundred.map((index) => ({ requester, resource: `${name}-${index}`, ...more }));

/** So many sets of each kind are there to be claimed; they lapse after a second, so that they can be claimed again. */
const sets = 4;

/** Ten gates that each block 99 names of their own, and a hundred that all block the same hundred. */
const gatesOf = (set: number) => hundred.slice(0, 10).map((gate) => `gate-${set}-${gate}`);
const doorsOf = (set: number) => hundred.map((door) => `door-${set}-${door}`);

/** So many lids to take from their holder: a hundred boxes hold each of them, and eight names of their own each. */
const lids = 12;
const boxesOf = (lid: number) => hundred.map((box) => `box-${lid}-${box}`);

/** As much as a name can mean: 10 names above it in a tree. */
const deepPath = Array.from({ length: 10 }, (_, index) => `level-${index}`).join('>');

const listed: readonly HeavyRequest[] = (['listReservations', 'listActiveReservations'] as const).flatMap(
  (operationId) => [
    { operationId, what: 'a page of 1,000 with large metadata', status: 200, of: () => ({ query: { limit: '1000' } }) },
    {
      operationId,
      what: 'a filter that keeps nothing',
      status: 200,
      of: () => ({ query: { limit: '1000', resourceType: 'none' } }),
    },
  ],
);

export const namedResources: HeavyFamily = {
  name: 'named resources',
  async prepare(send) {
    await inParallel(22, (number) =>
      send({
        operationId: 'reserve',
        body: itemsOf(`listed-${number}`, { ttlSeconds: 86_400, metadata: largeMetadata }),
      }),
    );
    await inParallel(12, (number) =>
      send({
        operationId: 'registerResources',
        body: hundred.map((index) => ({ name: `defined-${number}-${index}`, blocks: [`blocked-${number}-${index}`] })),
      }),
    );
    await send({
      operationId: 'registerResources',
      body: hundred.map((index) => ({ name: `tree-${index}`, treePath: `${deepPath}>tree-${index}` })),
    });
    await send({
      operationId: 'registerResources',
      body: [
        { name: 'pool', capacity: 10_000 },
        { name: 'full', capacity: 10_000 },
      ],
    });
    await inParallel(sets, async (set) => {
      const gates = gatesOf(set).map((name) => ({ name, blocks: hundred.slice(1).map((index) => `${name}-${index}`) }));
      const doors = doorsOf(set).map((name) => ({ name, blocks: hundred.map((index) => `hall-${set}-${index}`) }));
      await send({ operationId: 'registerResources', body: gates });
      await send({ operationId: 'registerResources', body: doors });
    });
    await inParallel(lids, async (lid) => {
      const inBox = (box: string) => hundred.slice(0, 8).map((index) => `${box}-${index}`);
      const boxes = boxesOf(lid).map((name) => ({ name, blocks: [`lid-${lid}`, ...inBox(name)] }));
      await send({ operationId: 'registerResources', body: boxes });
      await send({ operationId: 'reserve', body: boxesOf(lid).map((resource) => ({ requester, resource })) });
    });
    await inParallel(100, (number) => {
      const body = hundred.map((index) => ({
        requester: `o-${number}-${index}`,
        resource: 'full',
        metadata: largeMetadata,
      }));
      return send({ operationId: 'reserve', body });
    });
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
      of: (number) => ({
        body: hundred.map((index) => ({ requester: `r-${number}-${index}`, resource: 'pool', ttlSeconds: 60 })),
      }),
    },
    {
      operationId: 'reserve',
      what: '100 names deep in a tree that are held',
      status: 200,
      of: () => ({ body: hundred.map((index) => ({ requester, resource: `tree-${index}`, ttlSeconds: 3_600 })) }),
    },
    {
      operationId: 'reserve',
      what: '1,000 names with what they block, and large metadata',
      status: 200,
      of: (number) => ({
        body: gatesOf(number % sets).map((resource) => ({
          requester,
          resource,
          ttlSeconds: 1,
          metadata: largeMetadata,
        })),
      }),
    },
    {
      operationId: 'reserve',
      what: '100 names that block the same 100',
      status: 200,
      of: (number) => ({ body: doorsOf(number % sets).map((resource) => ({ requester, resource, ttlSeconds: 1 })) }),
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
      operationId: 'forceRelease',
      what: 'a name that 100 claims hold, with 901 names in all',
      status: 200,
      of: (number) => ({ body: { resource: `lid-${number % lids}`, reason: '😀'.repeat(500) } }),
    },
    {
      operationId: 'reserveTransaction',
      what: 'all or none of 100 names with large metadata',
      status: 200,
      of: (number) => ({
        body: {
          requester,
          method: 'ALL_OR_NONE',
          items: hundred.map((index) => ({
            resource: `all-${number}-${index}`,
            ttlSeconds: 3_600,
            metadata: largeMetadata,
          })),
        },
      }),
    },
    {
      operationId: 'registerResources',
      what: '100 definitions',
      status: 200,
      of: (number) => ({
        body: hundred.map((index) => ({ name: `registered-${number}-${index}`, labels: { a: 'l'.repeat(200) } })),
      }),
    },
    {
      operationId: 'getReservation',
      what: 'large metadata',
      status: 200,
      of: () => ({ path: { resource: 'listed-0-0' } }),
    },
    {
      operationId: 'getReservation',
      what: 'a pool of 10,000 that is full',
      status: 200,
      of: () => ({ path: { resource: 'full' } }),
    },
    ...listed,
    { operationId: 'listDefinitions', what: 'a page of 1,000', status: 200, of: () => ({ query: { limit: '1000' } }) },
    {
      operationId: 'deleteDefinition',
      what: 'one that is not there',
      status: 404,
      of: (number) => ({ path: { name: `no-${number}` } }),
    },
    {
      operationId: 'listEventHistory',
      what: 'a page of 1,000 with large metadata',
      status: 200,
      of: () => ({ query: { limit: '1000' } }),
    },
    {
      operationId: 'listEventHistory',
      what: 'a filter that keeps nothing',
      status: 200,
      of: () => ({ query: { limit: '1000', resource: 'nothing' } }),
    },
  ],
};
