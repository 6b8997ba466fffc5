import { readsOf } from './family.ts';
import type { CarriedOverFamily, WriteTools } from './family.ts';
import type { Request } from './recording.ts';

export const namedResources: CarriedOverFamily = {
  write: writeNamedResources,
  readsAfter: () => [
    ...readsOf('live', [
      '/api/v1/Reservation',
      '/api/v1/Reservation/activeReservations',
      '/api/v1/Reservation/activeReservations?requester=print',
      '/api/v1/Reservation?resourcePrefix=Seat&limit=1000',
      '/api/v1/Reservation?resourceType=Order',
      ...names.map((name) => `/api/v1/Reservation/${encodeURIComponent(name)}`),
      '/api/v1/Resource/definitions',
      '/api/v1/events/history?limit=1000',
      '/api/v1/events/history?resource=brief',
      '/api/v1/events/history?type=RESERVATION_EXPIRED',
    ]),
    ...(['test', 'otherTenant'] as const).flatMap((apiKey) => {
      return readsOf(apiKey, ['/api/v1/Reservation', '/api/v1/events/history']);
    }),
  ],
};

/** Free and held, of every form. */
const names = [
  'order-42',
  'no end',
  'Crossing',
  'Lane-north',
  'Wide-7',
  'Shelf-12',
  'Warehouse',
  'Aisle-3',
  'Printer',
  'Printer_1',
  'Seat',
  'Seat_64',
  'brief',
  'returned',
  'account-a',
  'account-b',
];

async function writeNamedResources({ write, advance }: WriteTools): Promise<void> {
  const ask = (path: string, body: unknown, apiKey: Request['apiKey'] = 'live') =>
    write({ apiKey, method: 'POST', path: `/api/v1/${path}`, body });
  const reserve = (...items: readonly object[]) => ask('Reservation/reserve', items);
  const tokenOf = (answer: unknown) => (answer as { releaseToken: string }[])[0]?.releaseToken;

  await ask('Resource/register', [
    { name: 'Printer', capacity: 3, labels: { floor: '2' } },
    { name: 'Seat', capacity: 200 },
    { name: 'Shelf-12', treePath: 'Warehouse>Aisle-3>Shelf-12' },
    { name: 'Shelf-13', treePath: 'Warehouse>Aisle-3>Shelf-13' },
    { name: 'Crossing', blocks: ['Lane-north', 'Lane-east'] },
    { name: 'Gone' },
    { name: 'Wide', blocks: Array.from({ length: 40 }, (_, index) => `Wide-${index}`) },
  ]);
  await write({ apiKey: 'live', method: 'DELETE', path: '/api/v1/Resource/definitions/Gone' });
  await reserve(
    {
      requester: 'worker-7',
      resource: 'order-42',
      ttlSeconds: 3_600,
      resourceType: 'Order',
      metadata: { purpose: 'import', 'odd name': { π: ['ü', null, 1.5] } },
    },
    { requester: 'for ever', resource: 'no end' },
    { requester: 'driver', resource: 'Crossing', ttlSeconds: 7_200 },
    { requester: 'wide', resource: 'Wide', ttlSeconds: 7_200 },
    { requester: 'clerk', resource: 'Shelf-12', ttlSeconds: 7_200 },
    { requester: 'print', resource: 'Printer' },
    { requester: 'other', resource: 'Printer_2', ttlSeconds: 600 },
  );
  await reserve(
    ...Array.from({ length: 70 }, (_, index) => ({
      requester: `guest-${index}`,
      resource: 'Seat',
      ttlSeconds: 60 + index,
    })),
  );
  await reserve({ requester: 'late', resource: 'order-42', ttlSeconds: 5 }, { requester: 'late', resource: 'Aisle-3' });
  const brief = tokenOf(await reserve({ requester: 'brief', resource: 'brief', ttlSeconds: 10 }));
  await ask('Reservation/renew', [{ requester: 'brief', resource: 'brief', releaseToken: brief, ttlSeconds: 100 }]);
  const returned = tokenOf(await reserve({ requester: 'once', resource: 'returned', ttlSeconds: 10 }));
  await ask('Reservation/unreserve', [{ requester: 'once', resource: 'returned', releaseToken: returned }]);
  await ask('Reservation/transaction', {
    requester: 'transfer-9',
    method: 'ALL_OR_NONE',
    items: [
      { resource: 'account-a', ttlSeconds: 3_600 },
      { resource: 'account-b', ttlSeconds: 30 },
    ],
  });
  const forced = { requester: 'stuck', resource: 'forced', ttlSeconds: 3_600, metadata: { step: 3 } };
  await reserve(forced);
  await ask('Reservation/forceRelease', { resource: 'forced' });
  advance(11_000);
  await reserve({ requester: 'next', resource: 'forced', ttlSeconds: 50 });
  await writeElsewhere(ask, advance);
}

/** Claims of another environment, and of another tenant, that end in every way. */
async function writeElsewhere(
  ask: (path: string, body: unknown, apiKey: Request['apiKey']) => Promise<unknown>,
  advance: WriteTools['advance'],
): Promise<void> {
  await ask('Reservation/reserve', [{ requester: 'x', resource: 'order-42', ttlSeconds: 3_600 }], 'test');
  await ask('Reservation/reserve', [{ requester: 'y', resource: 'order-42', ttlSeconds: 20 }], 'otherTenant');
  for (const apiKey of ['test', 'otherTenant'] as const) {
    const claim = { requester: 'z', resource: 'job', ttlSeconds: 1 };
    const [granted] = (await ask('Reservation/reserve', [claim], apiKey)) as [{ readonly releaseToken: string }];
    const own = { requester: 'z', resource: 'job', releaseToken: granted.releaseToken };
    await ask('Reservation/renew', [{ ...own, ttlSeconds: 2 }], apiKey);
    await ask('Reservation/unreserve', [own], apiKey);
    await ask('Reservation/reserve', [claim], apiKey);
    advance(1_001);
    await ask('Reservation/reserve', [{ ...claim, requester: 'after z', ttlSeconds: 3_600 }], apiKey);
    await ask('Reservation/forceRelease', { resource: 'job' }, apiKey);
  }
}
