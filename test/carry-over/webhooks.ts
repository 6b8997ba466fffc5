import { addressesOfMade, readsOf } from './family.ts';
import type { CarriedOverFamily } from './family.ts';

const path = '/v1/webhook-endpoints';

/** Endpoints, of which two have had their secrets rotated. Nothing is sent: receivers are not carried over. */
export const webhooks: CarriedOverFamily = {
  async write({ write }) {
    const ask = async (method: string, address: string, body?: object) =>
      (await write({ apiKey: 'live', method, path: address, ...(body && { body }) })) as { readonly id: string };
    const url = 'https://hooks.example.com/holdfast';
    const types = ['limit.reached'];
    const one = await ask('POST', path, { url, types, description: 'Billing', headers: { 'X-Team': 'billing' } });
    const other = await ask('POST', path, { url, types });
    const disabled = await ask('POST', path, { url, types });
    await ask('POST', `${path}/${one.id}/rotate-secret`, {});
    await ask('POST', `${path}/${other.id}/rotate-secret`, { overlap_seconds: 0 });
    await ask('PATCH', `${path}/${disabled.id}`, { enabled: false });
    const gone = await ask('POST', path, { url, types });
    await ask('DELETE', `${path}/${gone.id}`);
    await ask('PATCH', '/v1/tenants/default/config', { webhook_url: url });
    await ask('POST', `${path}/${one.id}/replay`, { after: 0 });
  },
  readsAfter: (writes) =>
    readsOf('live', [
      `${path}?limit=100`,
      ...addressesOfMade(writes, path).flatMap((address) => [address, `${address}/deliveries`]),
    ]),
};
