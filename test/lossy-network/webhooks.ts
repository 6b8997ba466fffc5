import { NotFoundError } from '@holdfast/sdk';
import type { Holdfast } from '@holdfast/sdk';
import { expect } from 'vitest';

import type { Family } from './family.ts';

/** How many are at it at a time: a tenant may have twenty endpoints. */
const mostAtOnce = 15;

/** Where nothing is sent to: nobody does what it is to be told. */
const endpoint = { url: 'https://hooks.example.com/', types: ['limit.reached'] } as const;

/** An endpoint that is created, changed and deleted. Its secret comes with the first answer, or never. */
export const webhooks: Family = {
  name: 'webhooks',
  async useOnce(holdfast, name, make) {
    await inTurn(async () => {
      const { webhookEndpoints } = holdfast;
      const asked = { ...endpoint, types: [...endpoint.types], description: name };
      const { secret, ...created } = await make((options) => webhookEndpoints.create(asked, options));
      expect(created).toMatchObject({ ...asked, enabled: true });
      expectSecretOrNull(secret);
      const disabled = await make((options) => webhookEndpoints.update(created.id, { enabled: false }, options));
      expect(disabled).toMatchObject({ ...asked, enabled: false, disabled_reason: 'requested' });
      const rotated = await make((options) => webhookEndpoints.rotateSecret(created.id, {}, options));
      expectSecretOrNull(rotated.secret);
      const shown = { ...disabled, updated_at: rotated.updated_at };
      expect(await make((options) => webhookEndpoints.get(created.id, options))).toEqual(shown);
      expect(await namedOn(holdfast, name, make)).toEqual([shown]);
      await make((options) => webhookEndpoints.delete(created.id, options));
      const again = make((options) => webhookEndpoints.update(created.id, { enabled: true }, options));
      await expect(again).rejects.toThrow(NotFoundError);
    });
  },
  async effectsOn({ webhookEndpoints }, name) {
    const { data } = await webhookEndpoints.list({ limit: 100 });
    return data.filter(({ description }) => description === name).map(({ id }) => id);
  },
  /** It is gone: had a write another effect, one would be left. */
  effectsOfUse: [],
};

/** What there is of this name. */
async function namedOn({ webhookEndpoints }: Holdfast, name: string, make: Parameters<Family['useOnce']>[2]) {
  const { data } = await make((options) => webhookEndpoints.list({ limit: 100 }, options));
  return data.filter(({ description }) => description === name);
}

function expectSecretOrNull(secret: string | null): void {
  if (secret !== null) expect(secret).toMatch(/^whsec_/u);
}

const waiting: (() => void)[] = [];
let busy = 0;

/** Resolves when the task is done, which begins when there is room for another endpoint. */
async function inTurn(task: () => Promise<void>): Promise<void> {
  if (busy === mostAtOnce) await new Promise<void>((resolve) => void waiting.push(resolve));
  else busy += 1;
  try {
    await task();
  } finally {
    const next = waiting.shift();
    if (next === undefined) busy -= 1;
    else next();
  }
}
