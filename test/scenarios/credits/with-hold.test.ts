import {
  BadRequestError,
  ConnectionError,
  HoldExpiredError,
  HoldLostError,
  HoldNotActiveError,
  IdempotencyKeyConflictError,
  InsufficientCreditsError,
  NoMeteringRuleError,
  NotFoundError,
} from '@holdfast/sdk';
import type { HeldCredits, WithHoldOptions } from '@holdfast/sdk';
import { afterEach, describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { rejectionOf } from '../rejection.ts';
import { wireTime } from '../wire-time.ts';
import { balances, CreditClient } from './credit-client.ts';
import type { CustomerIds } from './credit-client.ts';
import { Program } from './program.ts';
import type { Death } from './program.ts';
import { uuid } from './uuid.ts';

/** A program that is dead doesn't get any further however long it tries. */
const settleTimeoutMs = 50;

const never = () => expect.fail('It must not run.');

describeTargets('withHold', (scenario) => {
  const { holdfast, clock, sweep, unique } = scenario;
  const credits = new CreditClient(scenario);
  const customers: CustomerIds[] = [];

  /** A customer's piece of work, at 1,000 mc a unit: 10,000 mc are held for it. */
  async function begin(credited = 100_000, more: Partial<WithHoldOptions> = {}) {
    const customer = await credits.open(credited);
    customers.push(customer);
    const options = { customer: customer.externalId, metric: await credits.metricAt(1_000), estimate: 10, ...more };
    const statuses = async () => (await credits.holds(customer)).map(({ status }) => status);
    return { customer, options, statuses };
  }

  /** The same with a key, so that it can be run again. */
  const beginJob = (credited?: number) => begin(credited, { idempotencyKey: unique('job') });

  afterEach(async () => {
    for (const customer of customers.splice(0)) {
      expect(await credits.audit(customer)).toMatchObject({ consistent: true, faults: [], reserved_balance: 0 });
    }
  });

  describe('runs a section', () => {
    test('while credits are held, debits what it used, and gives out what it returned', async () => {
      const { customer, options } = await begin(100_000, { ttlSeconds: 90, metadata: { job: 7 } });
      const outcome = await holdfast.withHold(options, async (hold) => {
        expect(hold).toMatchObject({ id: uuid, estimatedUnits: 10, expiresAt: wireTime(clock, 90) });
        expect(hold.signal.aborted).toBe(false);
        expect(await credits.getHold(hold)).toMatchObject({
          status: 'active',
          customer_id: customer.id,
          billable_metric_key: options.metric,
          estimated_units: 10,
          expires_at: hold.expiresAt,
          metadata: { job: 7 },
          account: balances(100_000, 10_000),
        });
        return { units: 7, value: hold.id };
      });
      const [consumption] = await credits.transactions(customer);
      expect(outcome).toEqual({
        replayed: false,
        value: uuid,
        commit: {
          reservation_id: outcome.value,
          status: 'committed',
          estimated_units: 10,
          actual_units: 7,
          estimated_cost: 10_000,
          actual_cost: 7_000,
          released: 3_000,
          uncollected: 0,
          transaction: { id: consumption?.id, delta: -7_000, type: 'consumption', created_at: wireTime(clock) },
          account: balances(93_000),
        },
      });
      const ledger = (await credits.transactions(customer)).map(({ type, balance_delta }) => [type, balance_delta]);
      expect(ledger).toEqual([
        ['consumption', -7_000],
        ['hold', 0],
        ['grant', 100_000],
      ]);
    });

    test.each([
      { units: 7, actual_cost: 7_000, released: 3_000, uncollected: 0 },
      { units: 10, actual_cost: 10_000, released: 0, uncollected: 0 },
      { units: 12, actual_cost: 12_000, released: 0, uncollected: 0 },
      { units: 25, actual_cost: 15_000, released: 0, uncollected: 10_000 },
      { units: 0, actual_cost: 0, released: 10_000, uncollected: 0 },
    ])('that used $units units of 10, of 15 that there are', async ({ units, ...costs }) => {
      const { customer, options, statuses } = await begin(15_000);
      const { commit } = await holdfast.withHold(options, () => units);
      expect(commit).toMatchObject({ actual_units: units, ...costs, account: balances(15_000 - costs.actual_cost) });
      expect(await credits.balances(customer)).toEqual(commit.account);
      expect(await statuses()).toEqual(['committed']);
    });

    test('for a customer in each way to name it', async () => {
      const { customer, options } = await begin();
      const { id, externalId } = customer;
      for (const named of [externalId, { externalId }, { id }]) {
        await holdfast.withHold({ ...options, customer: named }, () => 1);
      }
      expect(await credits.balances(customer)).toEqual(balances(97_000));
    });

    test('under a hold that lives a day at most', async () => {
      const { options } = await begin(100_000, { ttlSeconds: 100_000 });
      const { value } = await holdfast.withHold(options, ({ expiresAt }) => ({ units: 1, value: expiresAt }));
      expect(value).toBe(wireTime(clock, 86_400));
    });

    test('releases the hold when it throws, and passes on what it threw', async () => {
      const { customer, options, statuses } = await begin();
      const failure = new Error('out of memory');
      expect(
        await rejectionOf(
          Error,
          holdfast.withHold(options, () => Promise.reject(failure)),
        ),
      ).toBe(failure);
      expect(await credits.balances(customer)).toEqual(balances(100_000));
      expect(await statuses()).toEqual(['released']);
    });

    test('releases the hold when it returns no units', async () => {
      const { customer, options, statuses } = await begin();
      await rejectionOf(
        TypeError,
        holdfast.withHold(options, () => 1.5),
      );
      expect(await credits.balances(customer)).toEqual(balances(100_000));
      expect(await statuses()).toEqual(['released']);
    });

    test('releases the hold when the caller aborted it, and it stopped', async () => {
      const { options, statuses } = await begin();
      const controller = new AbortController();
      const call = holdfast.withHold({ ...options, signal: controller.signal }, async ({ signal }) => {
        controller.abort(new Error('The user left.'));
        signal.throwIfAborted();
        return 1;
      });
      expect(await rejectionOf(Error, call)).toBe(controller.signal.reason);
      expect(await statuses()).toEqual(['released']);
    });

    test('and as many others beside it as there are credits for', async () => {
      const { customer, options } = await begin(50_000);
      const refusals: unknown[] = [];
      let inside = 0;
      let open = () => {};
      const allDecided = new Promise<void>((resolve) => (open = resolve));
      const openWhenDecided = () => inside + refusals.length === 8 && open();
      const section = async () => {
        inside += 1;
        openWhenDecided();
        await allDecided;
        return 10;
      };
      const runOne = async () => {
        await holdfast.withHold(options, section).catch((error: unknown) => {
          refusals.push(error);
          openWhenDecided();
        });
      };
      await Promise.all(Array.from({ length: 8 }, runOne));
      expect(refusals).toEqual(Array(3).fill(expect.any(InsufficientCreditsError)));
      expect(await credits.balances(customer)).toEqual(balances(0));
    });
  });

  describe('is refused, and its section does not run', () => {
    test('when the estimate costs more than there is', async () => {
      const { customer, options, statuses } = await begin(9_999);
      const error = await rejectionOf(InsufficientCreditsError, holdfast.withHold(options, never));
      expect(error).toMatchObject({
        status: 402,
        code: 'insufficient_credits',
        retryable: false,
        outcomeUnknown: false,
      });
      expect(await credits.balances(customer)).toEqual(balances(9_999));
      expect(await statuses()).toEqual([]);
    });

    test('when there is no such customer', async () => {
      const { options } = await begin();
      await rejectionOf(NotFoundError, holdfast.withHold({ ...options, customer: unique('nobody') }, never));
    });

    test('when nothing says what the metric costs', async () => {
      const { options } = await begin();
      const unpriced = await credits.metric();
      await rejectionOf(NoMeteringRuleError, holdfast.withHold({ ...options, metric: unpriced }, never));
    });

    test.each([
      [{ estimate: 0 }, '/estimated_units'],
      [{ estimate: -1 }, '/estimated_units'],
      [{ ttlSeconds: 0 }, '/ttl_seconds'],
      [{ metadata: { text: 'x'.repeat(4_100) } }, '/metadata'],
    ])('when the server takes no such hold: %j', async (wrong, field) => {
      const { options } = await begin();
      const error = await rejectionOf(BadRequestError, holdfast.withHold({ ...options, ...wrong }, never));
      expect(error.details).toMatchObject([{ field }]);
    });

    test.each([2 ** 53, 1.5, Number.NaN])(
      'when the estimate is no number of units that can be sent: %d',
      async (estimate) => {
        const { options, statuses } = await begin();
        await rejectionOf(RangeError, holdfast.withHold({ ...options, estimate }, never));
        expect(await statuses()).toEqual([]);
      },
    );
  });

  describe('its section', () => {
    test('has credits held for more units when it asks for them', async () => {
      const { customer, options } = await begin();
      const { commit } = await holdfast.withHold(options, async (hold) => {
        await hold.extend(5);
        expect(hold.estimatedUnits).toBe(15);
        expect(await credits.balances(customer)).toEqual(balances(100_000, 15_000));
        await Promise.all([hold.extend(1), hold.extend(2)]);
        return hold.estimatedUnits;
      });
      expect(commit).toMatchObject({ estimated_units: 18, actual_units: 18, actual_cost: 18_000, released: 0 });
      expect(await credits.balances(customer)).toEqual(balances(82_000));
    });

    test('goes on with what it has when there are no credits for more', async () => {
      const { customer, options } = await begin(12_000);
      const { commit } = await holdfast.withHold(options, async (hold) => {
        await rejectionOf(InsufficientCreditsError, hold.extend(3));
        expect(hold).toMatchObject({ estimatedUnits: 10, signal: { aborted: false } });
        expect(await credits.balances(customer)).toEqual(balances(12_000, 10_000));
        await hold.extend(2);
        return 12;
      });
      expect(commit).toMatchObject({ estimated_units: 12, actual_cost: 12_000, account: balances(0) });
    });

    test('has its hold prolonged in the background', async () => {
      // The client has as long to get through, on the slowest machine.
      const { options } = await begin(100_000, { ttlSeconds: 4 });
      const { commit } = await holdfast.withHold(options, async (hold) => {
        await clock.advance({ seconds: 2 });
        await expect.poll(() => hold.expiresAt).toBe(wireTime(clock, 4));
        await clock.advance({ seconds: 3 });
        expect(await credits.getHold(hold)).toMatchObject({ status: 'active', expires_at: hold.expiresAt });
        return 7;
      });
      expect(commit).toMatchObject({ actual_cost: 7_000 });
    });
  });

  describe('when the hold has ended under its section', () => {
    test.each([false, true])(
      'fails, and debits nothing, because it has expired; already swept: %s',
      async (isSwept) => {
        const { customer, options, statuses } = await begin(100_000, { ttlSeconds: 20 });
        const call = holdfast.withHold(options, async () => {
          await clock.advance({ seconds: 20 });
          if (isSwept) await sweep();
          return 7;
        });
        expect(await rejectionOf(HoldLostError, call)).toMatchObject({
          cause: expect.any(HoldExpiredError),
          retryable: false,
        });
        expect(await credits.balances(customer)).toEqual(balances(100_000));
        expect(await statuses()).toEqual(['expired']);
      },
    );

    test('does not: it lives until the very moment', async () => {
      const { options } = await begin(100_000, { ttlSeconds: 20 });
      const { commit } = await holdfast.withHold(options, () => clock.advance({ milliseconds: 19_999 }).then(() => 7));
      expect(commit).toMatchObject({ actual_cost: 7_000 });
    });

    test('leaves to others what they hold by then', async () => {
      const { customer, options } = await begin(10_000, { ttlSeconds: 20 });
      const call = holdfast.withHold(options, async () => {
        await clock.advance({ seconds: 20 });
        const { commit } = await holdfast.withHold(options, async () => 4);
        expect(commit.account).toEqual(balances(6_000));
        const next = await credits.hold(customer, options.metric, 6);
        return { units: 10, value: next };
      });
      await rejectionOf(HoldLostError, call);
      expect(await credits.balances(customer)).toEqual(balances(6_000, 6_000));
      await clock.advance({ seconds: 1_800 });
    });

    test('tells its section, when that asks for more', async () => {
      const { options } = await begin(100_000, { ttlSeconds: 20 });
      let reason: unknown;
      const call = holdfast.withHold(options, async (hold) => {
        await clock.advance({ seconds: 20 });
        const error = await rejectionOf(HoldLostError, hold.extend(1));
        expect(hold.signal.aborted).toBe(true);
        reason = hold.signal.reason;
        throw error;
      });
      expect(await rejectionOf(HoldLostError, call)).toBe(reason);
    });

    test('tells its section, when it should have been prolonged', async () => {
      const { options } = await begin(100_000, { ttlSeconds: 1 });
      const call = holdfast.withHold(options, async ({ signal }) => {
        await clock.advance({ seconds: 1 });
        await expect.poll(() => signal.reason as unknown).toBeInstanceOf(HoldLostError);
        return 7;
      });
      await rejectionOf(HoldLostError, call);
    });

    test.each(['release', 'commit'] as const)(
      'fails, because somebody else ended it by a %s, which stands',
      async (end) => {
        const { customer, options } = await begin();
        const call = holdfast.withHold(options, async (hold) => {
          await (end === 'commit' ? credits.commit(hold, 2) : credits.release(hold));
          return 7;
        });
        expect(await rejectionOf(HoldLostError, call)).toMatchObject({ cause: expect.any(HoldNotActiveError) });
        expect(await credits.balances(customer)).toEqual(balances(end === 'commit' ? 98_000 : 100_000));
      },
    );
  });

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
