import { afterEach, describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import {
  testBodyTooLarge,
  testIdempotencyKeyConflict,
  testReplay,
  testUnauthorized,
  testUnsupportedMediaType,
} from '../every-operation.ts';
import type { ValidRequest } from '../every-operation.ts';
import { dayMs, quarterMs } from './grid.ts';
import { expectSentence, noTime } from './refusals.ts';
import { samplesOf, UsageClient } from './usage-client.ts';

const path = '/api/capacity/usage';
const minuteMs = 60 * 1_000;
const intervalSeconds = 900;

describeTargets('recordCapacityUsage', (scenario) => {
  const { clock, send, sweep, unique } = scenario;
  const usage = new UsageClient(scenario);
  const timeOf = (atMs: number) => new Date(atMs).toISOString();

  afterEach(() => usage.endAll());

  describe('200', () => {
    test('records samples, and answers with exactly these members', async () => {
      const startMs = await usage.past(0);
      const samples = samplesOf(unique('workload'), startMs, [
        [0, 8],
        [600, 30],
        [660, 0],
      ]);
      const answer = await usage.askRecord(samples);
      expect([answer.status, answer.json]).toEqual([200, { accepted: 3, duplicates: 0 }]);
      expect(answer.headers.get('Idempotent-Replayed')).toBe(null);
      expect(await usage.usedIn(startMs, 1)).toEqual([8 * 600 + 30 * 60]);
    });

    test('counts a sample from its very second on, until the next one', async () => {
      const startMs = await usage.past(0);
      await usage.record(unique('workload'), startMs, [100, 8], [101, 3], [103, 0]);
      expect(await usage.usedIn(startMs, 1)).toEqual([8 + 3 * 2]);
    });

    test('gives a sample exactly on a boundary to the interval that it begins', async () => {
      const startMs = await usage.past(0, 0, 0);
      await usage.record(unique('workload'), startMs, [intervalSeconds, 4], [2 * intervalSeconds, 0]);
      expect(await usage.usedIn(startMs, 3)).toEqual([0, 4 * intervalSeconds, 0]);
    });

    test('tells a millisecond before a boundary, and after it', async () => {
      const startMs = await usage.past(0, 0);
      await usage.record(unique('workload'), startMs, [intervalSeconds - 1.001, 4], [intervalSeconds + 0.001, 0]);
      expect(await usage.usedIn(startMs, 2)).toEqual([4, 4]);
    });

    test('looks at the memory at the beginning of each second, and at nothing in between', async () => {
      const startMs = await usage.past(0);
      await usage.record(unique('workload'), startMs, [10.001, 8], [10.999, 0]);
      expect(await usage.usedIn(startMs, 1)).toEqual([0]);
      await usage.record(unique('workload'), startMs, [20.001, 8], [21.5, 2], [22.999, 0]);
      expect(await usage.usedIn(startMs, 1)).toEqual([8 + 2]);
    });

    test('lets a workload go on until a sample says otherwise, days later and with all samples forgotten', async () => {
      const startMs = await usage.past(0);
      const workload = unique('workload');
      await usage.record(workload, startMs, [0, 4]);
      await clock.advance({ milliseconds: 3 * dayMs });
      await sweep();
      expect(await usage.usedIn(startMs + 2 * dayMs, 2)).toEqual([4 * intervalSeconds, 4 * intervalSeconds]);
      const laterMs = startMs + 3 * dayMs;
      await usage.record(workload, laterMs, [0, 7], [60, 0]);
      expect(await usage.usedIn(laterMs - quarterMs, 2)).toEqual([4 * intervalSeconds, 7 * 60]);
      expect(await usage.usedIn(laterMs + quarterMs, 1)).toEqual([0]);
    });

    test('lets a workload begin anew that was forgotten after its end', async () => {
      const startMs = await usage.past(0);
      const workload = unique('workload');
      await usage.record(workload, startMs, [0, 4], [60, 0]);
      await clock.advance({ milliseconds: 2 * dayMs });
      await sweep();
      await usage.record(workload, startMs + 2 * dayMs, [0, 5], [60, 0]);
      expect(await usage.usedIn(startMs, 1)).toEqual([4 * 60]);
      expect(await usage.usedIn(startMs + 2 * dayMs, 1)).toEqual([5 * 60]);
    });

    test('takes samples in any order, one by one or together, and comes to the same', async () => {
      const startMs = await usage.past(...Array.from({ length: 8 }, () => 0));
      const points = [
        [0, 8],
        [600, 30],
        [900, 2],
        [900.5, 5],
        [1_800, 0],
        [4_000, 16],
        [6_300, 1],
        [7_100, 0],
      ] as const;
      const used = [8 * 600 + 30 * 300, 2 + 5 * 899, 0, 0, 16 * 500, 16 * 900, 16 * 900, 800];
      const inWords = [7, 3, 0, 5, 1, 6, 2, 4].map((index) => points[index]!);
      const [atOnce, mixed, single] = [unique('workload'), unique('workload'), unique('workload')];
      await usage.record(atOnce, startMs, ...points);
      expect(await usage.usedIn(startMs, 8)).toEqual(used);
      await usage.record(mixed, startMs, ...inWords);
      expect(await usage.usedIn(startMs, 8)).toEqual(used.map((each) => 2 * each));
      for (const point of inWords) await usage.record(single, startMs, point);
      expect(await usage.usedIn(startMs, 8)).toEqual(used.map((each) => 3 * each));
    });

    test('lets a late sample say what was used until the next one, and no longer', async () => {
      const startMs = await usage.past(0, 0, 0);
      const workload = unique('workload');
      await usage.record(workload, startMs, [0, 10], [2 * intervalSeconds, 1]);
      await usage.record(workload, startMs, [intervalSeconds, 3]);
      expect(await usage.usedIn(startMs, 3)).toEqual([9_000, 2_700, 900]);
      await usage.record(workload, startMs, [-60, 20]);
      expect(await usage.usedIn(startMs - quarterMs, 4)).toEqual([20 * 60, 9_000, 2_700, 900]);
    });

    test('adds up the workloads that run at the same time', async () => {
      const startMs = await usage.past(0);
      const [one, other, third] = [unique('workload'), unique('workload'), unique('workload')];
      const answer = await usage.askRecord([
        ...samplesOf(one, startMs, [
          [0, 8],
          [300, 0],
        ]),
        ...samplesOf(other, startMs, [
          [0, 5],
          [600, 0],
        ]),
        ...samplesOf(third, startMs, [
          [299, 100],
          [301, 0],
        ]),
      ]);
      expect(answer.json).toEqual({ accepted: 6, duplicates: 0 });
      expect(await usage.usedIn(startMs, 1)).toEqual([8 * 300 + 5 * 600 + 200]);
    });

    test.each(['__proto__', 'constructor', '$where', 'a.b', ' ', '..', 'ÄÖÜ', '😀'.repeat(256), 'a/b', '\u0085'])(
      'takes %j as a workload like any other',
      async (workload) => {
        const startMs = await usage.past(0);
        expect(await usage.record(workload, startMs, [0, 2], [60, 0])).toEqual({ accepted: 2, duplicates: 0 });
        expect(await usage.record(workload, startMs, [60, 9])).toEqual({ accepted: 0, duplicates: 1 });
        expect(await usage.usedIn(startMs, 1)).toEqual([120]);
      },
    );

    test('tells workloads apart by every character', async () => {
      const startMs = await usage.past(0);
      const workload = unique('workload');
      for (const id of [
        workload,
        `${workload} `,
        workload.toUpperCase(),
        `${workload}0`,
        `${workload}\u00e9`,
        `${workload}e\u0301`,
      ]) {
        expect(await usage.record(id, startMs, [0, 1], [60, 0])).toEqual({ accepted: 2, duplicates: 0 });
      }
      expect(await usage.usedIn(startMs, 1)).toEqual([360]);
    });

    test('takes 1,000 samples at once, and memory from 0 to 1,000,000 GB', async () => {
      const startMs = await usage.past(0);
      const samples = Array.from({ length: 500 }, (_, index) =>
        samplesOf(unique('workload'), startMs, [
          [index, 1_000_000],
          [index + 1, 0],
        ]),
      );
      expect((await usage.askRecord(samples.flat())).json).toEqual({ accepted: 1_000, duplicates: 0 });
      expect(await usage.usedIn(startMs, 1)).toEqual([500_000_000]);
    });

    test('takes a sample that is 24 hours old to the millisecond, and one that is a minute ahead', async () => {
      await usage.past(0);
      const nowMs = clock.now();
      await usage.record(unique('workload'), nowMs, [-86_400, 1], [-86_340, 0]);
      expect((await usage.read(nowMs - dayMs)).totals.usedGbSeconds).toBe(60);
      await usage.record(unique('workload'), nowMs, [60, 5]);
      expect(await usage.usedIn(nowMs, 1)).toEqual([0]);
      await clock.advance({ seconds: 100 });
      expect(await usage.usedIn(nowMs, 1)).toEqual([5 * 40]);
    });

    test('keeps what belongs to one org and environment from all others', async () => {
      const startMs = await usage.past(0);
      const workload = unique('workload');
      const others = [new UsageClient(scenario, apiKeys.otherTenant), new UsageClient(scenario, apiKeys.test)];
      await usage.record(workload, startMs, [0, 8], [60, 0]);
      for (const other of others) expect(await other.usedIn(startMs, 1)).toEqual([0]);
      for (const other of others) {
        expect(await other.record(workload, startMs, [0, 3], [60, 0])).toEqual({ accepted: 2, duplicates: 0 });
        expect(await other.usedIn(startMs, 1)).toEqual([180]);
      }
      expect(await usage.usedIn(startMs, 1)).toEqual([480]);
    });

    test('loses nothing of what comes at the same time', async () => {
      const startMs = await usage.past(0);
      const workload = unique('workload');
      const points = Array.from({ length: 40 }, (_, index) => [index * 10, index] as const);
      await Promise.all(points.map((point) => usage.record(workload, startMs, point)));
      await usage.record(workload, startMs, [400, 0]);
      expect(await usage.usedIn(startMs, 1)).toEqual([10 * ((39 * 40) / 2)]);
    });
  });

  describe('200 of the same sample', () => {
    test('counts it as a duplicate, whatever it says the second time, and changes nothing', async () => {
      const startMs = await usage.past(0);
      const workload = unique('workload');
      await usage.record(workload, startMs, [0, 8], [60, 0]);
      expect(await usage.record(workload, startMs, [0, 8], [60, 0])).toEqual({ accepted: 0, duplicates: 2 });
      expect(await usage.record(workload, startMs, [0, 99], [30, 4], [60, 7])).toEqual({ accepted: 1, duplicates: 2 });
      expect(await usage.usedIn(startMs, 1)).toEqual([8 * 30 + 4 * 30]);
    });

    test('lets the first one count of those in one request', async () => {
      const startMs = await usage.past(0);
      const answer = await usage.record(unique('workload'), startMs, [60, 0], [0, 8], [0, 99], [60, 7], [0, 8]);
      expect(answer).toEqual({ accepted: 2, duplicates: 3 });
      expect(await usage.usedIn(startMs, 1)).toEqual([480]);
    });

    test('knows a time however it is written', async () => {
      const startMs = await usage.past(0);
      const workload = unique('workload');
      await usage.record(workload, startMs, [0, 8], [60, 0]);
      const second = timeOf(startMs).slice(0, -'.000Z'.length);
      const samples = ['Z', '.0Z', '+00:00', '.000000000+00:00'].map((end) => {
        return { workloadId: workload, at: `${second}${end}`, memoryGb: 99 };
      });
      expect((await usage.askRecord(samples)).json).toEqual({ accepted: 0, duplicates: 4 });
      expect(await usage.usedIn(startMs, 1)).toEqual([480]);
    });

    test('is known for as long as it could come again', async () => {
      const startMs = await usage.past(0);
      const workload = unique('workload');
      await usage.record(workload, startMs, [0, 8], [60, 0]);
      await usage.moveTo(startMs + dayMs);
      await sweep();
      expect(await usage.record(workload, startMs, [0, 99], [60, 99])).toEqual({ accepted: 0, duplicates: 2 });
      expect(await usage.usedIn(startMs, 2)).toEqual([480, 0]);
    });

    test('is recorded once when it comes many times at once', async () => {
      const startMs = await usage.past(0);
      const workload = unique('workload');
      const answers = await Promise.all(
        Array.from({ length: 16 }, () => usage.record(workload, startMs, [0, 8], [60, 0])),
      );
      expect(answers.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(2);
      expect(answers.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBe(30);
      expect(await usage.usedIn(startMs, 1)).toEqual([480]);
    });
  });

  describe('400', () => {
    /** The first of two samples is as it should be. Neither may have been recorded. */
    const refuse = async (change: object, sentence: string) => {
      const startMs = await usage.past(0);
      const workload = unique('workload');
      const [first, second] = samplesOf(workload, startMs, [
        [0, 8],
        [60, 4],
      ]);
      expectSentence(await send('POST', path, { body: { samples: [first, { ...second, ...change }] } }), sentence);
      expect(await usage.usedIn(startMs, 1)).toEqual([0]);
    };

    test('refuses a sample of more than 24 hours ago, with its index and time', async () => {
      const at = timeOf(clock.now() - dayMs - 1);
      await refuse({ at }, `samples[1].at is "${at}": must not be more than 24 hours ago`);
    });
    test('refuses a sample of a millisecond more than 24 hours ago', async () => {
      const at = timeOf(clock.now() - dayMs - 1);
      const sentence = `samples[0].at is "${at}": must not be more than 24 hours ago`;
      expectSentence(await usage.askRecord([{ workloadId: 'w', at, memoryGb: 1 }]), sentence);
    });
    test('refuses a sample of a millisecond more than a minute ahead', async () => {
      const at = timeOf(clock.now() + minuteMs + 1);
      const sentence = `samples[0].at is "${at}": must not be more than a minute in the future`;
      expectSentence(await usage.askRecord([{ workloadId: 'w', at, memoryGb: 1 }]), sentence);
    });
    test('names the first sample of those that are wrong', async () => {
      const [late, early] = [timeOf(clock.now() - 2 * dayMs), timeOf(clock.now() + dayMs)];
      const samples = [timeOf(clock.now()), early, late].map((at) => ({ workloadId: 'w', at, memoryGb: 1 }));
      expectSentence(
        await usage.askRecord(samples),
        `samples[1].at is "${early}": must not be more than a minute in the future`,
      );
    });
    test('refuses what would bring all workloads together above 10,000,000 GB, at any time, and takes none of it', async () => {
      const startMs = await usage.past(0, 0);
      const workloads = Array.from({ length: 11 }, () => unique('workload'));
      const half = workloads
        .map((workload) =>
          samplesOf(workload, startMs, [
            [900, 1_000_000],
            [901, 0],
          ]),
        )
        .flat();
      expectSentence(
        await usage.askRecord(half),
        'samples must not bring what all workloads use at one time above 10000000 GB: it would be 11000000',
      );
      expect(await usage.usedIn(startMs, 2)).toEqual([0, 0]);
      expect((await usage.askRecord(half.slice(0, 20))).status).toBe(200);
      expectSentence(
        await usage.askRecord(
          samplesOf(workloads[10]!, startMs, [
            [0, 1],
            [1_000, 0],
          ]),
        ),
        'samples must not bring what all workloads use at one time above 10000000 GB: it would be 10000001',
      );
      expect(await usage.usedIn(startMs, 2)).toEqual([0, 10_000_000]);
    });
    test('refuses memory below 0', () => refuse({ memoryGb: -1 }, 'samples[1].memoryGb is -1: must be >= 0'));
    test('refuses half a GB', () => refuse({ memoryGb: 1.5 }, 'samples[1].memoryGb is 1.5: must be integer'));
    test('refuses more than 1,000,000 GB', () =>
      refuse({ memoryGb: 1_000_001 }, 'samples[1].memoryGb is 1000001: must be <= 1000000'));
    test('refuses a workload without a name', () =>
      refuse({ workloadId: '' }, 'samples[1].workloadId is "": must NOT have fewer than 1 characters'));
    test('refuses a time in another time zone', () =>
      refuse({ at: '2026-11-21T09:20:00+01:00' }, `samples[1].at is "2026-11-21T09:20:00+01:00": ${noTime}`));
    test('refuses a sample without a time', () => refuse({ at: undefined }, 'samples[1].at is missing: must be given'));
    test('refuses a member that it does not know', () =>
      refuse({ cpu: 1 }, 'samples[1].cpu is not a member that the contract knows'));
    test('refuses no samples', async () => {
      expectSentence(
        await send('POST', path, { body: { samples: [] } }),
        'samples is []: must NOT have fewer than 1 items',
      );
    });
    test('refuses 1,001 samples', async () => {
      const samples = Array.from({ length: 1_001 }, () => ({ workloadId: 'w', at: timeOf(clock.now()), memoryGb: 0 }));
      expectSentence(await usage.askRecord(samples), /^samples is \[\{.{98}…: must NOT have more than 1000 items$/u);
    });
  });

  /** Another one each time. */
  const makeRequest = async (): Promise<ValidRequest> => {
    const samples = samplesOf(unique('workload'), clock.now(), [[0, 0]]);
    return { method: 'POST', path, body: { samples } };
  };

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'POST', path, body: {} }));
  describe('409', () => {
    testIdempotencyKeyConflict(scenario, makeRequest, makeRequest);

    test('has exactly one member', async () => {
      const headers = { 'Idempotency-Key': unique('key') };
      const ask = async () => send('POST', path, { headers, body: (await makeRequest()).body });
      expect((await ask()).json).toEqual({ accepted: 1, duplicates: 0 });
      expect((await ask()).json).toEqual({ error: 'idempotency_key_conflict' });
    });
  });
  scenario.describeGateway('413', () => testBodyTooLarge(scenario, makeRequest));
  scenario.describeGateway('415', () => testUnsupportedMediaType(scenario, makeRequest));
  describe('again', () => testReplay(scenario, makeRequest));
});
