import { describe, expectTypeOf, test } from 'vitest';

import type {
  ApiError,
  ConflictError,
  ConnectionError,
  HoldfastError,
  TimeoutError,
  WrongReleaseTokenError,
  CallOptions,
  Definition,
  HeldBy,
  HeldLock,
  Holdfast,
  HoldfastOptions,
  LockHeldError,
  RenewResult,
  Reservation,
  ReservationEvent,
  ReservationPage,
  ReserveItem,
  ReserveResult,
  ResourceState,
  TransactionResult,
  UnreserveResult,
  WithLockOptions,
} from '../src/index.ts';

type Resources = Holdfast['resources'];
type Answer<Method extends keyof Resources> = Awaited<ReturnType<Resources[Method]>>;
type ItemOf<List> = List extends AsyncIterable<infer Item> ? Item : never;

/** These are checked by the compiler (`tsc -p packages/sdk`); at run time nothing happens. */
describe('types', () => {
  test('each method answers with what the contract says', () => {
    expectTypeOf<Answer<'transaction'>>().toEqualTypeOf<TransactionResult>();
    expectTypeOf<Answer<'get'>>().toEqualTypeOf<ResourceState>();
    expectTypeOf<Answer<'deleteDefinition'>>().toEqualTypeOf<void>();
    expectTypeOf<Answer<'list'>>().toEqualTypeOf<ReservationPage>();
  });

  test('each item has its result', () => {
    const resources = null as unknown as Resources;
    const item = { requester: 'a', resource: 'b', releaseToken: 'c', ttlSeconds: 1 };
    const { releaseToken: _, ...claim } = item;
    const items: ReserveItem[] = [claim];
    type Results<Call extends () => PromiseLike<unknown>> = Awaited<ReturnType<Call>>;
    const one = () => resources.reserve([claim]);
    const two = () => resources.unreserve([item, item]);
    const some = () => resources.reserve(items);
    expectTypeOf<Results<typeof one>>().toEqualTypeOf<[ReserveResult]>();
    expectTypeOf<Results<typeof two>>().toEqualTypeOf<[UnreserveResult, UnreserveResult]>();
    expectTypeOf<Results<typeof some>>().toEqualTypeOf<ReserveResult[]>();
    expectTypeOf(() => resources.renew([item])).returns.resolves.toEqualTypeOf<[RenewResult]>();
    expectTypeOf(() => resources.register([{ name: 'Printer' }])).returns.resolves.toEqualTypeOf<[Definition]>();
  });

  test('lists are iterated by item and by page', () => {
    expectTypeOf<ItemOf<ReturnType<Resources['list']>>>().toEqualTypeOf<Reservation>();
    expectTypeOf<ItemOf<ReturnType<Resources['definitions']>>>().toEqualTypeOf<Definition>();
    expectTypeOf<ItemOf<ReturnType<Resources['eventHistory']>>>().toEqualTypeOf<ReservationEvent>();
    expectTypeOf<ItemOf<ReturnType<ReturnType<Resources['list']>['byPage']>>>().toEqualTypeOf<ReservationPage>();
  });

  test('a status is one of those of the contract', () => {
    expectTypeOf<ReserveResult['status']>().toEqualTypeOf<
      'ACQUIRED' | 'ALREADY_HAD' | 'ALREADY_HELD' | 'NOT_AVAILABLE' | 'NOT_VALID'
    >();
  });

  test('readonly items are taken, and wrong ones refused', () => {
    expectTypeOf<readonly [ReserveItem]>().toExtend<Parameters<Resources['reserve']>[0]>();
    expectTypeOf<[{ requester: string }]>().not.toExtend<Parameters<Resources['reserve']>[0]>();
    expectTypeOf<{ limit: string }>().not.toExtend<Parameters<Resources['list']>[0]>();
  });

  test('a call hands out its raw response', () => {
    type Whole = Awaited<ReturnType<ReturnType<Resources['get']>['withResponse']>>;
    expectTypeOf<Whole['data']>().toEqualTypeOf<ResourceState>();
    expectTypeOf<Whole['response']>().toEqualTypeOf<Response>();
    expectTypeOf<Whole['requestId']>().toEqualTypeOf<string | null>();
  });

  test('withLock() answers with what its section returns, awaited', () => {
    const withLock = null as unknown as Holdfast['withLock'];
    const call = () => withLock('a', async (lock) => lock.fencingToken);
    expectTypeOf(call).returns.toEqualTypeOf<Promise<number>>();
    expectTypeOf<Parameters<Holdfast['withLock']>[0]>().toEqualTypeOf<string | WithLockOptions>();
    expectTypeOf<HeldLock['signal']>().toEqualTypeOf<AbortSignal>();
    expectTypeOf<HeldLock['expiresAt']>().toEqualTypeOf<string>();
  });

  test('errors carry what their handlers need', () => {
    expectTypeOf<TimeoutError>().toExtend<ConnectionError>();
    expectTypeOf<ConflictError>().toExtend<ApiError>();
    expectTypeOf<ApiError>().toExtend<HoldfastError>();
    expectTypeOf<HoldfastError['retryable']>().toEqualTypeOf<boolean>();
    expectTypeOf<WrongReleaseTokenError['results']>().toEqualTypeOf<readonly (UnreserveResult | RenewResult)[]>();
    expectTypeOf<LockHeldError['heldBy']>().toEqualTypeOf<HeldBy | null>();
  });

  test('options may be undefined also under exactOptionalPropertyTypes', () => {
    expectTypeOf<{ signal: undefined; timeoutMs: undefined }>().toExtend<CallOptions>();
    expectTypeOf<{ resource: string; waitMs: undefined }>().toExtend<WithLockOptions>();
    expectTypeOf<{ baseUrl: string; apiKey: string; hooks: undefined }>().toExtend<HoldfastOptions>();
    expectTypeOf<{ baseUrl: string }>().not.toExtend<HoldfastOptions>();
  });
});
