import { StoreUnavailable } from '@holdfast/engine';
import { expect, test } from 'vitest';

import { createLogger } from './logger.ts';
import { createErrorReporter } from './report-errors.ts';

function createLog() {
  const lines: string[] = [];
  return { lines, logger: createLogger('debug', { write: (line) => void lines.push(line) }) };
}

test.each([
  ['a request', { headers: { 'x-api-key': 'Sesame', authorization: 'Bearer Sesame', 'idempotency-key': 'Sesame' } }],
  ['headers', { 'X-API-Key': 'Sesame', Authorization: 'Sesame', 'Idempotency-Key': 'Sesame' }],
  ['a result', { result: { releaseToken: 'Sesame' } }],
  ['the configuration', { config: { bootstrapApiKey: 'Sesame', store: { uri: 'mongodb://user:Sesame@host' } } }],
  ['an error', { err: new Error('not hf_live_Sesame, at mongodb://user:Sesame@host/?x=1') }],
])('secrets are taken out of %s', (_, value) => {
  const { lines, logger } = createLog();
  logger.warn(value, 'something happened');
  expect(lines.join('')).toContain('something happened');
  expect(lines.join('')).toContain('***');
  expect(lines.join('')).not.toContain('Sesame');
});

test('an outage of the store has a line a second, a surprise one each', () => {
  const { lines, logger } = createLog();
  let elapsedMs = 0;
  const report = createErrorReporter(logger, () => elapsedMs);
  for (let index = 0; index < 50; index += 1) report(new StoreUnavailable('The disk is full.'), `r${index}`);
  elapsedMs = 1_000;
  report(new StoreUnavailable('The disk is full.'), 'r50');
  report(new Error('Bug'), 'r51');
  report(new Error('Bug'), 'r52');
  const logged = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(logged.map(({ level, requestId, requests }) => [level, requestId, requests])).toEqual([
    ['warn', 'r0', 1],
    ['warn', 'r50', 50],
    ['error', 'r51', undefined],
    ['error', 'r52', undefined],
  ]);
});
