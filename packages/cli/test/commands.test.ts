import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Holdfast } from '@holdfast/sdk';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';

import { rowsOf, startCliServer, time } from './cli-server.ts';
import { holdfast } from './command-line.ts';

const server = await startCliServer();
const { client, run, printed, json } = server;

afterAll(() => server.stop());

const isoTime = expect.stringMatching(/^\d{4}-\d{2}-\d{2}T.*Z$/u);

describe('tenants', () => {
  test('are created, listed, changed, suspended and resumed', async () => {
    const quiet = await printed('tenants', 'create', 'Quiet', '--quiet');
    expect(await json('tenants', 'get', quiet.trim())).toMatchObject({ name: 'Quiet', tier: 'free' });

    const created = ['tenants', 'create', 'Acme ☂ 東京', '--tier', 'starter', '--metadata', 'contract=C-1'];
    const { id } = (await json(...created, '--metadata', 'note=a=b')) as { id: string };
    expect(await json('tenants', 'get', id)).toEqual({
      id,
      name: 'Acme ☂ 東京',
      tier: 'starter',
      suspended: false,
      require_registration: false,
      metadata: { contract: 'C-1', note: 'a=b' },
      created_at: isoTime,
      updated_at: isoTime,
    });

    const [headings, ...rows] = rowsOf(await printed('tenants', 'list'));
    expect(headings).toEqual(['ID', 'NAME', 'TIER', 'STATE', 'CREATED']);
    expect(rows).toContainEqual([id, 'Acme ☂ 東京', 'starter', 'active', time]);

    const changed = rowsOf(await printed('tenants', 'update', id, '--tier', 'pro', '--require-registration'));
    expect(changed).toEqual(
      expect.arrayContaining([
        ['tier', 'pro'],
        ['only registered names', 'yes'],
      ]),
    );
    expect(rowsOf(await printed('tenants', 'suspend', id))).toContainEqual(['state', 'suspended']);
    expect(await json('tenants', 'resume', id)).toMatchObject({ suspended: false, tier: 'pro' });
  });

  test('are listed completely, over as many pages as there are, or as far as one wishes', async () => {
    for (let count = 0; count < 3; count += 1) await client.admin.tenants.create({ name: `Tenant ${count}` });
    const all = (await json('tenants', 'list')) as unknown[];
    expect(all.length).toBeGreaterThan(3);
    expect(await json('tenants', 'list', '--limit', '2')).toEqual(all.slice(0, 2));
    const cut = await run('tenants', 'list', '--limit', '2');
    expect([rowsOf(cut.output).length, cut.errors]).toEqual([3, 'There are more than these 2.\n']);
  });
});

describe('keys', () => {
  /** Creates a key, and tells it from its value. */
  async function create(...args: readonly string[]) {
    const { output: value } = await run('keys', 'create', ...args);
    const key = value.trim();
    for await (const each of client.admin.apiKeys.list()) {
      if (each.display?.endsWith(key.slice(-5))) return { key, id: each.id };
    }
    throw new Error('There is no such key.');
  }

  test('are printed alone when they are created, so that a variable can take them', async () => {
    const { exitCode, output, errors } = await run('keys', 'create', 'Build', '--scope', 'resources:read,events:read');
    expect([exitCode, output]).toEqual([0, expect.stringMatching(/^hf_live_\w+\n$/u)]);
    expect(errors).toMatch(/^This is the API key \S+ of \S+, live\.\n$/u);
    const made = new Holdfast({ baseUrl: server.url, apiKey: output.trim() });
    await expect(made.resources.list()).resolves.toBeDefined();
    await expect(made.credits.customers.list()).rejects.toMatchObject({ status: 403 });
  });

  test('of other tenants have the settings that they are given', async () => {
    const { id: tenant } = await client.admin.tenants.create({ name: 'Other', tier: 'pro' });
    const place = ['--tenant', tenant, '--environment', 'test'];
    const settings = ['--expires', '2099-01-01', '--address', '192.0.2.0/24', '--ops-per-minute', '7'];
    const made = (await json('keys', 'create', 'First', ...place, ...settings)) as { id: string };
    expect(made).toMatchObject({
      tenant_id: tenant,
      environment: 'test',
      scopes: null,
      expires_at: '2099-01-01T00:00:00.000Z',
      allowed_cidrs: ['192.0.2.0/24'],
      ops_per_minute: 7,
      api_key: expect.stringMatching(/^hf_test_/u),
    });
    const listed = rowsOf(await printed('keys', 'list', ...place));
    const display = expect.stringMatching(/^hf_test_.{4}….{5}$/u);
    expect(listed).toEqual([
      ['ID', 'LABEL', 'KEY', 'STATE', 'EXPIRES', 'LAST USED', 'SCOPES'],
      [made.id, 'First', display, 'valid', '2099-01-01 00:00:00Z', '-', 'all'],
    ]);
  });

  test('are changed, and changed back', async () => {
    const { id } = await create('Changing', '--scope', 'resources:read', '--expires', '90d');
    const there = ['--address', '192.0.2.1', '--ops-per-minute', '5', '--label', 'Changed'];
    expect(rowsOf(await printed('keys', 'update', id, ...there))).toEqual(
      expect.arrayContaining([
        ['label', 'Changed'],
        ['scopes', 'resources:read'],
        ['addresses', '192.0.2.1'],
        ['operations a minute', '5'],
        ['expires', time],
      ]),
    );
    const back = ['--scope', 'all', '--address', 'any', '--ops-per-minute', 'unlimited', '--expires', 'never'];
    expect(await json('keys', 'update', id, ...back)).toMatchObject({
      label: 'Changed',
      scopes: null,
      allowed_cidrs: null,
      ops_per_minute: null,
      expires_at: null,
    });
  });

  test('are rotated, and printed alone', async () => {
    const { key, id } = await create('Rotating');
    const { output, errors } = await run('keys', 'rotate', id, '--overlap', '24h');
    expect(output).toMatch(/^hf_live_\w+\n$/u);
    expect(output.trim()).not.toBe(key);
    expect(errors).toMatch(/Its old value is valid until \d{4}-.*Z\.\n$/u);
  });

  test('are revoked only by whoever means it', async () => {
    const { id } = await create('Revoked');
    const refused = await run('keys', 'revoke', id);
    expect([refused.exitCode, refused.errors]).toEqual([2, expect.stringContaining('--yes')]);
    expect(rowsOf(await printed('keys', 'get', id))).toContainEqual(['state', 'valid']);
    expect(rowsOf(await printed('keys', 'revoke', id, '--yes'))).toContainEqual(['state', 'revoked']);
    expect((await run('keys', 'rotate', id)).exitCode).toBe(6);
  });
});

test('tiers are listed, created whole, changed in part and deleted', async () => {
  const [headings = [], ...rows] = rowsOf(await printed('tiers', 'list'));
  expect(headings.slice(0, 3)).toEqual(['NAME', 'OPS/MINUTE', 'OPS/DAY']);
  expect(rows).toContainEqual(['free', '200', '10000', '1000', '500', '1', '24', 'no', 'no', 'yes']);

  const incomplete = await run('tiers', 'set', 'partner', '--ops-per-minute', '9000');
  expect([incomplete.exitCode, incomplete.errors]).toEqual([2, expect.stringContaining('--ops-per-day')]);

  const limits = [
    '--ops-per-minute',
    '9000',
    '--ops-per-day',
    'unlimited',
    '--concurrent-locks',
    '5',
    '--api-keys',
    '2',
  ];
  const made = { ops_per_minute: 9_000, ops_per_day: null, reads_per_minute: 45_000, concurrent_locks: 5, api_keys: 2 };
  expect(await json('tiers', 'set', 'partner', ...limits)).toMatchObject({
    ...made,
    event_history_hours: null,
    enforce: true,
  });
  const changed = await json('tiers', 'set', 'partner', '--no-enforce', '--api-keys', '3');
  expect(changed).toMatchObject({ ...made, api_keys: 3, enforce: false, webhooks: true });

  expect(await printed('tiers', 'delete', 'partner')).toBe('');
  expect((await run('tiers', 'delete', 'partner')).exitCode).toBe(5);
});

test('a JWT issuer is set, shown and deleted', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-cli-'));
  const file = join(folder, 'jwks.json');
  const key = {
    kty: 'OKP',
    crv: 'Ed25519',
    x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
    alg: 'EdDSA',
    kid: 'one',
  };
  writeFileSync(file, JSON.stringify({ keys: [key] }));
  const set = ['jwt-issuer', 'set', '--issuer', 'https://id.example.com', '--audience', 'holdfast'];
  const scopes = ['--scope', 'resources:write', '--scope', 'events:read'];
  try {
    expect(rowsOf(await printed(...set, ...scopes, '--jwks-file', file))).toEqual(
      expect.arrayContaining([
        ['issuer', 'https://id.example.com'],
        ['keys', '1 of its own'],
        ['scopes', 'resources:write events:read'],
      ]),
    );
    expect(await json('jwt-issuer', 'get')).toMatchObject({ audience: 'holdfast', jwks: { keys: [{ kid: 'one' }] } });
    expect((await run(...set, ...scopes)).exitCode).toBe(2);
  } finally {
    await rm(folder, { recursive: true });
  }
  expect(await printed('jwt-issuer', 'delete')).toBe('');
  expect((await run('jwt-issuer', 'get')).exitCode).toBe(5);
});

test('people are invited, listed, given another role and removed', async () => {
  const { id } = (await json('people', 'invite', 'Ada@example.com')) as { id: string };
  expect(rowsOf(await printed('people', 'list'))).toEqual([
    ['ID', 'ADDRESS', 'NAME', 'ROLE', 'OPERATOR', 'STATE', 'SIGNED IN'],
    [id, 'ada@example.com', '-', 'member', 'no', 'invited', '-'],
  ]);
  expect(rowsOf(await printed('people', 'set-role', id, 'owner', '--operator'))).toEqual(
    expect.arrayContaining([
      ['role', 'owner'],
      ['operator', 'yes'],
      ['invitation ends', time],
    ]),
  );
  expect(await json('people', 'set-role', id, '--no-operator')).toMatchObject({ role: 'owner', is_operator: false });
  expect((await run('people', 'set-role', id)).exitCode).toBe(2);
  expect((await run('people', 'remove', id)).errors).toContain('--yes');
  expect(await printed('people', 'remove', id, '--yes')).toBe('');
  expect((await run('people', 'remove', id, '--yes')).exitCode).toBe(5);
});

describe('locks', () => {
  beforeEach(async () => {
    const [claim] = await client.resources.reserve([
      { requester: 'worker-7', resource: 'order-42', ttlSeconds: 600, metadata: { why: '\u001b[2Jnight' } },
    ]);
    expect(claim.releaseToken).not.toBeNull();
  });

  test('are listed and shown, without what would write over the terminal', async () => {
    const table = await printed('locks', 'list', '--prefix', 'order-');
    expect(rowsOf(table)).toEqual([
      ['RESOURCE', 'HELD BY', 'SINCE', 'UNTIL', 'FENCING TOKEN', 'METADATA'],
      ['order-42', 'worker-7', time, time, expect.stringMatching(/^\d+$/u), String.raw`{"why":"\u001b[2Jnight"}`],
    ]);
    expect(await json('locks', 'list', '--prefix', 'nothing')).toEqual([]);
    expect(rowsOf(await printed('locks', 'get', 'order-42'))).toContainEqual(['held by', 'worker-7']);
    await client.resources.register([{ name: 'Printer', capacity: 2 }]);
    await client.resources.reserve([{ requester: 'desk', resource: 'Printer', ttlSeconds: 600 }]);
    expect(rowsOf(await printed('locks', 'get', 'Printer'))).toEqual(
      expect.arrayContaining([
        ['free', '1 of 2'],
        ['Printer_0', 'desk'],
        ['Printer_1', 'free'],
      ]),
    );
  });

  test('are taken from their holders with --force, by whoever means it', async () => {
    expect((await run('locks', 'release', 'order-42', '--yes')).exitCode).toBe(2);
    expect((await run('locks', 'release', 'order-42', '--force')).exitCode).toBe(2);
    expect(await json('locks', 'get', 'order-42')).toMatchObject({ status: 'HELD' });
    const released = rowsOf(await printed('locks', 'release', 'order-42', '--force', '--reason', 'stuck', '--yes'));
    expect(released).toEqual(
      expect.arrayContaining([
        ['status', 'RELEASED'],
        ['it was held by', 'worker-7'],
      ]),
    );
    const { events } = await client.resources.eventHistory({ resource: 'order-42', limit: 1 });
    expect(events).toMatchObject([{ type: 'FORCE_RELEASED', reason: 'stuck' }]);
    expect(await json('locks', 'release', 'order-42', '--force', '--yes')).toMatchObject({ status: 'NOT_RESERVED' });
  });
});

test('customers are listed and shown, with their balances', async () => {
  const { id } = await client.credits.customers.create({ external_id: 'acme', display_name: 'Acme Ltd' });
  await client.credits.grant({ customer: 'acme', credits: 5_000, source: 'promotion' });
  expect(rowsOf(await printed('customers', 'list'))).toEqual([
    ['EXTERNAL ID', 'NAME', 'OVERAGE', 'CREATED', 'ID'],
    ['acme', 'Acme Ltd', "the tenant's", time, id],
  ]);
  expect(await json('customers', 'get', id, '--id')).toMatchObject({ external_id: 'acme' });
  expect(rowsOf(await printed('customers', 'balance', 'acme'))).toEqual([
    ['customer', 'acme'],
    ['balance', '5000'],
    ['held', '0'],
    ['left', '5000'],
    ['ever granted', '5000'],
  ]);
});

test('limits are shown beside what is used of them', async () => {
  const { id } = await client.admin.tenants.create({ name: 'Limited', tier: 'free' });
  const { api_key } = await client.admin.apiKeys.create({ tenant_id: id, environment: 'live', label: 'only' });
  const env = { HOLDFAST_URL: server.url, HOLDFAST_API_KEY: api_key ?? '' };
  const { output, errors } = await holdfast(['limits'], { env });
  expect(rowsOf(output)).toEqual([
    ['LIMIT', 'USED', 'OF', 'ANEW AT'],
    ['operations a minute', '0', '200', time],
    ['operations a day', '0', '10000', time],
    ['reads a minute', '0', '1000', time],
    ['operations a minute of this key', '-', 'unlimited', time],
    ['concurrent locks', '0', '500', '-'],
    ['API keys', '1', '1', '-'],
  ]);
  expect(errors).toBe('The tier is free.\n');
  expect(await json('limits')).toMatchObject({ tier: 'unlimited', limits: { ops_per_day: null } });

  const another = ['keys', 'create', 'second'];
  expect(await holdfast(another, { env })).toMatchObject({ exitCode: 7, output: '' });
});
