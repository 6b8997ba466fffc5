import { randomInt } from 'node:crypto';

import { familiesFor } from '../families.ts';
import { findLastingFaults } from '../outbox/find-broken-outbox.ts';
import { OutboxReaders } from '../outbox/outbox-readers.ts';
import { countRuns } from '../run-count.ts';
import { checkHistory } from './check-history.ts';
import type { AnyFamily } from './family.ts';
import { answeredClaims } from './named-resources/answered-claims.ts';
import type { History } from './recording/history.ts';
import { recordHistory } from './recording/record-history.ts';
import type { RecordingOptions } from './recording/record-history.ts';
import { reportFailure } from './report-failure.ts';

const families = await familiesFor('histories');

/** How many histories of a family are recorded; more by `HISTORIES=10000`. */
function countHistories({ usualHistoryCount }: AnyFamily): number {
  return countRuns('HISTORIES', usualHistoryCount);
}

/** Far more than it takes, also on a busy machine. */
export const proofTimeoutMs = 600_000 + 10_000 * Math.max(...families.map(countHistories));

/** `HISTORIES_SEED` repeats what the clients draw; what they meet depends on the time too. */
const firstSeed = Number(process.env['HISTORIES_SEED'] || randomInt(1_000_000_000));

/**
 * Histories recorded at the same time: most of one's time is spent waiting for holds to end. The more of them, the longer
 * each request takes, and the more requests overlap that nobody can put in order.
 */
const atOnce = 10;

const enoughHistories = 50;

/** Of what is wrong with an outbox; the rest mostly follows from it. */
const mostShown = 10;

/**
 * Records histories, then checks them, so that the one doesn't disturb the other, and says in a line what was recorded.
 * All the while somebody reads the outbox of each process; in the end it must tell all that happened.
 * Rejects with the plainest of those that can't be explained, or if all together miss something that they are to try.
 */
export async function proveHistories(options: Omit<RecordingOptions, 'seed'>): Promise<string> {
  const { family, servers } = options;
  const readers = new OutboxReaders(servers.map(({ url, apiKey }) => ({ name: url, apiKey, url: () => url })));
  const histories = await recordAll(options);
  await readers.stop();
  const failures = histories.flatMap((history) => {
    const failure = checkHistory(history);
    return failure === undefined ? [] : [{ history, failure }];
  });
  const [plainest] = failures.toSorted((one, other) => one.failure.callCount - other.failure.callCount);
  if (plainest !== undefined) {
    const report = await reportFailure(plainest.history, plainest.failure);
    throw new Error(`${failures.length} of ${histories.length} histories can't be explained. ${report}`);
  }
  expectCoverage(family, histories);
  const calls = histories.flatMap((history) => (history.family === 'named-resources' ? history.calls : []));
  const broken = await findLastingFaults(servers[0]!.wire, { tails: readers.tails, answered: answeredClaims(calls) });
  if (broken.length > 0)
    throw new Error(`The outbox doesn't tell what happened.\n${broken.slice(0, mostShown).join('\n')}`);
  return summaryOf(histories);
}

async function recordAll(options: Omit<RecordingOptions, 'seed'>): Promise<readonly History[]> {
  const length = countHistories(options.family);
  const seeds = Array.from({ length }, (_, number) => firstSeed + number).values();
  const histories: History[] = [];
  const recordSome = async () => {
    for (const seed of seeds) histories.push(await recordHistory({ ...options, seed }));
  };
  await Promise.all(Array.from({ length: atOnce }, recordSome));
  return histories;
}

/** Without them the histories would prove little. A few that were asked for by variable needn't have them all. */
function expectCoverage(family: AnyFamily, histories: readonly History[]): void {
  if (histories.length < enoughHistories) return;
  const calls = histories.flatMap((history) => history.calls);
  const covered = new Set(
    calls.flatMap(({ command, answer }) => (answer === undefined ? ['no answer'] : family.coverageOf(command, answer))),
  );
  const missing = [...family.expectedCoverage, 'no answer'].filter((word) => !covered.has(word));
  if (missing.length > 0) throw new Error(`In none of ${histories.length} histories was any ${missing.join(', ')}.`);
}

function summaryOf(histories: readonly History[]): string {
  const calls = histories.flatMap((history) => history.calls);
  const unknownCount = calls.filter(({ answer }) => answer === undefined).length;
  const share = ((100 * unknownCount) / calls.length).toFixed(1);
  return `${histories.length} histories of ${calls.length} calls, ${share} % of them without an answer.`;
}
