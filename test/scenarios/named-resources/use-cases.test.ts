import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';

describeTargets('use cases', ({ holdfast, clock, unique }) => {
  describe('a job queue', () => {
    test('gives each job to one worker, and the loser moves on to the next one', async () => {
      const queue = unique('jobs');
      const jobs = Array.from({ length: 12 }, (_, number) => `${queue}/${number}`);
      const done: string[] = [];

      const work = async (worker: string) => {
        for (const job of jobs) {
          const [claim] = await holdfast.resources.reserve([{ requester: worker, resource: job, ttlSeconds: 60 }]);
          if (claim?.status === 'ACQUIRED') done.push(job);
        }
      };
      await Promise.all([work('worker-1'), work('worker-2'), work('worker-3')]);

      expect(done.toSorted()).toEqual(jobs.toSorted());
    });

    test('gives a job to somebody else when its worker dies', async () => {
      const job = unique('job');
      await holdfast.resources.reserve([{ requester: 'worker-1', resource: job, ttlSeconds: 30 }]);
      // worker-1 dies.
      const [tooEarly] = await holdfast.resources.reserve([{ requester: 'worker-2', resource: job, ttlSeconds: 30 }]);
      expect(tooEarly).toMatchObject({ status: 'ALREADY_HELD', retryAfterSeconds: 30 });

      await clock.advance({ seconds: tooEarly!.retryAfterSeconds! });
      const [claim] = await holdfast.resources.reserve([{ requester: 'worker-2', resource: job, ttlSeconds: 30 }]);
      expect(claim).toMatchObject({ status: 'ACQUIRED' });
    });
  });

  describe('an appointment slot', () => {
    test('is booked once, and tells who was quicker', async () => {
      const slot = `${unique('dr-hall')}/2026-12-01T10:00`;
      const book = (patient: string) =>
        holdfast.resources.reserve([
          { requester: patient, resource: slot, resourceType: 'Appointment', metadata: { patient } },
        ]);

      expect(await book('ada')).toMatchObject([{ status: 'ACQUIRED', expiresAt: null }]);
      expect(await book('grace')).toMatchObject([
        { status: 'ALREADY_HELD', heldBy: { requester: 'ada', metadata: { patient: 'ada' } } },
      ]);
      expect(await book('ada')).toMatchObject([{ status: 'ALREADY_HAD' }]);
    });

    test('is free for others once it is cancelled', async () => {
      const slot = `${unique('dr-hall')}/2026-12-01T11:00`;
      const [booking] = await holdfast.resources.reserve([{ requester: 'ada', resource: slot }]);
      await holdfast.resources.unreserve([{ requester: 'ada', resource: slot, releaseToken: booking!.releaseToken! }]);

      expect(await holdfast.resources.get(slot)).toMatchObject({ status: 'FREE' });
      expect(await holdfast.resources.reserve([{ requester: 'grace', resource: slot }])).toMatchObject([
        { status: 'ACQUIRED' },
      ]);
    });

    test('goes to the first free one of several that would do', async () => {
      const day = unique('dr-hall');
      await holdfast.resources.reserve([{ requester: 'ada', resource: `${day}/10:00` }]);
      const { outcome, results } = await holdfast.resources.transaction({
        requester: 'grace',
        method: 'FIRST',
        items: [{ resource: `${day}/10:00` }, { resource: `${day}/10:30` }, { resource: `${day}/11:00` }],
      });

      expect(outcome).toBe('COMMITTED');
      expect(results.find(({ status }) => status === 'ACQUIRED')).toMatchObject({ resource: `${day}/10:30` });
    });
  });

  describe('a printer pool', () => {
    test('gives everybody a printer of their own until there is none left, and the next one that is given back', async () => {
      const pool = unique('Printer');
      await holdfast.resources.register([{ name: pool, capacity: 3, labels: { floor: '2' } }]);

      const print = async (document: string) =>
        (await holdfast.resources.reserve([{ requester: document, resource: pool, ttlSeconds: 600 }]))[0]!;
      const claims = [await print('a.pdf'), await print('b.pdf'), await print('c.pdf')];
      expect(claims.map(({ acquiredSlots }) => acquiredSlots?.[pool])).toEqual([`${pool}_0`, `${pool}_1`, `${pool}_2`]);
      expect(await print('d.pdf')).toMatchObject({ status: 'NOT_AVAILABLE', retryAfterSeconds: 600 });

      await holdfast.resources.unreserve([
        { requester: 'b.pdf', resource: pool, releaseToken: claims[1]!.releaseToken! },
      ]);
      expect(await print('d.pdf')).toMatchObject({ status: 'ACQUIRED', acquiredSlots: { [pool]: `${pool}_1` } });
    });

    test('shows which printer is whose', async () => {
      const pool = unique('Printer');
      await holdfast.resources.register([{ name: pool, capacity: 2 }]);
      await holdfast.resources.reserve([{ requester: 'a.pdf', resource: pool }]);

      const { free, slots } = await holdfast.resources.get(pool);
      expect(free).toBe(1);
      expect(slots?.map(({ resource, requester }) => [resource, requester])).toEqual([
        [`${pool}_0`, 'a.pdf'],
        [`${pool}_1`, null],
      ]);
    });
  });

  describe('a mutex between services', () => {
    test('lets one service at a time in, with a token that rises', async () => {
      const mutex = unique('ledger');
      const tokens: number[] = [];
      for (const service of ['billing', 'shipping', 'billing']) {
        const [lock] = await holdfast.resources.reserve([{ requester: service, resource: mutex, ttlSeconds: 30 }]);
        const [refusal] = await holdfast.resources.reserve([{ requester: 'reporting', resource: mutex }]);
        expect([lock?.status, refusal?.status]).toEqual(['ACQUIRED', 'ALREADY_HELD']);
        tokens.push(lock!.fencingToken!);
        await holdfast.resources.unreserve([
          { requester: service, resource: mutex, releaseToken: lock!.releaseToken! },
        ]);
      }
      expect(tokens).toEqual([...new Set(tokens)].sort((one, other) => one - other));
    });

    test('keeps a service out that slept through the end of its lease, by the fencing token', async () => {
      const mutex = unique('ledger');
      const ledger = { greatestToken: 0, entries: [] as string[] };
      const write = (entry: string, fencingToken: number) => {
        if (fencingToken < ledger.greatestToken) return;
        ledger.greatestToken = fencingToken;
        ledger.entries.push(entry);
      };

      const [sleepy] = await holdfast.resources.reserve([{ requester: 'billing', resource: mutex, ttlSeconds: 30 }]);
      await clock.advance({ seconds: 31 });
      const [awake] = await holdfast.resources.reserve([{ requester: 'shipping', resource: mutex, ttlSeconds: 30 }]);
      write('by shipping', awake!.fencingToken!);
      write('by billing', sleepy!.fencingToken!);
      expect(ledger.entries).toEqual(['by shipping']);
    });
  });

  describe('an intersection', () => {
    test('holds one car at a time, with the lanes that it crosses', async () => {
      const crossing = unique('crossing');
      const [north, east, west] = ['north', 'east', 'west'].map((lane) => `${crossing}/${lane}`) as [
        string,
        string,
        string,
      ];
      await holdfast.resources.register([
        { name: `${crossing}/straight`, blocks: [north, east] },
        { name: `${crossing}/left`, blocks: [east, west] },
        { name: `${crossing}/right`, blocks: [west] },
      ]);
      const enter = async (car: string, way: string) =>
        (await holdfast.resources.reserve([{ requester: car, resource: `${crossing}/${way}` }]))[0]!;

      const first = await enter('car-1', 'straight');
      expect(first).toMatchObject({ status: 'ACQUIRED', acquiredBlockers: [north, east] });
      expect(await enter('car-2', 'left')).toMatchObject({ status: 'ALREADY_HELD', heldBy: { requester: 'car-1' } });
      expect(await enter('car-3', 'right')).toMatchObject({ status: 'ACQUIRED' });

      await holdfast.resources.unreserve([
        { requester: 'car-1', resource: `${crossing}/straight`, releaseToken: first.releaseToken! },
      ]);
      expect(await enter('car-2', 'left')).toMatchObject({ status: 'ALREADY_HELD', heldBy: { requester: 'car-3' } });
      expect(await enter('car-4', 'straight')).toMatchObject({ status: 'ACQUIRED' });
    });
  });

  describe('storage slots', () => {
    test('can be taken one by one or by the aisle, not both', async () => {
      const [warehouse, aisle] = [unique('Warehouse'), unique('Aisle')];
      const shelves = [1, 2, 3].map((number) => `${aisle}/shelf-${number}`);
      await holdfast.resources.register([
        { name: aisle, treePath: warehouse },
        ...shelves.map((name) => ({ name, treePath: `${warehouse}>${aisle}` })),
      ]);
      const take = async (requester: string, resource: string) =>
        (await holdfast.resources.reserve([{ requester, resource }]))[0]!;

      const pallet = await take('pallet-1', shelves[0]!);
      expect(pallet).toMatchObject({ status: 'ACQUIRED', reservedAtPath: `${warehouse}>${aisle}>${shelves[0]}` });
      expect(await take('pallet-2', shelves[1]!)).toMatchObject({ status: 'ACQUIRED' });
      const refusal = await take('stocktaking', aisle);
      expect(refusal).toMatchObject({
        status: 'ALREADY_HELD',
        heldBy: { requester: expect.stringMatching(/^pallet-/u) },
      });

      for (const { requester, resource } of (await holdfast.resources.list({ resourcePrefix: aisle })).reservations) {
        const [claim] = await holdfast.resources.reserve([{ requester, resource }]);
        await holdfast.resources.unreserve([{ requester, resource, releaseToken: claim!.releaseToken! }]);
      }
      expect(await take('stocktaking', aisle)).toMatchObject({ status: 'ACQUIRED' });
      expect(await take('pallet-3', shelves[2]!)).toMatchObject({
        status: 'ALREADY_HELD',
        heldBy: { requester: 'stocktaking' },
      });
    });

    test('can be a pool of places within an aisle', async () => {
      const [aisle, places] = [unique('Aisle'), unique('Place')];
      await holdfast.resources.register([{ name: places, capacity: 100, treePath: aisle }]);
      const pallets = Array.from({ length: 100 }, (_, number) => ({ requester: `pallet-${number}`, resource: places }));
      const claims = await holdfast.resources.reserve(pallets);
      expect(new Set(claims.map(({ acquiredSlots }) => acquiredSlots?.[places])).size).toBe(100);
      expect(await holdfast.resources.reserve([{ requester: 'one more', resource: places }])).toMatchObject([
        { status: 'NOT_AVAILABLE' },
      ]);
    });
  });
});
