import { describe, expect, test } from 'vitest';

import { requestValidators } from './index.ts';
import { faults } from './testing/faults.ts';

const claim = { requester: 'worker-7', resource: 'order-42' };
const astral = '\u{1f600}';

function reserveFaults(item: object): string[] {
  return faults(requestValidators.reserve.body, [item]);
}

describe('a body of reserve', () => {
  test.each([
    ['the least', claim],
    ['everything', { ...claim, ttlSeconds: 31_536_000, resourceType: 'Order', metadata: { a: 1 } }],
    ['metadata with anything further down', { ...claim, metadata: { a: [1, null, { $b: 'c.d', 'e.f': {} }] } }],
    ['names of 256 code points beyond U+FFFF', { requester: astral.repeat(256), resource: astral.repeat(256) }],
    ['names with any printable characters', { requester: ' ', resource: '../$where/__proto__?a=b&\u00e9e\u0301' }],
    ['the shortest time to live', { ...claim, ttlSeconds: 1 }],
    ['a number that is an integer in other words', { ...claim, ttlSeconds: JSON.parse('3e1') }],
  ])('may be %s', (_, item) => {
    expect(reserveFaults(item)).toEqual([]);
  });

  test.each([
    ['ttlSeconds 0', { ttlSeconds: 0 }, '/0/ttlSeconds minimum'],
    ['ttlSeconds -1', { ttlSeconds: -1 }, '/0/ttlSeconds minimum'],
    ['ttlSeconds 1.5', { ttlSeconds: 1.5 }, '/0/ttlSeconds type'],
    ['ttlSeconds 2^53', { ttlSeconds: 2 ** 53 }, '/0/ttlSeconds maximum'],
    ['ttlSeconds 1e400', { ttlSeconds: JSON.parse('1e400') }, '/0/ttlSeconds type'],
    ['ttlSeconds as a string', { ttlSeconds: '30' }, '/0/ttlSeconds type'],
    ['ttlSeconds null', { ttlSeconds: null }, '/0/ttlSeconds type'],
    ['an empty requester', { requester: '' }, '/0/requester minLength'],
    ['a lone high surrogate', { requester: 'a\ud800' }, '/0/requester pattern'],
    ['a lone low surrogate', { requester: '\udc00a' }, '/0/requester pattern'],
    ['a NUL', { resource: 'a\u0000' }, '/0/resource pattern'],
    ['a line break at the end', { resource: 'a\n' }, '/0/resource pattern'],
    ['a query object as a name', { resource: { $ne: null } }, '/0/resource type'],
    ['a name of 257 characters', { resource: 'a'.repeat(257) }, '/0/resource maxLength'],
    ['a name of 257 code points beyond U+FFFF', { resource: astral.repeat(257) }, '/0/resource maxLength'],
    ['a resourceType of 65 characters', { resourceType: 'a'.repeat(65) }, '/0/resourceType maxLength'],
    ['an unknown member', { color: 'red' }, '/0 additionalProperties'],
    ['metadata that is an array', { metadata: [] }, '/0/metadata type'],
    ['metadata that is null', { metadata: null }, '/0/metadata type'],
  ])('must not have %s', (_, part, fault) => {
    expect(reserveFaults({ ...claim, ...part })).toContain(fault);
  });

  test.each(['__proto__', 'constructor', 'prototype', 'a.b', '.', '$where', '$', '', 'a\u0000', '\ud800'])(
    'must not have metadata with a member named %j',
    (name) => {
      const metadata: unknown = JSON.parse(`{${JSON.stringify(name)}: 1}`);
      expect(reserveFaults({ ...claim, metadata })).toContain('/0/metadata propertyNames');
    },
  );

  test.each(['__proto', 'proto', 'a$b', 'constructors', ' ', '1'])(
    'may have metadata with a member named %j',
    (name) => {
      expect(reserveFaults({ ...claim, metadata: { [name]: 1 } })).toEqual([]);
    },
  );

  test('must not have an own member named __proto__', () => {
    const item: unknown = JSON.parse('{"requester": "a", "resource": "b", "__proto__": {"ttlSeconds": 1}}');
    expect(faults(requestValidators.reserve.body, [item])).toEqual(['/0 additionalProperties']);
  });

  test('has 1 to 100 items', () => {
    const validate = requestValidators.reserve.body;
    expect(faults(validate, [])).toEqual([' minItems']);
    expect(faults(validate, Array(100).fill(claim))).toEqual([]);
    expect(faults(validate, Array(101).fill(claim))).toEqual([' maxItems']);
    expect(faults(validate, claim)).toEqual([' type']);
  });

  test('is not looked into when it is too long', () => {
    expect(faults(requestValidators.reserve.body, Array(5_000).fill(1))).toEqual([' maxItems']);
  });

  test('has all its faults told', () => {
    const items = [{ requester: '', ttlSeconds: 0 }, claim, { ...claim, color: 'red' }];
    expect(faults(requestValidators.reserve.body, items)).toEqual([
      '/0 required',
      '/0/requester minLength',
      '/0/ttlSeconds minimum',
      '/2 additionalProperties',
    ]);
  });
});

describe('a body of unreserve and renew', () => {
  test('may lack the release token, which the rules then refuse', () => {
    expect(faults(requestValidators.unreserve.body, [claim])).toEqual([]);
    expect(faults(requestValidators.renew.body, [{ ...claim, ttlSeconds: 1 }])).toEqual([]);
  });

  test('of renew must have a time to live', () => {
    expect(faults(requestValidators.renew.body, [claim])).toEqual(['/0 required']);
  });
});

describe('a body of reserveTransaction', () => {
  const validate = requestValidators.reserveTransaction.body;

  test('is a requester, items and perhaps a method', () => {
    expect(faults(validate, { requester: 'a', items: [{ resource: 'b' }], method: 'FIRST' })).toEqual([]);
    expect(faults(validate, { requester: 'a', items: [{ resource: 'b' }] })).toEqual([]);
  });

  test('has its items checked as those of reserve', () => {
    const body = { requester: 'a', items: [{ resource: 'b' }] };
    const transactionFaults = (part: object) => faults(validate, { ...body, ...part });
    expect(transactionFaults({ items: [] })).toEqual(['/items minItems']);
    expect(transactionFaults({ items: Array(101).fill({ resource: 'b' }) })).toEqual(['/items maxItems']);
    expect(transactionFaults({ items: [claim] })).toEqual(['/items/0 additionalProperties']);
    expect(transactionFaults({ method: 'ANY' })).toEqual(['/method enum']);
  });
});

describe('a body of registerResources', () => {
  const definitionFaults = (part: object) => faults(requestValidators.registerResources.body, [{ name: 'a', ...part }]);

  test.each([1, 10_000])('may have capacity %d', (capacity) => {
    expect(definitionFaults({ capacity })).toEqual([]);
  });

  test.each([
    [0, 'minimum'],
    [10_001, 'maximum'],
    [1.5, 'type'],
  ])('must not have capacity %d', (capacity, rule) => {
    expect(definitionFaults({ capacity })).toEqual([`/0/capacity ${rule}`]);
  });

  test.each(['A', 'A>B', 'a b>c', `${astral.repeat(256)}>B`])('may have treePath %j', (treePath) => {
    expect(definitionFaults({ treePath })).toEqual([]);
  });

  test.each(['>', 'A>', '>A', 'A>>B', 'A>\ud800', 'A\n>B', 'a'.repeat(257)])(
    'must not have treePath %j',
    (treePath) => {
      expect(definitionFaults({ treePath })).toEqual(['/0/treePath pattern']);
    },
  );

  test('has a treePath of 1 to 1024 characters', () => {
    const longest = `${`${'a'.repeat(255)}>`.repeat(3)}${'a'.repeat(256)}`;
    expect(longest).toHaveLength(1_024);
    expect(definitionFaults({ treePath: longest })).toEqual([]);
    expect(definitionFaults({ treePath: `${longest.slice(0, -2)}>bb` })).toEqual(['/0/treePath maxLength']);
    expect(definitionFaults({ treePath: '' })).toContain('/0/treePath minLength');
  });

  test('must not block a name twice', () => {
    expect(definitionFaults({ blocks: ['b', 'c'] })).toEqual([]);
    expect(definitionFaults({ blocks: ['b', 'c', 'b'] })).toEqual(['/0/blocks uniqueItems']);
    expect(definitionFaults({ blocks: ['__proto__', '__proto__'] })).toEqual(['/0/blocks uniqueItems']);
    const tooMany = Array.from({ length: 101 }, (_, index) => `b${index}`);
    expect(definitionFaults({ blocks: tooMany })).toEqual(['/0/blocks maxItems']);
    expect(definitionFaults({ blocks: Array(5_000).fill('b') })).toEqual(['/0/blocks maxItems']);
  });

  test('has labels that are strings under ordinary names', () => {
    expect(definitionFaults({ labels: { floor: '2' } })).toEqual([]);
    expect(definitionFaults({ labels: { floor: 2 } })).toEqual(['/0/labels/floor type']);
    expect(definitionFaults({ labels: { floor: '' } })).toEqual(['/0/labels/floor minLength']);
    expect(definitionFaults({ labels: { 'a.b': 'c' } })).toContain('/0/labels propertyNames');
    const tooMany = Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`l${index}`, 'x']));
    expect(definitionFaults({ labels: tooMany })).toEqual(['/0/labels maxProperties']);
  });
});

describe('a query', () => {
  test.each([
    [{ limit: 1 }, []],
    [{ limit: 1_000 }, []],
    [{ limit: 0 }, ['/limit minimum']],
    [{ limit: 1_001 }, ['/limit maximum']],
    [{ limit: 'ten' }, ['/limit type']],
    [{ limit: Number.NaN }, ['/limit type']],
    [{ resourcePrefix: '' }, ['/resourcePrefix minLength']],
    [{ cursor: 'a b' }, ['/cursor pattern']],
    [{ color: 'red' }, [' additionalProperties']],
  ])('of listReservations %j breaks %j', (query, expected) => {
    expect(faults(requestValidators.listReservations.query, query)).toEqual(expected);
  });

  test.each([
    '2026-11-21T09:34:30Z',
    '2026-11-21T09:34:30.123456789Z',
    '2026-11-21T09:34:30+00:00',
    '2024-02-29T00:00:00Z',
  ])('of listEventHistory may start from %s', (from) => {
    expect(faults(requestValidators.listEventHistory.query, { from })).toEqual([]);
    expect(Date.parse(from)).not.toBeNaN();
  });

  test.each([
    '2026-11-21',
    '2026-11-21T09:34:30',
    '2026-11-21T09:34:30+01:00',
    '2026-11-21T09:34:30-00:00',
    '2026-11-21T09:34:30 00:00',
    '2025-02-29T00:00:00Z',
    '2026-11-21T24:00:00Z',
    '2016-12-31T23:59:60Z',
    '2026-11-21t09:34:30z',
  ])('of listEventHistory must not start from %s', (from) => {
    expect(faults(requestValidators.listEventHistory.query, { from })).not.toEqual([]);
  });

  test('of an operation without parameters is empty', () => {
    expect(faults(requestValidators.reserve.query, {})).toEqual([]);
    expect(faults(requestValidators.reserve.query, { limit: 1 })).toEqual([' additionalProperties']);
  });
});

describe('a path and headers', () => {
  test('have a well-formed name', () => {
    expect(faults(requestValidators.getReservation.path, { resource: 'a/b' })).toEqual([]);
    expect(faults(requestValidators.getReservation.path, { resource: 'a\u0007' })).toEqual(['/resource pattern']);
    expect(faults(requestValidators.deleteDefinition.path, {})).toEqual([' required']);
  });

  test.each([
    ['a', []],
    ['~ '.repeat(127) + '!', []],
    ['a'.repeat(256), ['/Idempotency-Key maxLength']],
    ['', ['/Idempotency-Key minLength']],
    ['\u00e9', ['/Idempotency-Key pattern']],
  ])('may have the idempotency key %j with faults %j', (key, expected) => {
    expect(faults(requestValidators.reserve.headers, { 'Idempotency-Key': key })).toEqual(expected);
  });

  test('may lack an idempotency key and have others', () => {
    expect(faults(requestValidators.reserve.headers, { accept: '*/*' })).toEqual([]);
  });
});
