import { randomUUID } from 'node:crypto';

import { afterEach, describe, expect, inject, test } from 'vitest';

import { WireClient } from '../faults/wire-client.ts';
import { startServerProcess } from './server-process.ts';
import type { ServerProcess } from './server-process.ts';

const apiKey = `hf_live_${'5'.repeat(43)}`;
const mongodbUri = inject('mongodbUri');

describe.skipIf(mongodbUri === undefined)('processes with other settings on one MongoDB', () => {
  let servers: readonly ServerProcess[] = [];

  afterEach(async () => {
    await Promise.all(servers.map((server) => server.end('SIGKILL')));
  });

  test('that start at the same time seed it once, answer alike, and all but one say that they differ', async () => {
    const place = { MONGODB_URI: mongodbUri ?? '', MONGODB_DATABASE: `settings-${randomUUID().slice(0, 13)}` };
    const env = { ...place, HOLDFAST_BOOTSTRAP_API_KEY: apiKey };
    const caps = [64, 128, 256];
    servers = await Promise.all(
      caps.map(String).map((setting) => {
        const settings = { HOLDFAST_ORG_CAP_GB: setting, HOLDFAST_RESERVED_MICROS_PER_GB_HOUR: setting };
        return startServerProcess({ env: { ...env, ...settings } });
      }),
    );
    const answers = await Promise.all(
      servers.map(async ({ url, log }) => {
        const limits = await new WireClient(url, apiKey).read<Record<string, number>>({
          operationId: 'getCapacityLimits',
        });
        const ready = await fetch(`${url}/readyz`);
        const lines = (await ready.text()).split('\n').filter((line) => line.includes('HOLDFAST_ORG_CAP_GB'));
        return {
          limits,
          status: ready.status,
          lines,
          warnings: log().filter((line) => line.includes('only seeds a fresh store')),
        };
      }),
    );
    const seeded = answers[0]?.limits['org_cap_gb'];
    expect(caps).toContain(seeded);
    for (const [index, { limits, status, lines, warnings }] of answers.entries()) {
      expect(limits).toMatchObject({ org_cap_gb: seeded, reserved_micros_per_gb_hour: seeded });
      const isFirst = caps[index] === seeded;
      expect([status, lines.length, warnings.length]).toEqual([200, isFirst ? 0 : 1, isFirst ? 0 : 2]);
    }
  });
});
