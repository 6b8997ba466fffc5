import { describe, expect, test } from 'vitest';

import { parseAddressRange } from '../address-range.ts';
import { ConfigError, readConfig } from './config.ts';

function faultsOf(env: Readonly<Record<string, string>>): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

describe('readConfig', () => {
  test('has a value for everything', () => {
    expect(readConfig({})).toEqual({
      store: { type: 'sqlite', dataDirectory: './data' },
      host: '127.0.0.1',
      port: 4_000,
      metricsToken: undefined,
      metricsPort: undefined,
      bootstrapApiKey: undefined,
      requireRegistration: false,
      eventHistoryDays: 90,
      requestTimeoutMs: 10_000,
      maxBodyBytes: 1_048_576,
      maxConnections: 4_096,
      shutdownTimeoutMs: 15_000,
      takesSystemTime: false,
      logLevel: 'info',
      checkContract: false,
      corsOrigins: [],
      webhookAllow: [],
      trustedProxies: [],
      problemTypeBase: 'https://api.quotastack.io/errors/',
      signInProvider: undefined,
      signInAllow: [],
      publicUrl: undefined,
      platformCapacityGb: 4_096,
      orgCapGb: 1_024,
      reservedMicrosPerGbHour: 12_000,
      onDemandMicrosPerGbHour: 60_000,
    });
  });

  test('reads every variable', () => {
    const bootstrapApiKey = `hf_live_${'a'.repeat(32)}`;
    const config = readConfig({
      HOST: '::1',
      PORT: '0',
      MONGODB_URI: 'mongodb://one,two/?replicaSet=rs0',
      MONGODB_DATABASE: 'locks',
      HOLDFAST_BOOTSTRAP_API_KEY: bootstrapApiKey,
      HOLDFAST_CHECK_CONTRACT: 'true',
      HOLDFAST_CORS_ORIGINS: 'https://app.example.com, http://localhost:5173',
      HOLDFAST_EVENT_HISTORY_DAYS: '7',
      HOLDFAST_LOG_LEVEL: 'warn',
      HOLDFAST_MAX_BODY_BYTES: '2048',
      HOLDFAST_MAX_CONNECTIONS: '10',
      HOLDFAST_METRICS_PORT: '9464',
      HOLDFAST_METRICS_TOKEN: 'sixteen-letters!',
      HOLDFAST_OIDC_CLIENT_ID: 'holdfast',
      HOLDFAST_OIDC_CLIENT_SECRET: 'GOCSPX-secret',
      HOLDFAST_OIDC_ISSUER: 'https://accounts.google.com',
      HOLDFAST_ON_DEMAND_MICROS_PER_GB_HOUR: '1072285',
      HOLDFAST_ORG_CAP_GB: '0',
      HOLDFAST_PLATFORM_CAPACITY_GB: '1000000000',
      HOLDFAST_PROBLEM_TYPE_BASE: 'https://errors.example.com/v1#',
      HOLDFAST_PUBLIC_URL: 'https://holdfast.example.com',
      HOLDFAST_REQUEST_TIMEOUT_MS: '500',
      HOLDFAST_REQUIRE_REGISTRATION: '1',
      HOLDFAST_RESERVED_MICROS_PER_GB_HOUR: '0',
      HOLDFAST_SHUTDOWN_TIMEOUT_MS: '1',
      HOLDFAST_SIGN_IN_ALLOW: 'example.com, Ada@Example.org',
      HOLDFAST_TAKE_SYSTEM_TIME: 'true',
      HOLDFAST_TRUSTED_PROXIES: '10.0.0.0/8',
      HOLDFAST_WEBHOOK_ALLOW: '127.0.0.0/8, fd00::/8',
    });
    expect(config).toEqual({
      store: { type: 'mongodb', uri: 'mongodb://one,two/?replicaSet=rs0', database: 'locks' },
      host: '::1',
      port: 0,
      metricsToken: 'sixteen-letters!',
      metricsPort: 9_464,
      bootstrapApiKey,
      requireRegistration: true,
      eventHistoryDays: 7,
      requestTimeoutMs: 500,
      maxBodyBytes: 2_048,
      maxConnections: 10,
      shutdownTimeoutMs: 1,
      takesSystemTime: true,
      logLevel: 'warn',
      checkContract: true,
      corsOrigins: ['https://app.example.com', 'http://localhost:5173'],
      webhookAllow: [parseAddressRange('127.0.0.0/8'), parseAddressRange('fd00::/8')],
      trustedProxies: [parseAddressRange('10.0.0.0/8')],
      problemTypeBase: 'https://errors.example.com/v1#',
      signInProvider: { issuer: 'https://accounts.google.com', clientId: 'holdfast', clientSecret: 'GOCSPX-secret' },
      signInAllow: ['example.com', 'ada@example.org'],
      publicUrl: 'https://holdfast.example.com',
      platformCapacityGb: 1_000_000_000,
      orgCapGb: 0,
      reservedMicrosPerGbHour: 0,
      onDemandMicrosPerGbHour: 1_072_285,
    });
  });

  test.each([
    [
      'the one of HOLDFAST_DATA_DIR',
      { HOLDFAST_DATA_DIR: '/var/lib/h' },
      { type: 'sqlite', dataDirectory: '/var/lib/h' },
    ],
    ['the one that is named', { HOLDFAST_STORE: 'memory', MONGODB_URI: 'mongodb://one' }, { type: 'memory' }],
    [
      'MongoDB with a URI',
      { MONGODB_URI: 'mongodb://one' },
      { type: 'mongodb', uri: 'mongodb://one', database: 'holdfast' },
    ],
    [
      'the database in the URI',
      { MONGODB_URI: 'mongodb://one/a%2Db?w=1' },
      { type: 'mongodb', uri: 'mongodb://one/a%2Db?w=1', database: 'a-b' },
    ],
  ])('picks the store: %s', (_, env, store) => {
    expect(readConfig(env).store).toEqual(store);
  });

  test('takes an empty variable as one that is not set', () => {
    expect(readConfig({ PORT: '', HOLDFAST_LOG_LEVEL: '' })).toEqual(readConfig({}));
  });

  test.each(['development', 'test', 'production'])('is the same in NODE_ENV=%s', (environment) => {
    expect(readConfig({ NODE_ENV: environment })).toEqual(readConfig({}));
  });

  test('tells everything that is wrong at once, with variable, value and rule', () => {
    expect(faultsOf({ PORT: '65536', HOLDFAST_LOG_LEVEL: 'loud', HOLDFAST_EVENT_HISTORY_DAYS: '1.5' })).toEqual([
      'PORT is "65536", but must be an integer from 0 to 65535.',
      'HOLDFAST_EVENT_HISTORY_DAYS is "1.5", but must be an integer from 1 to 36500.',
      'HOLDFAST_LOG_LEVEL is "loud", but must be one of trace, debug, info, warn, error, fatal, silent.',
    ]);
  });

  test.each([
    ['PORT', '-1'],
    ['PORT', '4e3'],
    ['HOST', 'not a host'],
    ['HOLDFAST_STORE', 'redis'],
    ['HOLDFAST_STORE', 'mongodb'],
    ['HOLDFAST_CHECK_CONTRACT', 'yes please'],
    ['HOLDFAST_CORS_ORIGINS', 'https://app.example.com/'],
    ['HOLDFAST_CORS_ORIGINS', 'app.example.com'],
    ['HOLDFAST_TRUSTED_PROXIES', 'loopback'],
    ['HOLDFAST_WEBHOOK_ALLOW', '127.0.0.1'],
    ['HOLDFAST_WEBHOOK_ALLOW', '10.0.0.0/8,'],
    ['HOLDFAST_WEBHOOK_ALLOW', '10/8'],
    ['HOLDFAST_WEBHOOK_ALLOW', '10.0.0.0/33'],
    ['HOLDFAST_WEBHOOK_ALLOW', '::ffff:10.0.0.0/104'],
    ['HOLDFAST_WEBHOOK_ALLOW', 'localhost'],
    ['HOLDFAST_PROBLEM_TYPE_BASE', '/errors/'],
    ['HOLDFAST_PROBLEM_TYPE_BASE', 'urn:errors/'],
    ['HOLDFAST_PROBLEM_TYPE_BASE', 'https://'],
    ['HOLDFAST_PROBLEM_TYPE_BASE', 'https://errors.example.com/v1'],
    ['HOLDFAST_PLATFORM_CAPACITY_GB', '1000000001'],
    ['HOLDFAST_PLATFORM_CAPACITY_GB', '4 TB'],
    ['HOLDFAST_METRICS_PORT', '65536'],
    ['HOLDFAST_OIDC_ISSUER', 'http://login.example.com'],
    ['HOLDFAST_OIDC_ISSUER', 'accounts.google.com'],
    ['HOLDFAST_OIDC_ISSUER', 'https://login.example.com/?realm=one'],
    ['HOLDFAST_OIDC_CLIENT_ID', 'hold fast'],
    ['HOLDFAST_PUBLIC_URL', 'https://holdfast.example.com/'],
    ['HOLDFAST_PUBLIC_URL', 'http://holdfast.example.com'],
    ['HOLDFAST_PUBLIC_URL', 'http://127.0.0.1.example.com'],
    ['HOLDFAST_SIGN_IN_ALLOW', '@example.com'],
    ['HOLDFAST_SIGN_IN_ALLOW', 'everybody'],
    ['HOLDFAST_SIGN_IN_ALLOW', 'example.com ada@example.org'],
    ['HOLDFAST_ORG_CAP_GB', '-4'],
    ['HOLDFAST_ORG_CAP_GB', '0.5'],
    ['HOLDFAST_RESERVED_MICROS_PER_GB_HOUR', '0.012'],
    ['HOLDFAST_ON_DEMAND_MICROS_PER_GB_HOUR', '$0.06'],
    ['MONGODB_DATABASE', 'a.b'],
  ])('refuses %s=%s', (name, value) => {
    expect(faultsOf({ [name]: value })).toEqual([expect.stringContaining(`${name} is "${value}", but `)]);
  });

  test('refuses settings of capacity under which something could cost more than can be said, with the sum', () => {
    const large = { HOLDFAST_PLATFORM_CAPACITY_GB: '1000000000', HOLDFAST_ORG_CAP_GB: '1000000000' };
    expect(faultsOf({ ...large, HOLDFAST_RESERVED_MICROS_PER_GB_HOUR: '10000' })).toEqual([]);
    expect(faultsOf({ ...large, HOLDFAST_ON_DEMAND_MICROS_PER_GB_HOUR: '1000000000' })).toEqual([
      'HOLDFAST_PLATFORM_CAPACITY_GB, HOLDFAST_ORG_CAP_GB, HOLDFAST_RESERVED_MICROS_PER_GB_HOUR must not let 35 days' +
        ' of 1000000000 GB at 12000 micro-dollars a GB-hour come to 10080000000000000 micro-dollars,' +
        ' more than 9007199254740991.',
      'HOLDFAST_ON_DEMAND_MICROS_PER_GB_HOUR must not let 35 days of 10000000 GB at 1000000000 micro-dollars' +
        ' a GB-hour come to 8400000000000000000 micro-dollars, more than 9007199254740991.',
    ]);
  });

  test.each([
    ['HOLDFAST_BOOTSTRAP_API_KEY', 'hf_live_tooshort-Sesame'],
    ['HOLDFAST_METRICS_TOKEN', 'Sesame-of-15-ch'],
    ['HOLDFAST_METRICS_TOKEN', 'Sesame with spaces in it'],
    ['HOLDFAST_OIDC_CLIENT_SECRET', 'Sesame with spaces in it'],
    ['MONGODB_URI', 'postgres://user:Sesame@host/db'],
  ])('never shows a secret: %s', (name, value) => {
    const [fault, ...others] = faultsOf({ [name]: value });
    expect(others).toEqual([]);
    expect(fault).toMatch(new RegExp(`^${name} is a secret of ${value.length} characters, but must be `, 'u'));
    expect(fault).not.toContain('Sesame');
  });

  test('refuses one port for the API and for metrics, unless any port will do', () => {
    const [fault, ...others] = faultsOf({ HOLDFAST_METRICS_PORT: '4000' });
    expect(others).toEqual([]);
    expect(fault).toMatch(/^HOLDFAST_METRICS_PORT is 4000, but must not be PORT\./u);
    expect(faultsOf({ PORT: '0', HOLDFAST_METRICS_PORT: '0' })).toEqual([]);
  });

  test('refuses a provider of which only a part is set', () => {
    const env = { HOLDFAST_OIDC_ISSUER: 'http://127.0.0.1:9000', HOLDFAST_OIDC_CLIENT_ID: 'holdfast' };
    expect(faultsOf(env)).toEqual([
      'HOLDFAST_OIDC_ISSUER, HOLDFAST_OIDC_CLIENT_ID and HOLDFAST_OIDC_CLIENT_SECRET must be set together.',
    ]);
  });

  test('asks what a misspelt variable was meant to be', () => {
    expect(faultsOf({ HOLDFAST_DATADIR: '/data', HOLDFAST_MAX_CONECTIONS: '5' })).toEqual([
      'HOLDFAST_DATADIR is not a variable that Holdfast knows; did you mean HOLDFAST_DATA_DIR?',
      'HOLDFAST_MAX_CONECTIONS is not a variable that Holdfast knows; did you mean HOLDFAST_MAX_CONNECTIONS?',
    ]);
    expect(faultsOf({ HOLDFAST_TELEPORTATION: '1' })).toEqual([
      expect.stringContaining('the variables are HOLDFAST_BOOT'),
    ]);
  });

  test('leaves variables of clients and of Kubernetes alone', () => {
    const env = {
      HOLDFAST_API_KEY: 'x',
      HOLDFAST_SERVICE_HOST: '10.0.0.7',
      HOLDFAST_SERVICE_PORT_HTTP: '4000',
      HOLDFAST_PORT: 'tcp://10.0.0.7:4000',
      HOLDFAST_PORT_4000_TCP_ADDR: '10.0.0.7',
    };
    expect(faultsOf(env)).toEqual([]);
  });
});
