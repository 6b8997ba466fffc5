import { addressesOfMade, readsOf } from './family.ts';
import type { CarriedOverFamily, WriteTools } from './family.ts';
import type { Request } from './recording.ts';

const [quarterMs, dayMs] = [900_000, 86_400_000];

/** Capacity, and the administration of its limits. */
export const capacity: CarriedOverFamily = {
  write: writeCapacity,
  readsAfter: (writes, writtenAtMs) => {
    const [booked, used] = [toQuery(bookedDays(writtenAtMs)), toQuery(usedHours(writtenAtMs))];
    const made = toQuery({
      from: new Date(writtenAtMs - dayMs).toISOString(),
      to: new Date(writtenAtMs + dayMs).toISOString(),
    });
    const calendar = `/api/capacity/calendar?${booked}`;
    const own = [
      ...addressesOfMade(writes, '/api/capacity/reservations'),
      `/api/capacity/reservations?${booked}`,
      `/api/capacity/reservations?${made}`,
      calendar,
      `/api/capacity/windows?durationMinutes=30&capacityGb=128&${booked}`,
      `/api/capacity/usage?${used}`,
      '/v1/admin/capacity',
      '/v1/admin/capacity?tenant_id=other',
    ];
    return [...readsOf('live', own), ...readsOf('test', [calendar]), ...readsOf('otherTenant', [calendar])];
  },
};

interface Range {
  readonly from: string;
  readonly to: string;
}

function toQuery({ from, to }: Range): string {
  return `from=${from}&to=${to}`;
}

/** Midnights, so that what is booked is of two days. */
function bookedDays(nowMs: number): Range {
  const midnight = Math.ceil(nowMs / dayMs) * dayMs + dayMs;
  return {
    from: new Date(midnight - 4 * quarterMs).toISOString(),
    to: new Date(midnight + 4 * quarterMs).toISOString(),
  };
}

function usedHours(nowMs: number): Range {
  const to = Math.floor(nowMs / quarterMs) * quarterMs;
  return { from: new Date(to - 12 * quarterMs).toISOString(), to: new Date(to).toISOString() };
}

async function writeCapacity({ write, now }: WriteTools): Promise<void> {
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
