/**
 * Two workers race for the same ten jobs. Each claims a job by reserving its name and moves on when the other one was
 * faster, so that every job is done once.
 *
 *   HOLDFAST_API_KEY=hf_live_… npm run example -- examples/job-workers/main.ts
 */
import { setTimeout as sleep } from 'node:timers/promises';

import { Holdfast } from '@holdfast/sdk';

const { HOLDFAST_URL = 'http://127.0.0.1:4000', HOLDFAST_API_KEY = '' } = process.env;
const holdfast = new Holdfast({ baseUrl: HOLDFAST_URL, apiKey: HOLDFAST_API_KEY });

/** A run of its own, so that the example can be run again while the last run's claims still stand. */
const run = `run-${Date.now()}`;
const jobs = Array.from({ length: 10 }, (_, index) => `${run}/job-${index + 1}`);
const timesDone = new Map<string, number>();

async function work(worker: string): Promise<number> {
  let done = 0;
  for (const job of jobs) {
    const [claim] = await holdfast.resources.reserve([{ requester: worker, resource: job, ttlSeconds: 300 }]);
    if (claim?.status !== 'ACQUIRED') continue;
    await sleep(5 + Math.random() * 20);
    timesDone.set(job, (timesDone.get(job) ?? 0) + 1);
    console.log(`${worker} did ${job.slice(run.length + 1)}`);
    done += 1;
  }
  return done;
}

const [first = 0, second = 0] = await Promise.all([work('worker-1'), work('worker-2')]);
const doneOnce = [...timesDone.values()].filter((times) => times === 1).length;
console.log(`${first + second} jobs were done by two workers, ${doneOnce} of them exactly once.`);
