import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { unusualNames } from '../unusual-names.ts';
import { wireTime } from '../wire-time.ts';
import { describeAnyWrite } from './any-write.ts';
import { balances, CreditClient } from './credit-client.ts';
import { expectFaults, expectProblem } from './problems.ts';
import { uuid } from './uuid.ts';

const path = '/v1/topup/grant';
const largest = Number.MAX_SAFE_INTEGER;

describeTargets('topUp', (scenario) => {
  const { clock, send, sweep, unique } = scenario;
  const credits = new CreditClient(scenario);

  describe('201', () => {
    test('gives credits that were bought, as a block of their own, and answers with exactly these members', async () => {
      const customer = await credits.open(1_000);
      const bought = {
        price_paid: 4_900,
        currency: 'EUR',
        package_id: 'starter',
        external_payment_id: 'pay_8Kd2',
        priority: 7,
        expires_at: wireTime(clock, 3_600),
        metadata: { campaign: 'spring' },
      };
      const answer = await send('POST', path, {
        body: { external_customer_id: customer.externalId, credits: 50_000, ...bought },
      });
      expect(answer.status).toBe(201);
      expect(answer.json).toEqual({
        customer_id: customer.id,
        external_customer_id: customer.externalId,
        block: {
          id: uuid,
          original_amount: 50_000,
          remaining_amount: 50_000,
          held_amount: 0,
          source: 'topup',
          reason: null,
          created_at: wireTime(clock),
          ...bought,
        },
        transaction: { id: uuid, delta: 50_000, type: 'grant', created_at: wireTime(clock) },
        account: balances(51_000),
      });
    });

    test('lets a customer be named by its id', async () => {
      const customer = await credits.open(1_000);
      const answer = await credits.topUp({ customer_id: customer.id, credits: 5 });
      expect(answer).toMatchObject({ external_customer_id: customer.externalId, account: balances(1_005) });
    });

    test('creates no customer when it is refused', async () => {
      const externalId = unique('customer');
      const body = { external_customer_id: externalId, credits: 5, expires_at: wireTime(clock) };
      const refused = await send('POST', path, { body });
      const customer = await send('GET', `/v1/customer-by-external-id/${externalId}`);
      expect([refused.status, customer.status]).toEqual([400, 404]);
    });

    test('creates a customer for an external id that there is not yet, and only then', async () => {
      const externalId = unique('customer');
      const first = await credits.topUp({ external_customer_id: externalId, credits: 5 });
      expect(first).toMatchObject({ external_customer_id: externalId, account: balances(5) });
      const second = await credits.topUp({ external_customer_id: externalId, credits: 7 });
      expect(second).toMatchObject({ customer_id: first.customer_id, account: balances(12) });
      const answer = await credits.ask('POST', '/v1/customers', { external_id: externalId });
      expectProblem(answer, 'conflict');
    });

    test('creates one customer when many top-ups come at once, and counts each of them', async () => {
      const externalId = unique('customer');
      const topUps = Array.from({ length: 16 }, () => credits.topUp({ external_customer_id: externalId, credits: 10 }));
      const [{ customer_id: id }, ...others] = (await Promise.all(topUps)) as [Awaited<(typeof topUps)[0]>];
      expect(new Set((others as { customer_id: string }[]).map((other) => other.customer_id))).toEqual(new Set([id]));
      expect(await credits.account({ id, externalId })).toMatchObject({ balance: 160, blocks: { length: 16 } });
    });

    test.each(unusualNames)('keeps the external id %j as it is', async (externalId) => {
      const others = new CreditClient(scenario, apiKeys.otherTenant);
      const { customer_id: id } = await others.topUp({ external_customer_id: externalId, credits: 10 });
      const metric = await others.metricAt(1);
      const held = await others.hold({ id, externalId }, metric, 1);
      expect(held).toMatchObject({ customer_id: id, external_customer_id: externalId });
      expect(await others.use({ id, externalId }, metric, 1)).toMatchObject({ external_customer_id: externalId });
    });

    test.each([null, 0])(
      'takes credits at the price %j for free ones, which go before those that were paid for',
      async (price) => {
        const customer = await credits.open();
        const topUp = (amount: number, more: object = {}) =>
          credits.topUp({ customer_id: customer.id, credits: amount, ...more });
        await topUp(2_000, { price_paid: 100 });
        await topUp(1_000, price === null ? {} : { price_paid: price });
        await credits.use(customer, await credits.metricAt(1_000), 1);
        expect(await credits.blocks(customer)).toEqual([[2_000, 0]]);
      },
    );

    test('pays a debt first', async () => {
      const customer = await credits.open();
      await credits.patch(`/v1/customers/${customer.id}`, { overage_policy: 'allow' });
      await credits.use(customer, await credits.metricAt(1_000), 3);
      const answer = await credits.topUp({ customer_id: customer.id, credits: 5_000 });
      expect(answer).toMatchObject({
        block: { original_amount: 5_000, remaining_amount: 2_000 },
        account: balances(2_000),
      });
    });
  });

  describe('201 of the same payment', () => {
    const content = () => ({
      credits: 5_000,
      price_paid: 4_900,
      currency: 'EUR',
      package_id: 'starter',
      priority: 3,
      expires_at: wireTime(clock, 3_600),
      metadata: { campaign: { name: 'spring', step: 1 }, by: 'ada' },
    });
    const pay = (externalId: string, body: object, headers: Readonly<Record<string, string>> = {}) => {
      return credits.ask(
        'POST',
        path,
        { external_customer_id: externalId, external_payment_id: 'pay_8Kd2', ...body },
        headers,
      );
    };

    test('is the first answer again, marked as a replay, and nothing is credited', async () => {
      const customer = await credits.open(1_000);
      const body = content();
      const first = await pay(customer.externalId, body);
      await credits.use(customer, await credits.metricAt(1_000), 2);
      const before = await credits.everythingOf(customer);
      await clock.advance({ seconds: 60 });
      const again = await pay(customer.externalId, body);
      expect([first.status, first.headers.get('Idempotent-Replayed')]).toEqual([201, null]);
      expect([again.status, again.headers.get('Idempotent-Replayed')]).toEqual([201, 'true']);
      expect(again.text).toBe(first.text);
      expect(await credits.everythingOf(customer)).toEqual(before);
    });

    test('says the same in other words: defaults, times by the instant, members in another order', async () => {
      const customer = await credits.open();
      const { expires_at: expiresAt, ...others } = content();
      const first = await pay(customer.externalId, { ...others, expires_at: expiresAt });
      const metadata = { by: 'ada', campaign: { step: 1, name: 'spring' } };
      const again = await pay(customer.externalId, {
        ...others,
        expires_at: expiresAt.replace('.000Z', '+00:00'),
        metadata,
      });
      expect([again.status, again.text]).toEqual([201, first.text]);
      const { id } = customer;
      const byId = { external_customer_id: undefined, customer_id: id, external_payment_id: 'pay_2', credits: 7 };
      const bare = await pay('', byId);
      const spelledOut = {
        ...byId,
        external_customer_id: customer.externalId,
        customer_id: undefined,
        priority: 0,
        metadata: {},
      };
      expect((await pay('', spelledOut)).text).toBe(bare.text);
      expect(await credits.balances(customer)).toEqual(balances(5_007));
    });

    test('is known as long as the ledger, also after the credits have expired', async () => {
      const customer = await credits.open();
      const body = content();
      const first = await pay(customer.externalId, body);
      await clock.advance({ seconds: 400 * 24 * 60 * 60 });
      await sweep();
      const again = await pay(customer.externalId, body);
      expect([again.status, again.text]).toEqual([201, first.text]);
      expect(await credits.balances(customer)).toEqual(balances(0));
    });

    test('is credited once when it comes many times at once, each time under another idempotency key', async () => {
      const externalId = unique('customer');
      const body = content();
      const answers = await Promise.all(
        Array.from({ length: 16 }, (_, index) =>
          pay(externalId, body, { 'Idempotency-Key': `${externalId}-${index}` }),
        ),
      );
      expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
      expect(answers.filter(({ headers }) => headers.get('Idempotent-Replayed') === null)).toHaveLength(1);
      const replay = await pay(externalId, body, { 'Idempotency-Key': `${externalId}-3` });
      expect([replay.text, replay.headers.get('Idempotent-Replayed')]).toEqual([answers[0]!.text, 'true']);
      const { id } = await credits.get<'getCustomer'>(`/v1/customer-by-external-id/${externalId}`);
      expect(await credits.balances({ id, externalId })).toEqual(balances(5_000));
    });

    test('belongs to its customer: others have payments of the same id', async () => {
      for (const externalId of [unique('customer'), unique('customer')]) {
        expect(await pay(externalId, { credits: 5 })).toMatchObject({ status: 201, json: { account: balances(5) } });
      }
    });

    test('is a new one as long as it was refused', async () => {
      const customer = await credits.open();
      expect((await pay(customer.externalId, { credits: 5, expires_at: wireTime(clock) })).status).toBe(400);
      expect(await pay(customer.externalId, { credits: 5 })).toMatchObject({
        status: 201,
        json: { account: balances(5) },
      });
    });

    test('is any other top-up where no payment is named', async () => {
      const customer = await credits.open();
      for (const balance of [5, 10]) {
        expect(await credits.topUp({ customer_id: customer.id, credits: 5 })).toMatchObject({
          account: balances(balance),
        });
      }
    });

    test.each([
      ['credits', 4_999],
      ['price_paid', 0],
      ['price_paid', undefined],
      ['currency', 'USD'],
      ['package_id', 'other'],
      ['priority', 0],
      ['expires_at', undefined],
      ['metadata', { by: 'bob' }],
      ['metadata', undefined],
    ])('with another %s, %j, is a 409, and nothing is credited', async (member, value) => {
      const customer = await credits.open();
      const body = content();
      const first = await pay(customer.externalId, body);
      const detail = 'The payment pay_8Kd2 was credited to this customer before, with other content.';
      expectProblem(await pay(customer.externalId, { ...body, [member]: value }), 'payment-already-credited', detail);
      expect((await pay(customer.externalId, body)).text).toBe(first.text);
      expect(await credits.balances(customer)).toEqual(balances(5_000));
    });
  });

  describe('400', () => {
    const refuse = async (change: object, ...faults: Parameters<typeof expectFaults>[1][]) => {
      const customer = await credits.open(1_000);
      const before = await credits.everythingOf(customer);
      expectFaults(
        await credits.ask('POST', path, { external_customer_id: customer.externalId, credits: 1, ...change }),
        ...faults,
      );
      expect(await credits.everythingOf(customer)).toEqual(before);
    };

    test('refuses both ways to name the customer at once', async () => {
      const { id } = await credits.open();
      await refuse({ customer_id: id }, ['/customer_id', 'oneOf']);
    });
    test('refuses neither way to name the customer', () =>
      refuse({ external_customer_id: undefined }, ['/customer_id', 'oneOf']));
    test('refuses 0 credits', () => refuse({ credits: 0 }, ['/credits', 'minimum']));
    test('refuses half a millicredit', () => refuse({ credits: 1.5 }, ['/credits', 'type']));
    test('refuses 2^53 credits', () => refuse({ credits: 2 ** 53 }, ['/credits', 'maximum']));
    test('refuses a balance beyond 2^53 - 1', () => refuse({ credits: largest }, ['/credits', 'maximum']));
    test('refuses a price below 0', () => refuse({ price_paid: -1 }, ['/price_paid', 'minimum']));
    test('refuses a currency that is no code of three capitals', () =>
      refuse({ currency: 'eur' }, ['/currency', 'pattern']));
    test('refuses an expiry that is now', () => refuse({ expires_at: wireTime(clock) }, ['/expires_at', 'future']));
    test('refuses to be told a source', () => refuse({ source: 'gift' }, ['/source', 'additionalProperties']));
    test('refuses metadata of more than 4 KiB', () =>
      refuse({ metadata: { text: 'x'.repeat(4_096) } }, ['/metadata', 'maxBytes']));

    test('creates no customer', async () => {
      const externalId = unique('customer');
      const body = { external_customer_id: externalId, credits: 1, expires_at: wireTime(clock) };
      expectFaults(await credits.ask('POST', path, body), ['/expires_at', 'future']);
      expectProblem(await credits.ask('GET', `/v1/customer-by-external-id/${externalId}`), 'not-found');
    });
  });

  describe('404', () => {
    test('is the answer for an id that there is not: no customer is created under it', async () => {
      for (const id of ['00000000-0000-8000-9000-000000000000', '0192f3a4-7c1e-4b52-9d3f-5a6b7c8d9e0f', 'cus_01HXY']) {
        const answer = await credits.ask('POST', path, { customer_id: id, credits: 1 });
        expectProblem(answer, 'not-found', 'There is no such customer.');
      }
    });

    test.each([apiKeys.otherTenant, apiKeys.test])(
      'is the answer for the id of others’ customer: %s',
      async (apiKey) => {
        const others = new CreditClient(scenario, apiKey);
        const customer = await others.open(1_000);
        expectProblem(await credits.ask('POST', path, { customer_id: customer.id, credits: 1 }), 'not-found');
        expect(await others.balances(customer)).toEqual(balances(1_000));
      },
    );
  });

  describeAnyWrite(scenario, { method: 'POST', path }, async () => {
    return { method: 'POST', path, body: { external_customer_id: unique('customer'), credits: 1_000, price_paid: 0 } };
  });
});
