import { ConflictError } from '@holdfast/sdk';
import type { Holdfast } from '@holdfast/sdk';
import { expect } from 'vitest';

import type { Family } from './family.ts';

/** A tenant with a key, which is changed, rotated and revoked. The key's value comes with the first answer, or never. */
export const administration: Family = {
  name: 'administration',
  async useOnce({ admin: { apiKeys, tenants } }, name, make) {
    const tenant = await make((options) => tenants.create({ name, tier: 'unlimited' }, options));
    expect(tenant).toMatchObject({ name, tier: 'unlimited', suspended: false });
    const asked = { tenant_id: tenant.id, environment: 'live', label: name } as const;
    const created = await make((options) => apiKeys.create(asked, options));
    expect(created).toMatchObject({ ...asked, revoked_at: null });
    expectValueOrNull(created);
    const narrowed = await make((options) => apiKeys.update(created.id, { scopes: ['credits:read'] }, options));
    expect(narrowed).toMatchObject({ display: created.display, scopes: ['credits:read'] });
    const rotated = await make((options) => apiKeys.rotate(created.id, { overlap_seconds: 600 }, options));
    expect(rotated.display).not.toBe(created.display);
    expectValueOrNull(rotated);
    const revoked = await make((options) => apiKeys.revoke(created.id, options));
    expect(revoked.revoked_at).not.toBeNull();
    const again = await make((options) => apiKeys.revoke(created.id, options));
    expect(again).toEqual(revoked);
    await expect(make((options) => apiKeys.rotate(created.id, {}, options))).rejects.toThrow(ConflictError);
    expect(await make((options) => apiKeys.get(created.id, options))).toEqual(revoked);
    const suspended = await make((options) => tenants.suspend(tenant.id, options));
    expect(suspended).toMatchObject({ suspended: true });
  },
  async effectsOn(holdfast, name) {
    return (await listOnce(holdfast)).get(name) ?? [];
  },
  effectsOfUse: ['tenant.created', 'key.created', 'key.updated', 'key.rotated', 'key.revoked', 'tenant.updated'],
};

/** Whoever has the value knows it by what is shown of it. */
function expectValueOrNull({
  api_key: value,
  display,
}: {
  readonly api_key: string | null;
  readonly display: string | null;
}) {
  if (value !== null) expect(`${value.slice(0, 12)}…${value.slice(-5)}`).toBe(display);
}

const lists = new WeakMap<Holdfast, ReturnType<typeof listByName>>();

/** When all is over, one list tells about everything. */
function listOnce(holdfast: Holdfast): ReturnType<typeof listByName> {
  const list = lists.get(holdfast) ?? listByName(holdfast);
  lists.set(holdfast, list);
  return list;
}

/** What was done, as it was written down for whoever did it, by the names of tenants and keys, the first deed first. */
async function listByName({ credits }: Holdfast): Promise<ReadonlyMap<string, readonly string[]>> {
  const all: { readonly type: string; readonly name: string }[] = [];
  for await (const { type, data } of credits.events({ limit: 100 })) {
    const { label, name } = data as { readonly label?: string; readonly name?: string };
    all.unshift({ type, name: label ?? name ?? '' });
  }
  const byName = Map.groupBy(all, ({ name }) => name);
  return new Map([...byName].map(([name, deeds]) => [name, deeds.map(({ type }) => type)]));
}
