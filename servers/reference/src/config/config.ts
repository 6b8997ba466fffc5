import { defaultCapacitySettings, findUnsafeSums } from '@holdfast/engine';
import type { CapacityServiceSettings } from '@holdfast/engine';
import { defaultProblemTypeBase, isProblemTypeBase } from '@holdfast/gateway';

import type { AddressRange } from '../address-range.ts';
import { capacityVariables } from './capacity-variables.ts';
import { addressRanges, boolean, integer, oneOf, origins, text, VariableReader } from './environment-variables.ts';
import type { Variable } from './environment-variables.ts';
import { readSignInConfig, signInVariableNames } from './sign-in-variables.ts';
import type { SignInConfig } from './sign-in-variables.ts';
import { explainUnknownVariables } from './unknown-variables.ts';

export type StoreConfig =
  | { readonly type: 'memory' }
  | { readonly type: 'sqlite'; readonly dataDirectory: string }
  | { readonly type: 'mongodb'; readonly uri: string; readonly database: string };

export interface ServerConfig extends CapacityServiceSettings, SignInConfig {
  readonly store: StoreConfig;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** The token that `/metrics` wants; absent: none. */
  readonly metricsToken: string | undefined;
  /** The only port that serves `/metrics`, 0 for any free one; absent: the API's. */
  readonly metricsPort: number | undefined;
  /** The operator's own value for the first API key of a fresh store; absent: a new one. */
  readonly bootstrapApiKey: string | undefined;
  /** Whether only registered names can be reserved. */
  readonly requireRegistration: boolean;
  readonly eventHistoryDays: number;
  /** How long a request may try before it is answered with 503. */
  readonly requestTimeoutMs: number;
  readonly maxBodyBytes: number;
  readonly maxConnections: number;
  /** How long a stop waits for the requests under way. */
  readonly shutdownTimeoutMs: number;
  /** Whether to start from the system's time, unless the store has seen a later one, instead of the store's. */
  readonly takesSystemTime: boolean;
  readonly logLevel: (typeof logLevels)[number];
  /** Whether express-openapi-validator checks every request and answer too. */
  readonly checkContract: boolean;
  /** The origins whose pages may call this server from a browser. */
  readonly corsOrigins: readonly string[];
  /** What URLs of tenants may lead to although it isn't public. */
  readonly webhookAllow: readonly AddressRange[];
  /** Whose `X-Forwarded-For` is believed, so that API keys can be bound to addresses behind a proxy. */
  readonly trustedProxies: readonly AddressRange[];
  /** The prefix of types in `application/problem+json`. */
  readonly problemTypeBase: string;
}

/** The environment variables are invalid. The message has a line for each fault. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.faults = faults;
  }
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

const apiKey = text(
  'hf_live_ or hf_test_ and then at least 32 letters, digits, _ or -',
  /^hf_(?:live|test)_[A-Za-z0-9_-]{32,}$/u,
  { isSecret: true },
);
const metricsToken = text('16 to 1024 visible ASCII characters, without spaces', /^[\x21-\x7e]{16,1024}$/u, {
  isSecret: true,
});
const mongodbUri = text('a URI that begins with mongodb:// or mongodb+srv://', /^mongodb(?:\+srv)?:\/\/\S+$/u, {
  isSecret: true,
});
const databaseName = text('a name of 1 to 38 letters, digits, _ or -', /^[A-Za-z0-9_-]{1,38}$/u);
const hostName = text('an IP address or a host name', /^[A-Za-z0-9.:%_-]+$/u);
const problemTypeBase: Variable<string> = {
  rule: 'an http or https URL that ends with /, # or =',
  parse: (base) => (isProblemTypeBase(base) ? base : undefined),
};
const capacitySetting = integer(0, 1_000_000_000);
const path = text('the path of a folder', /^[^\0]+$/u);

/** The variables that {@link readConfig} reads, to tell a misspelt one from them. */
const variableNames = [
  'HOLDFAST_BOOTSTRAP_API_KEY',
  'HOLDFAST_CHECK_CONTRACT',
  'HOLDFAST_CORS_ORIGINS',
  'HOLDFAST_DATA_DIR',
  'HOLDFAST_EVENT_HISTORY_DAYS',
  'HOLDFAST_LOG_LEVEL',
  'HOLDFAST_MAX_BODY_BYTES',
  'HOLDFAST_MAX_CONNECTIONS',
  'HOLDFAST_METRICS_PORT',
  'HOLDFAST_METRICS_TOKEN',
  'HOLDFAST_ON_DEMAND_MICROS_PER_GB_HOUR',
  'HOLDFAST_ORG_CAP_GB',
  'HOLDFAST_PLATFORM_CAPACITY_GB',
  'HOLDFAST_PROBLEM_TYPE_BASE',
  'HOLDFAST_REQUEST_TIMEOUT_MS',
  'HOLDFAST_REQUIRE_REGISTRATION',
  'HOLDFAST_RESERVED_MICROS_PER_GB_HOUR',
  'HOLDFAST_SHUTDOWN_TIMEOUT_MS',
  'HOLDFAST_STORE',
  'HOLDFAST_TAKE_SYSTEM_TIME',
  'HOLDFAST_TRUSTED_PROXIES',
  'HOLDFAST_WEBHOOK_ALLOW',
  ...signInVariableNames,
];

/**
 * Reads the server's settings from environment variables.
 *
 * @throws {@link ConfigError} with everything that is wrong with them.
 *
 * @example
 * ```ts
 * const config = readConfig({ PORT: '0', HOLDFAST_STORE: 'memory' });
 * ```
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): ServerConfig {
  const reader = new VariableReader(env);
  const config: ServerConfig = {
    store: readStoreConfig(reader),
    host: reader.read('HOST', hostName, '127.0.0.1'),
    port: reader.read('PORT', integer(0, 65_535), 4_000),
    metricsToken: reader.read('HOLDFAST_METRICS_TOKEN', metricsToken, undefined),
    metricsPort: reader.read('HOLDFAST_METRICS_PORT', integer(0, 65_535), undefined),
    bootstrapApiKey: reader.read('HOLDFAST_BOOTSTRAP_API_KEY', apiKey, undefined),
    requireRegistration: reader.read('HOLDFAST_REQUIRE_REGISTRATION', boolean, false),
    eventHistoryDays: reader.read('HOLDFAST_EVENT_HISTORY_DAYS', integer(1, 36_500), 90),
    requestTimeoutMs: reader.read('HOLDFAST_REQUEST_TIMEOUT_MS', integer(100, 600_000), 10_000),
    maxBodyBytes: reader.read('HOLDFAST_MAX_BODY_BYTES', integer(1_024, 67_108_864), 1_048_576),
    maxConnections: reader.read('HOLDFAST_MAX_CONNECTIONS', integer(1, 1_000_000), 4_096),
    shutdownTimeoutMs: reader.read('HOLDFAST_SHUTDOWN_TIMEOUT_MS', integer(0, 3_600_000), 15_000),
    takesSystemTime: reader.read('HOLDFAST_TAKE_SYSTEM_TIME', boolean, false),
    logLevel: reader.read('HOLDFAST_LOG_LEVEL', oneOf(...logLevels), 'info'),
    checkContract: reader.read('HOLDFAST_CHECK_CONTRACT', boolean, false),
    corsOrigins: reader.read('HOLDFAST_CORS_ORIGINS', origins, []),
    webhookAllow: reader.read('HOLDFAST_WEBHOOK_ALLOW', addressRanges, []),
    trustedProxies: reader.read('HOLDFAST_TRUSTED_PROXIES', addressRanges, []),
    problemTypeBase: reader.read('HOLDFAST_PROBLEM_TYPE_BASE', problemTypeBase, defaultProblemTypeBase),
    ...readSignInConfig(reader),
    ...readCapacitySettings(reader),
  };
  if (config.port !== 0 && config.metricsPort === config.port) {
    reader.faults.push(
      `HOLDFAST_METRICS_PORT is ${config.port}, but must not be PORT. If it isn't set, /metrics is there.`,
    );
  }
  const faults = [...reader.faults, ...explainUnknownVariables(Object.keys(env), variableNames)];
  if (faults.length > 0) throw new ConfigError(faults);
  return config;
}

function readCapacitySettings(reader: VariableReader): CapacityServiceSettings {
  const read = (name: keyof CapacityServiceSettings) =>
    reader.read(capacityVariables[name].variable, capacitySetting, defaultCapacitySettings[name]);
  const settings = {
    platformCapacityGb: read('platformCapacityGb'),
    orgCapGb: read('orgCapGb'),
    reservedMicrosPerGbHour: read('reservedMicrosPerGbHour'),
    onDemandMicrosPerGbHour: read('onDemandMicrosPerGbHour'),
  };
  for (const { settings: names, words } of findUnsafeSums(settings)) {
    reader.faults.push(`${names.map((name) => capacityVariables[name].variable).join(', ')} must not ${words}.`);
  }
  return settings;
}

function readStoreConfig(reader: VariableReader): StoreConfig {
  const uri = reader.read('MONGODB_URI', mongodbUri, undefined);
  const database = reader.read('MONGODB_DATABASE', databaseName, undefined);
  const dataDirectory = reader.read('HOLDFAST_DATA_DIR', path, './data');
  const fallback = uri === undefined ? 'sqlite' : 'mongodb';
  const type = reader.read('HOLDFAST_STORE', oneOf('memory', 'sqlite', 'mongodb'), fallback);
  if (type === 'memory') return { type };
  if (type === 'sqlite') return { type, dataDirectory };
  if (uri === undefined) reader.faults.push('HOLDFAST_STORE is "mongodb", but MONGODB_URI is missing or wrong.');
  return { type, uri: uri ?? '', database: database ?? databaseIn(uri) };
}

function databaseIn(uri = ''): string {
  const path = /^[^/]*\/\/[^/]*\/([^?]+)/u.exec(uri)?.[1];
  return path === undefined ? 'holdfast' : decodeURIComponent(path);
}
