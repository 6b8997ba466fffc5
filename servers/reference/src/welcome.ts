import type { ServerConfig } from './config/config.ts';
import { describeStore } from './open-store.ts';
import type { RunningServer } from './start-server.ts';

/** Where the command line looks for a server unless it is told otherwise. */
const usualUrl = 'http://127.0.0.1:4000';

export interface Welcomed extends Pick<RunningServer, 'url' | 'metricsUrl' | 'firstApiKey'> {
  /** Signs in the operator, once; undefined: he signs in as everybody does. */
  readonly startUrl: string | undefined;
}

/** The message for whoever started the server: its address, a new key, the dashboard, and a first request. */
export function welcome({ url, metricsUrl, firstApiKey, startUrl }: Welcomed, config: ServerConfig): string {
  return [
    `Holdfast is listening on ${url} (store: ${describeStore(config.store)})`,
    ...describeKey(firstApiKey, config.bootstrapApiKey),
    describeDashboard(startUrl, config.publicUrl ?? url),
    '',
    'Try it:',
    `  ${exampleRequest(url, keyToShow(firstApiKey, config.bootstrapApiKey))}`,
    '',
    'Once more with "bob" for "alice", it answers ALREADY_HELD: demo is alice\'s for an hour, also across restarts.',
    '',
    'Next, in another terminal in this folder: a key for what you build, what its tier allows, and what happens.',
    ...describeCommands(url, firstApiKey, config.bootstrapApiKey).map((line) => `  ${line}`),
    '',
    ...(config.metricsPort === undefined ? [] : [`Metrics are at ${metricsUrl}`]),
    `The reference is at ${url}/docs`,
    '',
  ].join('\n');
}

function describeKey(firstApiKey: string | undefined, bootstrapApiKey: string | undefined): readonly string[] {
  if (bootstrapApiKey !== undefined) return ['API key: the one in HOLDFAST_BOOTSTRAP_API_KEY'];
  if (firstApiKey === undefined) {
    return ["API key: the one that the first start showed. It can't be shown again: only its hash is stored."];
  }
  return [`API key: ${firstApiKey}   (shown this once: only its hash is stored)`];
}

function describeDashboard(startUrl: string | undefined, serverUrl: string): string {
  if (startUrl === undefined) return `Dashboard: ${serverUrl}/dashboard`;
  return `Dashboard: ${startUrl}   (works once, within 15 minutes)`;
}

/** The commands that most people need next, after what makes them work. */
function describeCommands(
  url: string,
  firstApiKey: string | undefined,
  bootstrapApiKey: string | undefined,
): readonly string[] {
  const variables = [
    ...(url === usualUrl ? [] : [`HOLDFAST_URL=${url}`]),
    ...(bootstrapApiKey === undefined ? [] : ['HOLDFAST_API_KEY="$HOLDFAST_BOOTSTRAP_API_KEY"']),
    ...(bootstrapApiKey !== undefined || firstApiKey === undefined ? [] : [`HOLDFAST_API_KEY=${firstApiKey}`]),
  ];
  return [
    ...(variables.length === 0 ? [] : [`export ${variables.join(' ')}`]),
    "npx holdfast keys create 'My service' --scope resources:write,credits:write,capacity:write",
    'npx holdfast limits',
    'npx holdfast events tail',
  ];
}

function keyToShow(firstApiKey: string | undefined, bootstrapApiKey: string | undefined): string {
  if (bootstrapApiKey !== undefined) return '"X-API-Key: $HOLDFAST_BOOTSTRAP_API_KEY"';
  return firstApiKey === undefined ? '"X-API-Key: $HOLDFAST_API_KEY"' : `'X-API-Key: ${firstApiKey}'`;
}

function exampleRequest(url: string, apiKeyHeader: string): string {
  const body = JSON.stringify([{ requester: 'alice', resource: 'demo', ttlSeconds: 3_600 }]);
  return `curl -s ${url}/api/v1/Reservation/reserve -H ${apiKeyHeader} -H 'Content-Type: application/json' -d '${body}'`;
}
