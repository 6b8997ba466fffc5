import { BadRequestError, WrongReleaseTokenError } from '@holdfast/sdk';
import { expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { rejectionOf } from '../rejection.ts';
import { acquire, statesOf } from './one-item.ts';
import type { Held } from './one-item.ts';

const itemOf = ({ requester, resource, releaseToken }: Held) => ({ requester, resource, releaseToken });

describeTargets('autoBatch', ({ holdfast, batching, unique }) => {
  const { resources } = batching;

  test('tells each caller what it is told alone: granted, held, invalid, freed, renewed, or with a wrong token', async () => {
    const [free, held, lent, kept, wrong] = ['free', 'held', 'lent', 'kept', 'wrong'].map(unique) as [
      string,
      string,
      string,
      string,
      string,
    ];
    const mine = { requester: 'mine', ttlSeconds: 60 };
    await acquire(holdfast, { requester: 'somebody', resource: held });
    const [lentLock, keptLock, wrongLock] = [
      await acquire(holdfast, { ...mine, resource: lent }),
      await acquire(holdfast, { ...mine, resource: kept }),
      await acquire(holdfast, { ...mine, resource: wrong }),
    ];

    const claims = Promise.all([
      resources.reserve([{ ...mine, resource: free }]),
      resources.reserve([
        { ...mine, resource: held },
        { ...mine, resource: kept },
      ]),
    ]);
    const invalid = rejectionOf(BadRequestError, resources.reserve([{ ...mine, resource: free, ttlSeconds: 0 }]));
    const freed = resources.unreserve([itemOf(lentLock)]);
    const foreign = resources.unreserve([{ ...itemOf(lentLock), resource: held }]);
    const guessed = rejectionOf(
      WrongReleaseTokenError,
      resources.unreserve([{ ...itemOf(wrongLock), releaseToken: 'guessed' }]),
    );
    const renewed = resources.renew([{ ...itemOf(keptLock), ttlSeconds: 120 }]);

    expect(await claims).toMatchObject([
      [{ resource: free, status: 'ACQUIRED' }],
      [
        { status: 'ALREADY_HELD', heldBy: { requester: 'somebody' } },
        { status: 'ALREADY_HAD', resource: kept },
      ],
    ]);
    expect((await invalid).details).toMatchObject([{ field: '/0/ttlSeconds' }]);
    expect(await freed).toMatchObject([{ status: 'RELINQUISHED', released: [lent] }]);
    expect(await foreign).toMatchObject([{ status: 'DOESNT_OWN_RESERVATION' }]);
    expect((await guessed).results).toMatchObject([{ resource: wrong, status: 'DOESNT_OWN_RESERVATION' }]);
    expect(await renewed).toMatchObject([{ status: 'RENEWED', fencingToken: keptLock.fencingToken }]);
    expect(await statesOf(holdfast, free, held, lent, kept, wrong)).toEqual(['HELD', 'HELD', 'FREE', 'HELD', 'HELD']);
  });

  test('lets one section at a time in, however many wait for it together', async () => {
    const resource = unique('ledger');
    const tokens: number[] = [];
    let inside = 0;
    const section = async (lock: { readonly fencingToken: number }) => {
      expect(++inside).toBe(1);
      tokens.push(lock.fencingToken);
      await holdfast.resources.get(resource);
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 8 }, () => batching.withLock({ resource, waitMs: 15_000 }, section)));
    expect(tokens).toHaveLength(8);
    expect(tokens).toEqual(tokens.toSorted((one, other) => one - other));
  });
});
