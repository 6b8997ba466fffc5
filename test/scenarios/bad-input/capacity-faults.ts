import type { FurtherFault } from './family.ts';

type Members = Readonly<Record<string, string>>;

/** What no schema can say about the bodies of capacity: each time it is the second interval or sample. */
export const capacityFaults: readonly FurtherFault[] = [
  ...['reserveCapacity', 'quoteCapacity'].flatMap((operationId) => [
    ...(['startsAt', 'endsAt'] as const).flatMap((name) => [
      inInterval(operationId, 'is off the grid by a minute', name, 'grid', { [name]: '2099-01-01T00:16:00Z' }),
      inInterval(operationId, 'is off the grid by a second', name, 'grid', { [name]: '2099-01-01T00:15:01Z' }),
      inInterval(operationId, 'is off the grid by a nanosecond', name, 'grid', {
        [name]: '2099-01-01T00:15:00.000000001Z',
      }),
    ]),
    inInterval(operationId, 'is the end of the next interval', 'endsAt', 'duration', lasting('2099-01-01T00:30:00Z')),
    inInterval(operationId, 'is the beginning', 'endsAt', 'duration', lasting('2099-01-01T00:00:00Z')),
    inInterval(operationId, 'is before the beginning', 'endsAt', 'duration', lasting('2098-12-31T23:45:00Z')),
    inInterval(operationId, 'is over', 'startsAt', 'leadTime', {
      startsAt: '2020-01-01T00:00:00Z',
      endsAt: '2020-01-01T00:15:00Z',
    }),
    inInterval(operationId, 'is before all time', 'startsAt', 'leadTime', {
      startsAt: '0001-01-01T00:00:00Z',
      endsAt: '0001-01-01T00:15:00Z',
    }),
    {
      operationId,
      reason: 'is there already, written in another way',
      field: '/intervals/1/startsAt',
      rule: 'uniqueItems',
      toJson: (valid) => {
        const [first] = (valid as { intervals: readonly [Members] }).intervals;
        return JSON.stringify({
          intervals: [first, { ...first, startsAt: first['startsAt']?.replace('Z', '.000+00:00') }],
        });
      },
    } satisfies FurtherFault,
  ]),
  inSample('is more than 24 hours ago', 'maxAge', '2020-01-01T00:00:00Z'),
  inSample('is before all time', 'maxAge', '0000-01-01T00:00:00Z'),
  inSample('is ahead', 'maximum', '2099-01-01T00:00:00Z'),
];

function lasting(endsAt: string): Members {
  return { startsAt: '2099-01-01T00:00:00Z', endsAt };
}

function inInterval(operationId: string, reason: string, name: string, rule: string, members: Members): FurtherFault {
  return {
    operationId,
    reason,
    field: `/intervals/1/${name}`,
    rule,
    toJson: (valid) => corruptLast(valid, 'intervals', members),
  };
}

function inSample(reason: string, rule: string, at: string): FurtherFault {
  const toJson = (valid: unknown) => corruptLast(valid, 'samples', { at });
  return { operationId: 'recordCapacityUsage', reason, field: '/samples/1/at', rule, toJson };
}

function corruptLast(valid: unknown, list: string, members: Members): string {
  const [first, last] = (valid as Readonly<Record<string, readonly Members[]>>)[list] ?? [];
  return JSON.stringify({ [list]: [first, { ...last, ...members }] });
}
