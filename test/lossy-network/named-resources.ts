import type { CallOptions, Holdfast } from '@holdfast/sdk';
import { expect } from 'vitest';

import type { Family } from './family.ts';

/** A resource's whole life, each step with the answer that it has on a reliable network. */
export const namedResources: Family = {
  name: 'named resources',
  async useOnce(holdfast, name, make) {
    const { resources } = holdfast;
    const held = { requester: `requester of ${name}`, resource: name };

    const [claim] = await make((options) => resources.reserve([{ ...held, ttlSeconds: 3_600 }], options));
    expect(claim).toMatchObject({ ...held, status: 'ACQUIRED' });
    const releaseToken = claim.releaseToken!;
    expect(await make((options) => resources.get(name, options))).toMatchObject({ ...held, status: 'HELD' });
    const [renewed] = await make((options) => resources.renew([{ ...held, releaseToken, ttlSeconds: 7_200 }], options));
    expect(renewed.status).toBe('RENEWED');
    const wrong = make((options) => resources.unreserve([{ ...held, releaseToken: 'wrong' }], options));
    await expect(wrong).rejects.toMatchObject({ name: 'WrongReleaseTokenError', results: [{ resource: name }] });
    const [freed] = await make((options) => resources.unreserve([{ ...held, releaseToken }], options));
    expect(freed).toMatchObject({ status: 'RELINQUISHED', released: [name] });
    const { outcome, results } = await make((options) => takeTogether(holdfast, name, options));
    expect({ outcome, statuses: results.map(({ status }) => status) }).toEqual({
      outcome: 'COMMITTED',
      statuses: ['ACQUIRED', 'ACQUIRED'],
    });
  },
  async effectsOn(holdfast, name) {
    const effects: string[] = [];
    for await (const { type } of holdfast.resources.eventHistory({ resource: name })) effects.unshift(type);
    return effects;
  },
  effectsOfUse: ['RESERVED', 'RENEWED', 'UNRESERVED', 'RESERVED'],
};

function takeTogether({ resources }: Holdfast, name: string, options: CallOptions) {
  const items = [
    { resource: name, ttlSeconds: 60 },
    { resource: `${name}/annex`, ttlSeconds: 60 },
  ];
  return resources.transaction({ requester: `requester of ${name}`, items }, options);
}
