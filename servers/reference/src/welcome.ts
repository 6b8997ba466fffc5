import type { ServerConfig } from './config/config.ts';
import { describeStore } from './open-store.ts';
import type { RunningServer } from './start-server.ts';

/** The message for whoever started the server: its address, a new key, and a first request. */
export function welcome(
  { url, metricsUrl, firstApiKey }: Pick<RunningServer, 'url' | 'metricsUrl' | 'firstApiKey'>,
  config: ServerConfig,
): string {
  return [
    `Holdfast is listening on ${url} (store: ${describeStore(config.store)})`,
    ...describeKey(firstApiKey, config.bootstrapApiKey),
    '',
    'Try it:',
    `  ${exampleRequest(url, keyToShow(firstApiKey, config.bootstrapApiKey))}`,
    '',
    'Once more with "bob" for "alice", it answers ALREADY_HELD: demo is alice\'s for an hour, also across restarts.',
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

function keyToShow(firstApiKey: string | undefined, bootstrapApiKey: string | undefined): string {
  if (bootstrapApiKey !== undefined) return '"X-API-Key: $HOLDFAST_BOOTSTRAP_API_KEY"';
  return firstApiKey === undefined ? '"X-API-Key: $HOLDFAST_API_KEY"' : `'X-API-Key: ${firstApiKey}'`;
}

function exampleRequest(url: string, apiKeyHeader: string): string {
  const body = JSON.stringify([{ requester: 'alice', resource: 'demo', ttlSeconds: 3_600 }]);
  return `curl -s ${url}/api/v1/Reservation/reserve -H ${apiKeyHeader} -H 'Content-Type: application/json' -d '${body}'`;
}
