import type { Scenario } from '../../targets/describe-targets.ts';
import { AccessClient } from '../administration/access-client.ts';
import type { ValidRequest } from '../every-operation.ts';
import { acquire } from '../named-resources/one-item.ts';
import type { ExpectedRefusal, Family, FurtherFault, Page } from './family.ts';
import { metadataFaults } from './metadata-faults.ts';

const root = '/api/v1';

export const namedResources: Family = {
  name: 'namedResources',

  root,

  validRequests: {
    reserve: async ({ unique }) =>
      post(
        '/Reservation/reserve',
        twoClaims(unique).map((claim) => ({ requester: 'worker-1', ...claim })),
      ),
    unreserve: async (scenario) => post('/Reservation/unreserve', await holdTwo(scenario)),
    renew: async (scenario) => {
      const held = await holdTwo(scenario);
      return post(
        '/Reservation/renew',
        held.map((one) => ({ ...one, ttlSeconds: 60 })),
      );
    },
    reserveTransaction: async ({ unique }) =>
      post('/Reservation/transaction', { requester: 'worker-1', items: twoClaims(unique), method: 'ALL_OR_NONE' }),
    listReservations: async () => get('/Reservation'),
    listActiveReservations: async () => get('/Reservation/activeReservations'),
    getReservation: async (scenario) => get(`/Reservation/${(await holdTwo(scenario))[0]?.resource}`),
    registerResources: async ({ unique }) =>
      post('/Resource/register', [definition(unique('machine')), definition(unique('machine'))]),
    listDefinitions: async () => get('/Resource/definitions'),
    deleteDefinition: async ({ holdfast, unique }) => {
      const name = unique('machine');
      await holdfast.resources.register([{ name }]);
      return { method: 'DELETE', path: `${root}/Resource/definitions/${name}` };
    },
    streamEvents: async () => get('/events'),
    listEventHistory: async () => get('/events/history'),
    forceRelease: async (scenario) => {
      const [held] = await holdTwo(scenario);
      return post('/Reservation/forceRelease', { resource: held?.resource, reason: 'stuck' });
    },
    exchangeToken: async (scenario) => {
      const client = new AccessClient(scenario);
      const issuer = await client.trustIssuer({ tenant_id: (await client.createTenant()).id, environment: 'live' });
      return post('/auth/token', { jwt: issuer.issue(scenario.clock.now()) });
    },
  },

  async readEverything({ send }) {
    const paths = ['/Reservation', '/Resource/definitions', '/events/history'];
    return Promise.all(paths.map(async (path) => (await send('GET', `${root}${path}?limit=1000`)).json));
  },

  pages: {
    listReservations: pageOfReservations,
    listActiveReservations: pageOfReservations,
    async listDefinitions({ holdfast, unique }) {
      const word = unique('machine');
      await holdfast.resources.register([{ name: `${word}/1` }, { name: `${word}/2` }]);
      const { nextCursor } = await holdfast.resources.definitions({ namePrefix: word, limit: 1 });
      return {
        list: 'definitions',
        query: { namePrefix: word, limit: '1' },
        otherQuery: { namePrefix: `${word}/`, limit: '1' },
        nextCursor: nextCursor!,
      };
    },
    async listEventHistory({ holdfast, unique }) {
      const resource = unique('job');
      await holdfast.resources.unreserve([await acquire(holdfast, { requester: 'worker-1', resource })].map(toItem));
      const { nextCursor } = await holdfast.resources.eventHistory({ resource, limit: 1 });
      return { list: 'events', query: { resource, limit: '1' }, otherQuery: { limit: '1' }, nextCursor: nextCursor! };
    },
  },

  choices: {},

  otherAddresses: [],

  opaqueMembers: ['releaseToken'],

  furtherFaults: [
    ...metadataFaults('reserve', '/1', (body, metadata) => corruptLast(body, { metadata })),
    ...metadataFaults('reserveTransaction', '/items/1', (body, metadata) => {
      const { items } = body as { items: unknown };
      return { ...(body as object), items: corruptLast(items, { metadata }) };
    }),
    definitionFault('blocks itself', '/blocks/0', 'not', (name) => ({ blocks: [name] })),
    definitionFault('names a place twice', '/treePath', 'uniqueItems', () => ({ treePath: 'A>B>A' })),
    definitionFault('names itself among those above it', '/treePath', 'uniqueItems', (name) => ({
      treePath: `A>${name}>B`,
    })),
    definitionFault('has a gap', '/treePath', 'pattern', () => ({ treePath: 'A>>B' })),
    definitionFault('holds a name of 257 characters', '/treePath', 'pattern', () => ({
      treePath: `A>${'b'.repeat(257)}`,
    })),
    definitionFault('leaves no room for the names of slots', '/name', 'maxLength', () => ({
      name: 'n'.repeat(256),
      capacity: 2,
    })),
  ],

  refusals: [
    ...wrongTokens('unreserve', '/Reservation/unreserve', {}),
    ...wrongTokens('renew', '/Reservation/renew', { ttlSeconds: 600 }),
    {
      operationId: 'deleteDefinition',
      reason: 'a name that is not registered',
      status: 404,
      names: 'nothing-of-the-kind',
      prepare: async () => ({ method: 'DELETE', path: `${root}/Resource/definitions/nothing-of-the-kind` }),
    },
    {
      operationId: 'deleteDefinition',
      reason: 'a resource that is held',
      status: 409,
      names: 'held',
      async prepare({ holdfast, unique }) {
        const name = unique('machine');
        await holdfast.resources.register([{ name }]);
        await acquire(holdfast, { requester: 'worker-1', resource: name });
        return { method: 'DELETE', path: `${root}/Resource/definitions/${name}` };
      },
    },
    {
      operationId: 'registerResources',
      reason: 'a pool in place of a resource that is held',
      status: 409,
      names: 'held',
      async prepare({ holdfast, unique }) {
        const { resource } = await acquire(holdfast, { requester: 'worker-1', resource: unique('machine') });
        return post('/Resource/register', [{ name: unique('machine') }, { name: resource, capacity: 2 }]);
      },
    },
  ],
};

interface Holding {
  readonly requester: string;
  readonly resource: string;
  readonly releaseToken: string;
}

function post(path: string, body: unknown): ValidRequest {
  return { method: 'POST', path: `${root}${path}`, body };
}

function get(path: string): ValidRequest {
  return { method: 'GET', path: `${root}${path}` };
}

function twoClaims(unique: Scenario['unique']) {
  return [unique('job'), unique('job')].map((resource) => ({
    resource,
    ttlSeconds: 3_600,
    resourceType: 'Job',
    metadata: { purpose: 'import' },
  }));
}

function definition(name: string) {
  return {
    name,
    capacity: 2,
    blocks: [`${name}/north`, `${name}/east`],
    treePath: `Shop>${name}`,
    labels: { any: 'label' },
  };
}

async function holdTwo({ holdfast, unique }: Scenario): Promise<readonly Holding[]> {
  const held = [];
  for (const resource of [unique('job'), unique('job')]) {
    held.push(toItem(await acquire(holdfast, { requester: 'worker-1', resource, ttlSeconds: 3_600 })));
  }
  return held;
}

function toItem({ requester, resource, releaseToken }: Holding): Holding {
  return { requester, resource, releaseToken };
}

async function pageOfReservations({ holdfast, unique }: Scenario): Promise<Page> {
  const word = unique('job');
  for (const number of [1, 2]) await acquire(holdfast, { requester: 'worker-1', resource: `${word}/${number}` });
  const { nextCursor } = await holdfast.resources.list({ resourcePrefix: word, limit: 1 });
  return {
    list: 'reservations',
    query: { resourcePrefix: word, limit: '1' },
    otherQuery: { resourcePrefix: `${word}/`, limit: '1' },
    nextCursor: nextCursor!,
  };
}

function corruptLast(items: unknown, members: object): readonly unknown[] {
  const [first, last] = items as readonly [object, object];
  return [first, { ...last, ...members }];
}

function definitionFault(
  reason: string,
  member: string,
  rule: string,
  membersOf: (name: string) => object,
): FurtherFault {
  return {
    operationId: 'registerResources',
    reason,
    field: `/1${member}`,
    rule,
    toJson: (valid) => JSON.stringify(corruptLast(valid, membersOf((valid as readonly { name: string }[])[1]!.name))),
  };
}

/** Whatever is not this very hold's token, from its holder. */
function wrongTokens(operationId: string, path: string, members: object): readonly ExpectedRefusal[] {
  const tokens: Readonly<Record<string, (right: string, ofAnother: string) => string | undefined>> = {
    'no token': () => undefined,
    'a made-up token': () => 'rt_made-up',
    'a token that lacks its end': (right) => right.slice(0, -1),
    'a token with more behind it': (right) => `${right}x`,
    'a token with a line break behind it': (right) => `${right}\n`,
    'a token in capitals': (right) => right.toUpperCase(),
    "another hold's token": (_right, ofAnother) => ofAnother,
  };
  return Object.entries(tokens).map(([reason, choose]) => ({
    operationId,
    reason,
    status: 403,
    names: 'releaseToken',
    async prepare(scenario) {
      const [held, other] = await holdTwo(scenario);
      const token = choose(held!.releaseToken, other!.releaseToken);
      return post(path, [
        {
          requester: held!.requester,
          resource: held!.resource,
          ...members,
          ...(token !== undefined && { releaseToken: token }),
        },
      ]);
    },
  }));
}
