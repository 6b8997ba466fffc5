/**
 * Runs what depends on the time as if it were another time, in another time zone:
 *
 *   node scripts/test-on-day.ts --libfaketime PATH --at 2028-02-29T12:00:00Z --zone America/St_Johns
 *
 * libfaketime shifts the time of day of whole processes, and leaves alone the clock by which timers go.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const root = join(import.meta.dirname, '..');

/** What reckons with days and months, or keeps times: rules, what is listed by time, what lapses, and the SDK. */
const timeDependent = [
  'packages/engine',
  'packages/sdk',
  'packages/mocks/test/clock.test.ts',
  'test/scenarios/administration',
  'test/scenarios/capacity',
  'test/scenarios/credits/expiry.test.ts',
  'test/scenarios/credits/extendHold.test.ts',
  'test/scenarios/credits/listCreditEvents.test.ts',
  'test/scenarios/credits/listHolds.test.ts',
  'test/scenarios/credits/listTransactions.test.ts',
  'test/scenarios/credits/topUp.test.ts',
  'test/scenarios/credits/updateCreditSettings.test.ts',
  'test/scenarios/named-resources/listEventHistory.test.ts',
  'test/scenarios/named-resources/renew.test.ts',
  'test/scenarios/named-resources/use-cases.test.ts',
];

const { values } = parseArgs({
  options: { libfaketime: { type: 'string' }, at: { type: 'string' }, zone: { type: 'string' } },
});
const { libfaketime = '', at = '', zone = '' } = values;
const shiftSeconds = Math.round((Date.parse(at) - Date.now()) / 1_000);
const shifted = {
  ...process.env,
  LD_PRELOAD: libfaketime,
  FAKETIME: `${shiftSeconds >= 0 ? '+' : ''}${shiftSeconds}`,
  FAKETIME_DONT_FAKE_MONOTONIC: '1',
  DONT_FAKE_MONOTONIC: '1',
  NO_FAKE_STAT: '1',
  TZ: zone,
  TARGETS: 'mocks,memory',
};

if (!isShifted()) {
  console.log(`WRONG  The clock could not be shifted to ${at} with libfaketime at '${libfaketime}'.`);
  process.exit(1);
}
console.log(`It is ${at} in ${zone}.`);
const tests = ['node_modules/vitest/vitest.mjs', 'run', '--reporter=dot', '--maxWorkers=1', ...timeDependent];
process.exit(
  spawnSync(process.execPath, tests, { cwd: root, env: shifted, stdio: ['ignore', 'inherit', 'inherit'] }).status ?? 1,
);

/** A library that can't be loaded is passed over with a warning. */
function isShifted(): boolean {
  const { stdout } = spawnSync(process.execPath, ['-p', 'Date.now()'], { env: shifted, encoding: 'utf8' });
  return Math.abs(Number(stdout) - Date.parse(at)) < 3_600_000;
}
