import { createMemoryStore } from '@holdfast/store-memory';
import { expect, onTestFinished, test, vi } from 'vitest';

import { readConfig } from '../src/config/config.ts';
import { createLogger } from '../src/log/logger.ts';
import { startServer } from '../src/start-server.ts';

const apiKey = `hf_live_${'a'.repeat(32)}`;

/** Servers on one store, each started with settings of its own. */
function createStarter() {
  const store = createMemoryStore();
  return async (env: Readonly<Record<string, string>>) => {
    const log: string[] = [];
    const logger = createLogger('warn', { write: (line) => void log.push((JSON.parse(line) as { msg: string }).msg) });
    const config = readConfig({ PORT: '0', HOLDFAST_BOOTSTRAP_API_KEY: apiKey, ...env });
    const server = await startServer({ config, store, logger });
    onTestFinished(() => server.stop());
    const ask = (path: string, init: RequestInit = {}) =>
      fetch(server.url + path, { ...init, headers: { 'X-API-Key': apiKey, 'Content-Type': 'application/json' } });
    return {
      log,
      limits: async () => (await ask('/v1/admin/capacity')).json(),
      put: (body: object) => ask('/v1/admin/capacity', { method: 'PUT', body: JSON.stringify(body) }),
      readyz: async () => {
        const answer = await ask('/readyz');
        return { status: answer.status, lines: (await answer.text()).trimEnd().split('\n') };
      },
    };
  };
}

const seeded = {
  platform_capacity_gb: 96,
  org_cap_gb: 40,
  reserved_micros_per_gb_hour: 10,
  on_demand_micros_per_gb_hour: 20,
};
const seeds = {
  HOLDFAST_PLATFORM_CAPACITY_GB: '96',
  HOLDFAST_ORG_CAP_GB: '40',
  HOLDFAST_RESERVED_MICROS_PER_GB_HOUR: '10',
  HOLDFAST_ON_DEMAND_MICROS_PER_GB_HOUR: '20',
};

test('the first server seeds the store; others answer as it does, and say that they were started with something else', async () => {
  const start = createStarter();
  const first = await start(seeds);
  expect([await first.limits(), first.log]).toMatchObject([seeded, []]);
  expect(await first.readyz()).toEqual({ status: 200, lines: ['ready'] });

  const other = await start({ ...seeds, HOLDFAST_ORG_CAP_GB: '64', HOLDFAST_RESERVED_MICROS_PER_GB_HOUR: '12' });
  expect(await other.limits()).toEqual(await first.limits());
  expect(other.log).toEqual([
    'HOLDFAST_ORG_CAP_GB is 64 here, but the store has 40, which counts: the variable only seeds a fresh store.' +
      ' An admin\'s PUT /v1/admin/capacity {"org_cap_gb":64} changes it.',
    expect.stringContaining('PUT /v1/admin/capacity {"reserved_micros_per_gb_hour":12} changes it.'),
  ]);
  expect(await other.readyz()).toEqual({
    status: 200,
    lines: [
      'ready',
      'the store has other settings than HOLDFAST_ORG_CAP_GB, HOLDFAST_RESERVED_MICROS_PER_GB_HOUR, and they count;' +
        ' the log of the start has both',
    ],
  });
});

test('a server that was started without any settings is one that differs, if the first one had others', async () => {
  const start = createStarter();
  await start(seeds);
  const { lines } = await (await start({})).readyz();
  for (const variable of Object.keys(seeds)) expect(lines[1]).toContain(variable);
});

test('what is set by a call is no difference', async () => {
  const start = createStarter();
  const first = await start(seeds);
  expect((await first.put({ org_cap_gb: 50, on_demand_micros_per_gb_hour: 30 })).status).toBe(200);
  expect((await start(seeds)).log).toEqual([]);
  expect((await start({ ...seeds, HOLDFAST_ORG_CAP_GB: '50' })).log).toEqual([]);
  expect((await start({ ...seeds, HOLDFAST_ORG_CAP_GB: '60' })).log).toEqual([
    expect.stringContaining('the store has 50 (live) and 40 (test), which counts'),
  ]);
});

test('the note goes when the difference does', async () => {
  const start = createStarter();
  await start(seeds);
  const other = await start({ ...seeds, HOLDFAST_PLATFORM_CAPACITY_GB: '100' });
  expect((await other.readyz()).lines).toHaveLength(2);
  await other.put({ platform_capacity_gb: 100 });
  await vi.waitFor(async () => expect((await other.readyz()).lines).toEqual(['ready']), {
    timeout: 60_000,
    interval: 200,
  });
});
