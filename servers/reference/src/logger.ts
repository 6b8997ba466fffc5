import { pino, stdSerializers } from 'pino';
import type { DestinationStream, Logger } from 'pino';

import type { ServerConfig } from './config.ts';
import { scrubSecrets } from './scrub-secrets.ts';
import { standardError } from './standard-output.ts';

export type { Logger } from 'pino';

/** Nobody logs these on purpose. They are taken out in case somebody logs a whole object that has them. */
const secretFields = [
  'apiKey',
  'bootstrapApiKey',
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
 * JSON lines on the standard error output, so that the standard output is left to people. A request has a line of its
 * own at the level `debug`: at 20,000 requests a second it would cost more than the request, and the metrics tell more.
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
