import { StoreUnavailable } from '@holdfast/engine';
import { expect, test } from 'vitest';

import { createLogger } from './logger.ts';
import { createErrorReporter } from './report-errors.ts';

function createReporter() {
  const lines: string[] = [];
  const logger = createLogger('warn', { write: (line) => void lines.push(line) });
  const clock = { elapsedMs: 0 };
  return { lines, clock, report: createErrorReporter(logger, () => clock.elapsedMs) };
}

test('an outage of an hour is told at once and then less and less often, with the number of requests', () => {
  const { lines, clock, report } = createReporter();
  for (let second = 0; second < 3_600; second += 1) {
    clock.elapsedMs = second * 1_000;
    for (let request = 0; request < 10; request += 1) report(new StoreUnavailable('The disk is full.'), 'an-id');
  }
  const reports = lines.map((line) => JSON.parse(line) as { requests: number; msg: string });
  expect(reports[0]).toMatchObject({ requests: 1, msg: 'requests were answered with 503: The disk is full.' });
  expect(reports.slice(1, 4).map(({ requests }) => requests)).toEqual([10, 20, 40]);
  expect(reports.length).toBeLessThan(70);
});

test('the next outage is told at once, too', () => {
  const { lines, clock, report } = createReporter();
  const unavailable = new StoreUnavailable('The disk is full.');
  for (const elapsedMs of [0, 1_000, 3_000, 7_000, 100_000, 101_000]) {
    clock.elapsedMs = elapsedMs;
    report(unavailable, 'an-id');
  }
  expect(lines).toHaveLength(6);
});

test('what nobody foresaw is told each time', () => {
  const { lines, report } = createReporter();
  report(new Error('a surprise'), 'one');
  report(new Error('a surprise'), 'two');
  expect(lines.map((line) => (JSON.parse(line) as { requestId: string }).requestId)).toEqual(['one', 'two']);
});
