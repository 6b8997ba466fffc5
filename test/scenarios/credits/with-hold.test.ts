import {
  BadRequestError,
  HoldExpiredError,
  HoldLostError,
  HoldNotActiveError,
  InsufficientCreditsError,
  NoMeteringRuleError,
  NotFoundError,
} from '@holdfast/sdk';
import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { rejectionOf } from '../rejection.ts';
import { wireTime } from '../wire-time.ts';
import { beginWorkIn, never } from './begin-work.ts';
import { balances, CreditClient } from './credit-client.ts';
import { uuid } from './uuid.ts';

describeTargets('withHold', (scenario) => {
  const { holdfast, clock, sweep, unique } = scenario;
  const credits = new CreditClient(scenario);
  const begin = beginWorkIn(scenario);

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
});
