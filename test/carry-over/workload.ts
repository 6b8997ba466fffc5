import type { Exchange, Request } from './recording.ts';

/** Something of every kind of record that the engine keeps, and in every state that they can be in. */
export interface WorkloadTools {
  /** Sends a write, and resolves to its answer. */
  write(request: Omit<Request, 'idempotencyKey'>): Promise<unknown>;
  now(): number;
  advance(milliseconds: number): void;
}

const [secondMs, quarterMs, dayMs] = [1_000, 900_000, 86_400_000];
const metric = 'image-generation';

export async function writeAll(tools: WorkloadTools): Promise<void> {
  await writeNamedResources(tools);
  await writeCredits(tools);
  await writeCapacity(tools);
}

async function writeNamedResources({ write, advance }: WorkloadTools): Promise<void> {
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
  advance(11 * secondMs);
  await ask('Reservation/reserve', [{ requester: 'x', resource: 'order-42', ttlSeconds: 3_600 }], 'test');
  await ask('Reservation/reserve', [{ requester: 'y', resource: 'order-42', ttlSeconds: 20 }], 'otherTenant');
}

async function writeCredits({ write, now, advance }: WorkloadTools): Promise<void> {
  const ask = (path: string, body: unknown, method = 'POST') =>
    write({ apiKey: 'live', method, path: `/v1/${path}`, body });
  const hold = async (units: number, ttlSeconds: number) => {
    const body = {
      external_customer_id: 'customer/42',
      billable_metric_key: metric,
      estimated_units: units,
      ttl_seconds: ttlSeconds,
    };
    return (await ask('reserve', body)) as { reservation_id?: string; id?: string };
  };
  const idOf = ({ reservation_id: one, id }: { reservation_id?: string; id?: string }) => one ?? id;
  const usage = (name: string, units: number, event?: string) => ({
    external_customer_id: name,
    billable_metric_key: metric,
    units,
    ...(event !== undefined && { event_id: event }),
  });

  await ask('billable-metrics', { key: metric, display_name: 'Images' });
  await ask('billable-metrics', { key: 'tokens' });
  await ask('metering-rules', { billable_metric_key: metric, cost_type: 'per_unit', unit_cost: 900 });
  await ask('metering-rules', { billable_metric_key: metric, cost_type: 'per_unit', unit_cost: 1_000 });
  const tiers = [
    { up_to: 100, unit_cost: 1_000 },
    { up_to: null, unit_cost: 800 },
  ];
  await ask('metering-rules', { billable_metric_key: 'tokens', cost_type: 'tiered', mode: 'graduated', tiers });
  await ask('customers', { external_id: 'customer/42', display_name: 'Ada Lovelace', metadata: { plan: 'pro' } });
  await ask('customers', { external_id: 'debtor', overage_policy: 'allow', overage_limit: 50_000 });
  await ask('credit-settings', { emit_reservation_expired: true }, 'PATCH');
  await ask('topup/grant', {
    external_customer_id: 'customer/42',
    credits: 200_000,
    price_paid: 4_900,
    currency: 'EUR',
    external_payment_id: 'pay_1',
  });
  await ask('topup/grant', { external_customer_id: 'new', credits: 5_000 });
  const grant = 'customer-by-external-id/customer%2F42/credits/grant';
  await ask(grant, {
    credits: 20_000,
    source: 'promotion',
    priority: 1,
    expires_at: new Date(now() + 60 * secondMs).toISOString(),
  });
  await ask(grant, { credits: 30_000, source: 'promotion' });
  await ask('customer-by-external-id/customer%2F42/credits/adjust', { delta: -1_500, reason: 'mistake' });
  await ask('usage', usage('customer/42', 3, 'render-18'));
  await ask('usage', usage('debtor', 20));
  await ask('usage/batch', {
    events: [usage('customer/42', 1, 'render-18'), usage('new', 2, 'render-19'), usage('debtor', 900)],
  });
  const [committed, interim, released, extended] = [
    await hold(10, 300),
    await hold(20, 7_200),
    await hold(5, 300),
    await hold(4, 40),
  ];
  await hold(7, 30);
  await hold(6, 7_200);
  await ask(`reserve/${idOf(committed)}/commit`, { actual_units: 7 });
  await ask(`reserve/${idOf(interim)}/commit`, { actual_units: 4, final: false, metadata: { stage: 'draft' } });
  await ask(`reserve/${idOf(released)}/release`, undefined);
  await ask(`reserve/${idOf(extended)}/extend`, { additional_units: 2, ttl_seconds: 5_000 });
  await ask('reserve', { external_customer_id: 'new', billable_metric_key: metric, estimated_units: 1_000 });
  advance(5 * secondMs);
}

/** Midnights, so that what is booked is of two days. */
function bookedDays(nowMs: number): { readonly from: string; readonly to: string } {
  const midnight = Math.ceil(nowMs / dayMs) * dayMs + dayMs;
  return {
    from: new Date(midnight - 4 * quarterMs).toISOString(),
    to: new Date(midnight + 4 * quarterMs).toISOString(),
  };
}

function usedHours(nowMs: number): { readonly from: string; readonly to: string } {
  const to = Math.floor(nowMs / quarterMs) * quarterMs;
  return { from: new Date(to - 12 * quarterMs).toISOString(), to: new Date(to).toISOString() };
}

async function writeCapacity({ write, now }: WorkloadTools): Promise<void> {
  const { from, to } = bookedDays(now());
  const firstMs = Date.parse(from);
  const at = (ms: number) => new Date(ms).toISOString();
  const interval = (quarter: number, capacityGb: number) => ({
    startsAt: at(firstMs + quarter * quarterMs),
    endsAt: at(firstMs + (quarter + 1) * quarterMs),
    capacityGb,
  });
  const reserve = (apiKey: Request['apiKey'], ...intervals: readonly object[]) =>
    write({ apiKey, method: 'POST', path: '/api/capacity/reservations', body: { intervals } });
  const limit = (body: object) => write({ apiKey: 'live', method: 'PUT', path: '/v1/admin/capacity', body });

  await limit({ platform_capacity_gb: 2_048 });
  await limit({ org_cap_gb: 512, tenant_id: 'other' });
  await limit({ platform_capacity_gb: 1_024, org_cap_gb: 256, from, to });
  await reserve('live', ...Array.from({ length: 8 }, (_, quarter) => interval(quarter, 16 + 4 * quarter)));
  await reserve('live', interval(2, 32));
  await reserve('otherTenant', interval(2, 64), interval(7, 128));
  await reserve('live', interval(2, 256));
  const used = Date.parse(usedHours(now()).from);
  const samples = Array.from({ length: 20 }, (_, index) => ({
    workloadId: `batch/${index % 3}`,
    at: at(used + index * 7 * 60_000),
    memoryGb: (index * 37) % 64,
  }));
  await write({ apiKey: 'live', method: 'POST', path: '/api/capacity/usage', body: { samples } });
}

/** Everything that can be asked of what the writes left. */
export function readsAfter(writes: readonly Exchange[], writtenAtMs: number): readonly Request[] {
  const ids = new Set<string>();
  for (const { path, answer } of writes) {
    const { reservation_id: hold, reservationId, id } = (answer ?? {}) as Record<string, string | undefined>;
    if (path === '/v1/reserve' && (hold ?? id)) ids.add(`/v1/reserve/${hold ?? id}`);
    if (path === '/v1/customers' && id) ids.add(`/v1/customers/${id}`);
    if (path === '/api/capacity/reservations' && (reservationId ?? id)) ids.add(`${path}/${reservationId ?? id}`);
  }
  const range = ({ from, to }: { from: string; to: string }) => `from=${from}&to=${to}`;
  const [booked, used] = [range(bookedDays(writtenAtMs)), range(usedHours(writtenAtMs))];
  const paths = [
    ...ids,
    ...[
      '',
      '/activeReservations',
      '/activeReservations?requester=print',
      '?resourcePrefix=Seat&limit=1000',
      '?resourceType=Order',
    ].map((path) => `/api/v1/Reservation${path}`),
    ...[
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
    ].map((name) => `/api/v1/Reservation/${encodeURIComponent(name)}`),
    '/api/v1/Resource/definitions',
    '/api/v1/events/history?limit=1000',
    '/api/v1/events/history?resource=brief',
    '/api/v1/events/history?type=RESERVATION_EXPIRED',
    '/v1/customers',
    ...['customer%2F42', 'debtor', 'new'].flatMap((name) =>
      [
        '',
        '/reservations',
        '/reservations?status=expired',
        '/credits?include_blocks=true',
        '/credits/audit',
        '/transactions?limit=100',
        `/entitlements/${metric}?units=7`,
      ].map((path) => `/v1/customer-by-external-id/${name}${path}`),
    ),
    '/v1/billable-metrics',
    `/v1/billable-metrics/${metric}`,
    '/v1/metering-rules',
    '/v1/credit-settings',
    '/v1/events?limit=100',
    `/api/capacity/reservations?${booked}`,
    `/api/capacity/reservations?${range({ from: new Date(writtenAtMs - dayMs).toISOString(), to: new Date(writtenAtMs + dayMs).toISOString() })}`,
    `/api/capacity/calendar?${booked}`,
    `/api/capacity/windows?durationMinutes=30&capacityGb=128&${booked}`,
    `/api/capacity/usage?${used}`,
    '/v1/admin/capacity',
    '/v1/admin/capacity?tenant_id=other',
  ];
  const live = paths.map((path) => ({ apiKey: 'live' as const, method: 'GET', path }));
  const others = (['test', 'otherTenant'] as const).flatMap((apiKey) =>
    ['/api/v1/Reservation', '/api/v1/events/history', `/api/capacity/calendar?${booked}`].map((path) => ({
      apiKey,
      method: 'GET',
      path,
    })),
  );
  return [...live, ...others];
}
