import { spawnSync } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { checkHistory } from './check-history.ts';
import { nothing } from './named-resources/testing/spec-calls.ts';
import type { History, RecordedCall } from './recording/history.ts';
import { reportFailure } from './report-failure.ts';

/** 2026-01-01T00:00:00Z, from which times are counted. */
const originMs = 1_767_225_600_000;

const first = claim(1, 'lock', 0, { status: 'ACQUIRED', releaseToken: 'first-token', fencingToken: 1 });
const second = claim(2, 'lock', 20, { status: 'ACQUIRED', releaseToken: 'second-token', fencingToken: 2 });
const elsewhere = claim(3, 'other-lock', 10, { status: 'ACQUIRED', releaseToken: 'other-token', fencingToken: 3 });
const lookCommand = { type: 'get', items: [{ resource: 'lock' }] };
const look: RecordedCall = { client: 4, command: lookCommand, calledAtMs: originMs + 5 };

function claim(client: number, resource: string, calledAtMs: number, result: object): RecordedCall {
  const requester = `r${client}`;
  const command = { type: 'reserve', items: [{ requester, resource }] };
  const answer = { results: [{ ...nothing, resource, requester, ...result }] };
  return { client, command, answer, calledAtMs: originMs + calledAtMs, returnedAtMs: originMs + calledAtMs + 2.5 };
}

function historyOf(...calls: readonly RecordedCall[]): History {
  return { family: 'named-resources', target: 'a test', seed: 7, clockToleranceMs: 2, calls };
}

test('a history whose answers can be explained is right', () => {
  expect(checkHistory(historyOf(first, elsewhere, look))).toBe(undefined);
});

test('what can be explained by no order is shown without what it has nothing to do with', () => {
  expect(checkHistory(historyOf(first, elsewhere, look, second))).toEqual({
    callCount: 2,
    text: [
      'No order of these calls on lock explains their answers (2 were made on it in all):',
      'call    from ms      to ms  client',
      '   1       0.00       2.50      c1  reserve lock by r1 → ACQUIRED, releaseToken first-to, fencingToken 1',
      '   2      20.00      22.50      c2  reserve lock by r2 → ACQUIRED, releaseToken second-t, fencingToken 2',
      'Explained one after the other, at most: 1.',
    ].join('\n'),
  });
});

test('a failure leaves the whole history in a file, and says how to check it again', async () => {
  const history = historyOf(first, elsewhere, look, second);
  const failure = checkHistory(history)!;
  const report = await reportFailure(history, failure);
  const [, script = '', file = ''] = /To check it again: node (\S+) (\S+)$/mu.exec(report) ?? [];
  onTestFinished(() => rm(dirname(file), { recursive: true }));

  expect(report).toContain(failure.text);
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(history);
  const cwd = join(import.meta.dirname, '../..');
  const recheck = spawnSync(process.execPath, [script, file], { cwd, encoding: 'utf8' });
  expect(recheck).toMatchObject({ status: 1, stdout: `${failure.text}\n` });
});
