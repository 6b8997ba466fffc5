import fc from 'fast-check';

import type { Rule } from '../model/command.ts';
import type { Draft, HoldPick } from './program.ts';

/** The last one doesn't exist until somebody tops it up. */
export const customers = ['ada', 'bob', 'cleo'];

export const metrics = ['images', 'tokens', 'calls'];

const customer = fc.oneof(
  { weight: 5, arbitrary: fc.constant('ada') },
  { weight: 3, arbitrary: fc.constantFrom(...customers) },
);

/** The last one is nowhere registered. */
const metric = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom(...metrics) },
  { weight: 1, arbitrary: fc.constant('unknown') },
);

const greatest = Number.MAX_SAFE_INTEGER;

/** Mostly small, so that it is about as much as there is. */
function number(min: number, max: number) {
  return fc.oneof(
    { weight: 60, arbitrary: fc.integer({ min, max }) },
    { weight: 1, arbitrary: fc.constantFrom(greatest, greatest - 1, 2 ** 52) },
  );
}

/** Now and then as much as nobody has. */
function sometimesMuch(usual: fc.Arbitrary<number>) {
  return fc.oneof({ weight: 4, arbitrary: usual }, { weight: 1, arbitrary: fc.integer({ min: 30, max: 600 }) });
}

/** Undefined once in so many times. */
function maybe<Value>(arbitrary: fc.Arbitrary<Value>, times = 2) {
  return fc.option(arbitrary, { nil: undefined, freq: times });
}

const metadata = maybe(fc.constantFrom({ job: 'a' }, { stage: 'b' }, { job: 'c', stage: 'd' }));

export const overages = fc.record(
  { policy: fc.constantFrom('block', 'allow', 'notify', null), limit: fc.constantFrom(null, 0, 40, 400) },
  { requiredKeys: [] },
);

const tenantOverage = fc.record({
  policy: maybe(fc.constantFrom('block', 'allow', 'notify')),
  limit: maybe(fc.constantFrom(null, 0, 40, 400)),
});

/** About as much as there is, so that much happens around them. */
const amounts = fc.uniqueArray(fc.constantFrom(0, 1, 40, 100, 150, 200, 300, 400, 600, 800), { maxLength: 16 });
const settings = { overage: tenantOverage, thresholds: maybe(amounts) };

const unitCost = fc.integer({ min: 0, max: 30 });
const otherCost = fc.integer({ min: 0, max: 150 });

const tier = fc.record({ width: fc.integer({ min: 1, max: 6 }), unitCost, flatCost: maybe(otherCost) });

const tiers = fc.array(tier, { minLength: 1, maxLength: 4 }).map((drawn) => {
  let reached = 0;
  return drawn.map(({ width, unitCost: unit_cost, flatCost }, index) => {
    reached += width;
    const up_to = index === drawn.length - 1 ? null : reached;
    return { up_to, unit_cost, ...(flatCost === undefined ? {} : { flat_cost: flatCost }) };
  });
});

export const rules: fc.Arbitrary<Rule> = fc.oneof(
  fc.record({ cost_type: fc.constant('flat'), flat_cost: otherCost }),
  fc.record({ cost_type: fc.constant('per_unit'), unit_cost: unitCost }),
  fc.record({ cost_type: fc.constant('tiered'), mode: fc.constantFrom('graduated', 'volume'), tiers }),
  fc.record({
    cost_type: fc.constant('package'),
    package_size: fc.integer({ min: 1, max: 7 }),
    package_cost: otherCost,
  }),
);

const priority = maybe(fc.constantFrom(-1, 0, 1, -3, 10, -1_000_000, 1_000_000), 3);
/** Also the present and the past, which is refused. */
const lifetimes = [1, 3_000, 10_000, 60_000, 60_000, 3_600_000, 3_600_000, 90_000_000, 90_000_000, 0, -1];
const expiresInMs = maybe(fc.constantFrom(...lifetimes));
const grantTerms = { customer, credits: number(1, 800), priority, expiresInMs };

const pricePaid = maybe(fc.constantFrom(0, 1, 499), 3);

/** Of so few that the same one comes again, now and then with another content. */
const paid = {
  customer,
  credits: fc.constantFrom(100, 100, 100, 100, 200),
  priority: fc.constantFrom(undefined, 0),
  expiresInMs: maybe(fc.constantFrom(1, 60_000, 0), 8),
  pricePaid: fc.constantFrom(499, 499, 499, 0),
  payment: fc.constantFrom('p1', 'p2', 'p3', 'p4', 'p5', 'p6'),
};

const ttlSeconds = maybe(fc.constantFrom(1, 5, 10, 60, 60, 600, 86_400, 86_401, 1_000_000_000), 4);
/** The newest are picked most often, so that much happens to the same one. */
const pick = fc.tuple(fc.nat({ max: 7 }), fc.nat({ max: 7 })).map(([one, other]) => Math.min(one, other));
const hold: fc.Arbitrary<HoldPick> = fc.record({ pick, isAny: fc.nat({ max: 7 }).map((drawn) => drawn === 7) });
const isFinal = fc.constantFrom(undefined, true, false, false);

const event = maybe(fc.constantFrom('e1', 'e2', 'e3', 'e4', 'e5'), 2);
const usage = { customer, metric, units: sometimesMuch(number(1, 15)), event };
/** Mostly the same under one id, so that it is a duplicate. */
const known = {
  customer,
  metric: fc.constant('images'),
  units: fc.constantFrom(2, 2, 2, 3),
  event: fc.constantFrom('e6', 'e7', 'e8'),
};
const anyUsage = fc.oneof(fc.record(usage), fc.record(known));

type Drawn<Members> = { readonly [Key in keyof Members]: fc.Arbitrary<Members[Key]> };

function draft<const Type extends Draft['type'], Members>(type: Type, members: Drawn<Members>) {
  return fc.record(members).map((drawn) => ({ type, ...drawn }));
}

const less = sometimesMuch(number(1, 300)).map((delta) => -delta);

/** Commands, as often as they are to come. */
export const drafts: fc.Arbitrary<Draft> = fc.oneof(
  { weight: 1, arbitrary: draft('createCustomer', { customer, overage: overages }) },
  { weight: 2, arbitrary: draft('updateCustomer', { customer, overage: overages }) },
  { weight: 1, arbitrary: draft('updateSettings', settings) },
  { weight: 2, arbitrary: draft('putThresholds', { customer, amounts: fc.option(amounts, { freq: 2 }) }) },
  { weight: 2, arbitrary: draft('price', { metric: fc.constantFrom(...metrics), rule: rules }) },
  { weight: 4, arbitrary: draft('grant', grantTerms) },
  { weight: 4, arbitrary: draft('topUp', { ...grantTerms, pricePaid, payment: fc.constant(undefined) }) },
  { weight: 3, arbitrary: draft('topUp', paid) },
  { weight: 1, arbitrary: draft('adjust', { customer, delta: number(1, 300) }) },
  { weight: 2, arbitrary: draft('adjust', { customer, delta: less }) },
  { weight: 18, arbitrary: draft('hold', { customer, metric, units: number(1, 15), ttlSeconds, metadata }) },
  { weight: 4, arbitrary: draft('extend', { hold, units: maybe(sometimesMuch(number(1, 10))), ttlSeconds }) },
  { weight: 10, arbitrary: draft('commit', { hold, units: sometimesMuch(number(0, 18)), isFinal, metadata }) },
  { weight: 2, arbitrary: draft('release', { hold }) },
  { weight: 8, arbitrary: draft('usage', usage) },
  { weight: 4, arbitrary: draft('usage', known) },
  { weight: 2, arbitrary: draft('usageBatch', { events: fc.array(anyUsage, { minLength: 1, maxLength: 5 }) }) },
);
