import { parseArgs } from 'node:util';

import { scopes } from '@holdfast/engine';
import type { Scope } from '@holdfast/engine';
import { isProblemTypeBase } from '@holdfast/gateway';

import { readAccessSettings } from '../access-settings.ts';
import type { AccessOptions } from '../access-settings.ts';
import { largestCapacitySetting, readCapacitySettings } from '../capacity-settings.ts';
import type { BackendOptions, CapacityOptions } from '../mock-backend.ts';

export interface CommandOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly backend: BackendOptions;
}

/** The command line is invalid. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const usage = `Usage: holdfast-mock [options]

Serves a Holdfast for tests: offline, in memory, the same in every run.

  --port <number>         the port to listen on; 0 for any that is free (4010)
  --host <address>        the address to listen on (127.0.0.1)
  --api-key <key>         an API key that is good; repeat it for several (any key is good)
  --scope <scope>         what these keys may do; repeat it for several (everything)
  --tier <name>           the limits that hold: free, starter, pro or enterprise (unlimited)
  --manual-clock          time stands still until POST /__mock/advance
  --start-at <time>       when the manual clock starts (2026-01-01T00:00:00.000Z)
  --require-registration  only registered names can be reserved
  --problem-type-base <url>
                          what the types of problems begin with below /v1
                          (https://api.quotastack.io/errors/)
  --platform-capacity-gb <number>
                          how much all tenants can reserve together (4096)
  --org-cap-gb <number>   how much one tenant can reserve (1024)
  --reserved-micros-per-gb-hour <number>
                          what a reserved GB costs, in micro-dollars (12000)
  --on-demand-micros-per-gb-hour <number>
                          what other usage costs, in micro-dollars (60000)
  --help                  this text

POST /__mock/advance, reset, seed, fail-next and latency take as JSON what the functions
of @holdfast/mocks take: curl -d '{"seconds": 60}' http://127.0.0.1:4010/__mock/advance
`;

/** @throws {@link UsageError} with what is wrong. `help`: print the usage. */
export function readCommandOptions(args: readonly string[]): CommandOptions | 'help' {
  const { values } = parse(args);
  if (values.help) return 'help';
  const isManual = values['manual-clock'];
  const startAt = values['start-at'];
  if (startAt !== undefined && !isManual) throw new UsageError('--start-at needs --manual-clock.');
  if (startAt !== undefined) assertTime(startAt);
  const problemTypeBase = values['problem-type-base'];
  if (problemTypeBase !== undefined) assertProblemTypeBase(problemTypeBase);
  return {
    host: readHost(values.host),
    port: readPort(values.port),
    backend: {
      ...readAccess(values),
      clock: isManual ? 'manual' : 'system',
      startAt,
      requireRegistration: values['require-registration'],
      problemTypeBase,
      ...readCapacity(values),
    },
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: '4010' },
        host: { type: 'string', default: '127.0.0.1' },
        'api-key': { type: 'string', multiple: true },
        scope: { type: 'string', multiple: true },
        tier: { type: 'string' },
        'manual-clock': { type: 'boolean', default: false },
        'start-at': { type: 'string' },
        'require-registration': { type: 'boolean', default: false },
        'problem-type-base': { type: 'string' },
        'platform-capacity-gb': { type: 'string' },
        'org-cap-gb': { type: 'string' },
        'reserved-micros-per-gb-hour': { type: 'string' },
        'on-demand-micros-per-gb-hour': { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(String(error instanceof Error ? error.message : error).replace(/\.?$/u, '.'));
  }
}

function readPort(text: string): number {
  const port = /^\d{1,5}$/u.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new UsageError(`--port must be a number from 0 to 65535, not "${text}".`);
}

interface AccessValues {
  readonly 'api-key'?: readonly string[];
  readonly scope?: readonly string[];
  readonly tier?: string;
}

function readAccess({ 'api-key': keys, scope: given, tier }: AccessValues): AccessOptions {
  if (given !== undefined && keys === undefined) throw new UsageError('--scope needs --api-key.');
  const unknown = given?.find((scope) => !isScope(scope));
  if (unknown !== undefined) throw new UsageError(`--scope must be one of ${scopes.join(', ')}, not "${unknown}".`);
  const allowed = given?.filter(isScope);
  const options = { apiKeys: keys?.map((key) => ({ key, scopes: allowed })), tier };
  return checked(options, readAccessSettings);
}

function isScope(text: string): text is Scope {
  return scopes.some((scope) => scope === text);
}

/** Options that the mock takes as well. */
function checked<Options>(options: Options, read: (options: Options) => unknown): Options {
  try {
    read(options);
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message);
    throw error;
  }
  return options;
}

function readCapacity(values: Readonly<Record<string, unknown>>): CapacityOptions {
  const read = (option: string) => readAmount(option, values[option]);
  const options = {
    platformCapacityGb: read('platform-capacity-gb'),
    orgCapGb: read('org-cap-gb'),
    reservedMicrosPerGbHour: read('reserved-micros-per-gb-hour'),
    onDemandMicrosPerGbHour: read('on-demand-micros-per-gb-hour'),
  };
  return checked(options, readCapacitySettings);
}

function readAmount(option: string, text: unknown): number | undefined {
  if (text === undefined) return undefined;
  const amount = /^\d{1,10}$/u.test(String(text)) ? Number(text) : Number.NaN;
  if (amount <= largestCapacitySetting) return amount;
  throw new UsageError(`--${option} must be a number from 0 to ${largestCapacitySetting}, not "${String(text)}".`);
}

function assertTime(text: string): void {
  if (Number.isNaN(Date.parse(text)))
    throw new UsageError(`--start-at must be a time such as 2026-01-01T00:00:00Z, not "${text}".`);
}

function assertProblemTypeBase(text: string): void {
  if (!isProblemTypeBase(text))
    throw new UsageError(`--problem-type-base must be an http or https URL that ends with /, # or =, not "${text}".`);
}

function readHost(text: string): string {
  if (text !== '') return text;
  throw new UsageError('--host must be an address or a host name.');
}
