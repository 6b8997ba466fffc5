import { pino, stdSerializers } from 'pino';
import type { DestinationStream, Logger } from 'pino';

import type { ServerConfig } from '../config/config.ts';
import { scrubSecrets } from './scrub-secrets.ts';
import { standardError } from './standard-output.ts';

export type { Logger } from 'pino';

/** Never logged on purpose; removed in case a whole object is logged. */
const secretFields = [
  'apiKey',
  'bootstrapApiKey',
  'metricsToken',
  'releaseToken',
  'uri',
  'authorization',
  '["x-api-key"]',
  '["idempotency-key"]',
  'Authorization',
  '["X-API-Key"]',
  '["Idempotency-Key"]',
];

/**
 * JSON lines on standard error; standard output is for people. Requests are logged at `debug` only: at 20,000 requests
 * a second a line would cost more than the request, and metrics tell more.
 */
export function createLogger(level: ServerConfig['logLevel'], stream: DestinationStream = standardError): Logger {
  return pino(
    {
      level,
      base: { service: 'holdfast' },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secretFields.flatMap(atAnyDepth), censor: '***' },
      serializers: { err: serializeError },
    },
    stream,
  );
}

function atAnyDepth(field: string): readonly string[] {
  const member = field.startsWith('[') ? field : `.${field}`;
  return [field, `*${member}`, `*.*${member}`];
}

function serializeError(error: Error): object {
  const { type, message, stack } = stdSerializers.err(error);
  return { type, message: scrubSecrets(message), stack: scrubSecrets(stack) };
}
