import { ConnectionError, HoldLostError, IdempotencyKeyConflictError, InsufficientCreditsError } from '@holdfast/sdk';
import type { HeldCredits, WithHoldOptions } from '@holdfast/sdk';
import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { rejectionOf } from '../rejection.ts';
import { wireTime } from '../wire-time.ts';
import { beginWorkIn, never } from './begin-work.ts';
import { balances, CreditClient } from './credit-client.ts';
import { Program } from './program.ts';
import type { Death } from './program.ts';

/** A program that is dead doesn't get any further however long it tries. */
const settleTimeoutMs = 50;

describeTargets('withHold with a key', (scenario) => {
  const { holdfast, clock, sweep, unique } = scenario;
  const credits = new CreditClient(scenario);
  const begin = beginWorkIn(scenario);
  const beginJob = (credited?: number) => begin(credited, { idempotencyKey: unique('job') });

  describe('run again under its key', () => {
    test('answers with the commit of before, and does not run its section', async () => {
      const { customer, options, statuses } = await beginJob();
      const first = await holdfast.withHold(options, () => ({ units: 7, value: 'a.png' }));
      expect(first).toMatchObject({ replayed: false, value: 'a.png' });
      for (const program of [holdfast, new Program(scenario).holdfast]) {
        const again = await program.withHold(options, never);
        expect(again).toEqual({ replayed: true, commit: first.commit, value: undefined });
      }
      await clock.advance({ seconds: 86_399 });
      expect(await holdfast.withHold(options, never)).toMatchObject({ replayed: true, commit: first.commit });
      expect(await statuses()).toEqual(['committed']);
      expect(await credits.balances(customer)).toEqual(balances(93_000));
    });

    test.each<[string, Death, object]>([
      ['before the server had its hold', { at: '/v1/reserve', isServed: false }, { replayed: false, value: 1 }],
      ['before it heard of its hold', { at: '/v1/reserve', isServed: true }, { replayed: false, value: 1 }],
      ['before the server had its commit', { at: '/commit', isServed: false }, { replayed: false, value: 2 }],
      ['before it heard of its commit', { at: '/commit', isServed: true }, { replayed: true, value: undefined }],
    ])('goes on where a program died %s', async (_, dies, outcome) => {
      const { customer, options, statuses } = await beginJob();
      let runs = 0;
      const section = () => ({ units: 7, value: (runs += 1) });
      const program = new Program(scenario, { dies });
      const error = await rejectionOf(
        ConnectionError,
        program.holdfast.withHold({ ...options, settleTimeoutMs }, section),
      );
      expect(error.outcomeUnknown).toBe(true);
      await program.death;
      const { commit, ...rest } = await holdfast.withHold(options, section);
      expect(rest).toEqual(outcome);
      expect(commit).toMatchObject({ actual_units: 7, actual_cost: 7_000, account: balances(93_000) });
      expect(await credits.balances(customer)).toEqual(balances(93_000));
      expect(await statuses()).toEqual(['committed']);
    });

    /** A program that dies in its section; resolves to what it knew of its hold. */
    async function dieInSection(
      options: WithHoldOptions,
      section: (hold: HeldCredits) => Promise<void> = async () => {},
    ) {
      const program = new Program(scenario);
      let held: HeldCredits | undefined;
      const call = program.holdfast.withHold({ ...options, settleTimeoutMs }, async (hold) => {
        held = hold;
        await section(hold);
        program.die();
        throw new Error('dead');
      });
      await rejectionOf(Error, call);
      return held!;
    }

    test('takes a hold over that a program left, and prolongs it', async () => {
      const { customer, options, statuses } = await beginJob();
      const left = await dieInSection(options);
      await clock.advance({ seconds: 50 });
      const { commit, replayed } = await holdfast.withHold(options, async (hold) => {
        expect(hold).toMatchObject({ id: left.id, estimatedUnits: 10, expiresAt: wireTime(clock, 60) });
        expect(await credits.balances(customer)).toEqual(balances(100_000, 10_000));
        await clock.advance({ seconds: 59 });
        return 7;
      });
      expect({ replayed, account: commit.account }).toEqual({ replayed: false, account: balances(93_000) });
      expect(await statuses()).toEqual(['committed']);
    });

    test('does not hold again what was added before', async () => {
      const { customer, options } = await beginJob();
      await dieInSection(options, (hold) => hold.extend(6));
      const { commit } = await holdfast.withHold(options, async (hold) => {
        expect(hold.estimatedUnits).toBe(10);
        await hold.extend(4);
        expect(await credits.balances(customer)).toEqual(balances(100_000, 16_000));
        await hold.extend(4);
        expect(await credits.balances(customer)).toEqual(balances(100_000, 18_000));
        return 18;
      });
      expect(commit).toMatchObject({ estimated_units: 18, actual_cost: 18_000, account: balances(82_000) });
    });

    test.each([false, true])(
      'takes a new hold when the one of before has expired; already swept: %s',
      async (isSwept) => {
        const { customer, options, statuses } = await beginJob();
        const left = await dieInSection(options);
        await clock.advance({ seconds: 60 });
        if (isSwept) await sweep();
        const { value, replayed } = await holdfast.withHold(options, ({ id }) => ({ units: 7, value: id }));
        expect(replayed).toBe(false);
        expect(value).not.toBe(left.id);
        expect(await holdfast.withHold(options, never)).toMatchObject({
          replayed: true,
          commit: { reservation_id: value },
        });
        expect(await statuses()).toEqual(['committed', 'expired']);
        expect(await credits.balances(customer)).toEqual(balances(93_000));
      },
    );

    test('takes a new hold each time that its section has thrown, with a key of any length that is allowed', async () => {
      const { customer, options, statuses } = await begin(100_000, { idempotencyKey: unique('job').padEnd(240, '.') });
      for (const reason of ['no paper', 'no ink']) {
        const call = holdfast.withHold(options, () => Promise.reject(new Error(reason)));
        expect(await rejectionOf(Error, call)).toMatchObject({ message: reason });
      }
      const { commit } = await holdfast.withHold(options, () => 7);
      expect(await holdfast.withHold(options, never)).toEqual({ replayed: true, commit, value: undefined });
      expect(await statuses()).toEqual(['committed', 'released', 'released']);
      expect(await credits.balances(customer)).toEqual(balances(93_000));
    });

    test('asks anew after a refusal, for there may be credits now', async () => {
      const { customer, options } = await beginJob(5_000);
      for (let round = 0; round < 2; round += 1)
        await rejectionOf(InsufficientCreditsError, holdfast.withHold(options, never));
      await credits.grant(customer, 5_000);
      const { commit } = await holdfast.withHold(options, () => 7);
      expect(commit.account).toEqual(balances(3_000));
      expect(await holdfast.withHold(options, never)).toMatchObject({ replayed: true, commit });
    });

    test('leaves to a program that is late no more than the news that its hold is lost', async () => {
      const { customer, options, statuses } = await beginJob();
      const late = new Program(scenario);
      const call = late.holdfast.withHold(options, async () => {
        await clock.advance({ seconds: 60 });
        expect(await holdfast.withHold(options, () => 7)).toMatchObject({ replayed: false });
        return 7;
      });
      await rejectionOf(HoldLostError, call);
      expect(await late.holdfast.withHold(options, never)).toMatchObject({
        replayed: true,
        commit: { actual_units: 7 },
      });
      expect(await statuses()).toEqual(['committed', 'expired']);
      expect(await credits.balances(customer)).toEqual(balances(93_000));
    });

    test('is refused for another piece of work', async () => {
      const { customer, options } = await beginJob();
      await holdfast.withHold(options, () => 7);
      for (const other of [
        { estimate: 11 },
        { metric: await credits.metricAt(2_000) },
        { metadata: { other: true } },
      ]) {
        await rejectionOf(IdempotencyKeyConflictError, holdfast.withHold({ ...options, ...other }, never));
      }
      expect(await credits.balances(customer)).toEqual(balances(93_000));
    });

    test("by another tenant is that one's own piece of work", async () => {
      const { customer, options } = await beginJob();
      await holdfast.withHold(options, () => 7);
      const theirs = new CreditClient(scenario, apiKeys.otherTenant);
      const { customer_id: id } = await theirs.topUp({ external_customer_id: customer.externalId, credits: 50_000 });
      const metric = await theirs.metricAt(1_000);
      const other = await scenario.others.otherTenant.withHold({ ...options, metric }, () => 4);
      expect(other).toMatchObject({ replayed: false, commit: { account: balances(46_000) } });
      expect(await theirs.audit({ id, externalId: '' })).toMatchObject({ consistent: true, balance: 46_000 });
      expect(await credits.balances(customer)).toEqual(balances(93_000));
    });
  });

  describe('run twice at the same time under one key', () => {
    /** Resolves for each who waits as soon as so many do. */
    function meeting(count: number): () => Promise<void> {
      let waiting = 0;
      let open = () => {};
      const opened = new Promise<void>((resolve) => (open = resolve));
      return () => {
        if ((waiting += 1) === count) open();
        return opened;
      };
    }

    test.each([7, 4])('debits once, and both learn of the same commit: of 7 units or of %i', async (otherUnits) => {
      const { customer, options, statuses } = await beginJob();
      const meet = meeting(2);
      const run = (units: number) =>
        new Program(scenario).holdfast.withHold(options, async ({ id }) => {
          await meet();
          return { units, value: id };
        });
      const [one, other] = await Promise.all([run(7), run(otherUnits)]);
      expect([one.replayed, other.replayed]).toEqual([false, false]);
      expect(other.commit).toEqual(one.commit);
      expect(other.value).toBe(one.value);
      expect([7, otherUnits]).toContain(one.commit.actual_units);
      expect(await credits.balances(customer)).toEqual(balances(100_000 - one.commit.actual_units * 1_000));
      expect(await statuses()).toEqual(['committed']);
      expect(await credits.transactions(customer, 'type=consumption')).toHaveLength(1);
    });

    test('debits once, however many there are, and wherever they meet', async () => {
      const { customer, options, statuses } = await beginJob();
      const runs = Array.from({ length: 6 }, (_, number) =>
        new Program(scenario).holdfast.withHold(options, () => 5 + number),
      );
      const commits = (await Promise.all(runs)).map(({ commit }) => commit);
      expect(commits).toEqual(commits.map(() => commits[0]));
      expect(await credits.balances(customer)).toEqual(balances(100_000 - commits[0]!.actual_cost));
      expect(await statuses()).toEqual(['committed']);
    });

    test('loses the hold for both when one of them throws, and debits nothing', async () => {
      const { customer, options, statuses } = await beginJob();
      const meet = meeting(2);
      const failing = new Program(scenario).holdfast.withHold(options, async () => {
        await meet();
        throw new Error('out of memory');
      });
      const other = holdfast.withHold(options, async () => {
        await meet();
        await rejectionOf(Error, failing);
        return 7;
      });
      await rejectionOf(HoldLostError, other);
      expect(await statuses()).toEqual(['released']);
      expect(await credits.balances(customer)).toEqual(balances(100_000));
      expect(await holdfast.withHold(options, () => 7)).toMatchObject({ replayed: false });
      expect(await credits.balances(customer)).toEqual(balances(93_000));
    });

    test('debits once in the end, when some throw', async () => {
      const { customer, options, statuses } = await beginJob();
      const section = (number: number) => () => (number % 2 === 0 ? 7 : Promise.reject(new Error('out of memory')));
      const runs = Array.from({ length: 8 }, (_, number) =>
        new Program(scenario).holdfast.withHold(options, section(number)),
      );
      const committed = (await Promise.allSettled(runs)).flatMap((run) =>
        run.status === 'fulfilled' ? [run.value.commit] : [],
      );
      const { commit } = await holdfast.withHold(options, () => 7);
      expect(committed).toEqual(committed.map(() => commit));
      expect((await statuses()).filter((status) => status === 'committed')).toHaveLength(1);
      expect(await credits.balances(customer)).toEqual(balances(93_000));
    });
  });
});
