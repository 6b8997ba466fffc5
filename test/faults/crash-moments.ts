import { watch } from 'node:fs';
import { join } from 'node:path';

import type { AnswerCount } from './answer-count.ts';
import type { SeededRandom } from './seeded-random.ts';

/** When a server is killed. */
export type CrashMoment =
  /** While it starts, after this part of the time that it took the last time. */
  | { readonly when: 'starting'; readonly part: number }
  /** While its clients send again what they have no answer to, after so many answers, and before anybody looked. */
  | { readonly when: 'recovering'; readonly answers: number }
  /** Under load, after so many answers. */
  | { readonly when: 'loaded'; readonly answers: number }
  /** Under load, when the log has been written to so many times: between the write and the answer. */
  | { readonly when: 'committing'; readonly writes: number }
  /** Under load, when the log's pages are being carried over into the database file. */
  | { readonly when: 'checkpointing' };

/** By then a checkpoint is overdue, or this file system doesn't tell of changes. */
const mostAnswers = 4_000;

const usual = ['starting', 'recovering', 'loaded', 'committing', 'committing', 'loaded', 'checkpointing'] as const;

/** In random order, each kind about as often as is usual; the first one hits the start that makes the file. */
export function drawCrashMoments(random: SeededRandom, count: number): readonly CrashMoment[] {
  const kinds = Array.from({ length: count - 1 }, (_, index) => usual[index % usual.length] ?? 'loaded');
  const others = random.sample(kinds, kinds.length).map((when) => drawCrashMoment(random, when));
  return [{ when: 'starting', part: 0.3 + random.fraction() }, ...others];
}

function drawCrashMoment(random: SeededRandom, when: CrashMoment['when']): CrashMoment {
  if (when === 'starting') return { when, part: 0.3 + random.fraction() };
  if (when === 'recovering') return { when, answers: random.integer(20) };
  if (when === 'loaded') return { when, answers: random.integer(400) };
  if (when === 'committing') return { when, writes: 1 + random.integer(100) };
  return { when };
}

/** Resolves at the moment, for a server under load; `answers` counts its clients' answers from now on. */
export async function untilCrashMoment(moment: CrashMoment, folder: string, answers: AnswerCount): Promise<void> {
  if (moment.when === 'committing') {
    await Promise.race([untilWritten(join(folder, 'holdfast.sqlite-wal'), moment.writes), answers.reach(mostAnswers)]);
  } else if (moment.when === 'checkpointing') {
    await Promise.race([untilWritten(join(folder, 'holdfast.sqlite'), 1), answers.reach(mostAnswers)]);
  } else {
    await answers.reach('answers' in moment ? moment.answers : 0);
  }
}

/** In the log mode that the server uses, SQLite writes to the database file in checkpoints alone. */
async function untilWritten(file: string, times: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let seen = 0;
  const watcher = watch(file, () => {
    seen += 1;
    if (seen >= times) resolve();
  });
  watcher.on('error', reject);
  await promise.finally(() => watcher.close());
}
