import { describe, expectTypeOf, test } from 'vitest';

import type {
  ApiError,
  ApiKey,
  ApiKeyUpdate,
  ExchangedToken,
  ForceReleaseResult,
  IssuedApiKey,
  LimitType,
  Limits,
  NewApiKey,
  PermissionDeniedError,
  RateLimitError,
  Scope,
  Tenant,
  Tier,
  exchangeToken,
  ConflictError,
  ConnectionError,
  HoldfastError,
  TimeoutError,
  WrongReleaseTokenError,
  Account,
  AutoBatchOptions,
  CallOptions,
  Capacity,
  CapacityCalendarInterval,
  CapacityInterval,
  CapacityNotAvailableError,
  CapacityQuote,
  CapacityRequest,
  CapacityReservation,
  CapacityReservationPage,
  CapacityReservationQuery,
  CapacitySample,
  CapacityShortfall,
  CommitResult,
  CustomerReference,
  Definition,
  GrantRequest,
  HeldBy,
  HeldCredits,
  HeldLock,
  Hold,
  HoldOutcome,
  HoldRequest,
  HoldSummary,
  Holdfast,
  HoldfastOptions,
  LockHeldError,
  RenewResult,
  Reservation,
  ReservationEvent,
  ReservationPage,
  ReserveItem,
  ReserveResult,
  ReservedUpTo,
  ResourceState,
  Time,
  Transaction,
  TransactionPage,
  TransactionResult,
  UnreserveResult,
  UsageEvent,
  WithHoldOptions,
  WithLockOptions,
  intervals,
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

  test('calls may go out together, which changes nothing of what they return', () => {
    expectTypeOf<HoldfastOptions['autoBatch']>().toEqualTypeOf<boolean | AutoBatchOptions | undefined>();
    expectTypeOf<{ maxItems: 64 }>().toExtend<AutoBatchOptions>();
    expectTypeOf<Parameters<typeof exchangeToken>[0]>().not.toHaveProperty('autoBatch');
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

  test('each method of credits answers with what the contract says, in either form', () => {
    type Credits = Holdfast['credits'];
    expectTypeOf<Awaited<ReturnType<Credits['getHold']>>>().toEqualTypeOf<Hold>();
    expectTypeOf<Awaited<ReturnType<Credits['commit']>>>().toEqualTypeOf<CommitResult>();
    expectTypeOf<Awaited<ReturnType<Credits['account']>>>().toEqualTypeOf<Account>();
    expectTypeOf<Awaited<ReturnType<Credits['transactions']>>>().toEqualTypeOf<TransactionPage>();
    expectTypeOf<ItemOf<ReturnType<Credits['transactions']>>>().toEqualTypeOf<Transaction>();
    expectTypeOf<ItemOf<ReturnType<Credits['holds']>>>().toEqualTypeOf<HoldSummary>();
  });

  test('a customer is named in one way', () => {
    expectTypeOf<string>().toExtend<CustomerReference>();
    expectTypeOf<{ id: string }>().toExtend<CustomerReference>();
    expectTypeOf<{ externalId: string }>().toExtend<CustomerReference>();
    expectTypeOf<{ id: string; externalId: string }>().not.toExtend<CustomerReference>();
    expectTypeOf<Record<string, never>>().not.toExtend<CustomerReference>();
    expectTypeOf<GrantRequest['customer']>().toEqualTypeOf<CustomerReference>();
    expectTypeOf<HoldRequest>().not.toHaveProperty('external_customer_id');
    expectTypeOf<UsageEvent>().not.toHaveProperty('customer_id');
  });

  test('each method of capacity answers with what the contract says, and the calendar with its rows', () => {
    type Answered<Method extends keyof Capacity> = Awaited<ReturnType<Capacity[Method]>>;
    expectTypeOf<Answered<'reserve'>>().toEqualTypeOf<CapacityReservation>();
    expectTypeOf<Answered<'quote'>>().toEqualTypeOf<CapacityQuote>();
    expectTypeOf<Answered<'calendar'>>().toEqualTypeOf<readonly CapacityCalendarInterval[]>();
    expectTypeOf<Answered<'list'>>().toEqualTypeOf<CapacityReservationPage>();
    expectTypeOf<ItemOf<ReturnType<Capacity['list']>>>().toEqualTypeOf<CapacityReservation>();
    expectTypeOf<Answered<'reserveUpTo'>>().toEqualTypeOf<ReservedUpTo>();
    expectTypeOf<ReservedUpTo>().toExtend<CapacityReservation>();
    expectTypeOf<ReservedUpTo['shortfalls'][number]['reservedGb']>().toEqualTypeOf<number>();
  });

  test('times of capacity are texts or Dates, and a list needs both', () => {
    expectTypeOf<ReturnType<typeof intervals>>().toEqualTypeOf<CapacityInterval[]>();
    expectTypeOf<{ readonly intervals: readonly CapacityInterval[] }>().toExtend<CapacityRequest>();
    expectTypeOf<CapacityRequest['intervals'][number]['startsAt']>().toEqualTypeOf<Time>();
    expectTypeOf<CapacitySample['at']>().toEqualTypeOf<Time>();
    expectTypeOf<CapacitySample['workloadId']>().toEqualTypeOf<string>();
    expectTypeOf<{ from: Date; to: string }>().toExtend<CapacityReservationQuery>();
    expectTypeOf<{ from: Date }>().not.toExtend<CapacityReservationQuery>();
    expectTypeOf<{ from: number; to: number }>().not.toExtend<CapacityReservationQuery>();
  });

  test('each method of administration answers with what the contract says, and its keys may expire at a Date', () => {
    type Admin = Holdfast['admin'];
    expectTypeOf<ItemOf<ReturnType<Admin['tenants']['list']>>>().toEqualTypeOf<Tenant>();
    expectTypeOf<ItemOf<ReturnType<Admin['tiers']['list']>>>().toEqualTypeOf<Tier>();
    expectTypeOf<ItemOf<ReturnType<Admin['apiKeys']['list']>>>().toEqualTypeOf<ApiKey>();
    expectTypeOf<Awaited<ReturnType<Admin['apiKeys']['create']>>>().toEqualTypeOf<IssuedApiKey>();
    expectTypeOf<Awaited<ReturnType<Admin['jwtIssuer']['delete']>>>().toEqualTypeOf<void>();
    expectTypeOf<NonNullable<NewApiKey['expires_at']>>().toEqualTypeOf<Time>();
    expectTypeOf<null>().not.toExtend<NewApiKey['expires_at']>();
    expectTypeOf<Exclude<ApiKeyUpdate['expires_at'], undefined>>().toEqualTypeOf<Time | null>();
    expectTypeOf<Awaited<ReturnType<Holdfast['limits']>>>().toEqualTypeOf<Limits>();
    expectTypeOf<Answer<'forceRelease'>>().toEqualTypeOf<ForceReleaseResult>();
    expectTypeOf<Awaited<ReturnType<typeof exchangeToken>>>().toEqualTypeOf<ExchangedToken>();
    expectTypeOf<{ baseUrl: string; jwt: string }>().toExtend<Parameters<typeof exchangeToken>[0]>();
  });

  test('withHold() answers with the value of its section, unless an earlier run has done the work', () => {
    const holdfast = null as unknown as Holdfast;
    const options: WithHoldOptions = { customer: 'acme', metric: 'image', estimate: 4 };
    const units = () => holdfast.withHold(options, async () => 7);
    const value = () => holdfast.withHold(options, ({ id }) => ({ units: 7, value: id }));
    expectTypeOf(units).returns.resolves.toEqualTypeOf<HoldOutcome<undefined>>();
    expectTypeOf(value).returns.resolves.toEqualTypeOf<HoldOutcome<string>>();
    expectTypeOf<HoldOutcome<string>['value']>().toEqualTypeOf<string | undefined>();
    expectTypeOf<Extract<HoldOutcome<string>, { replayed: false }>['value']>().toEqualTypeOf<string>();
    expectTypeOf<HoldOutcome<string>['commit']>().toEqualTypeOf<CommitResult>();
    expectTypeOf<HeldCredits['extend']>().toEqualTypeOf<(additionalUnits: number) => Promise<void>>();
    type Section = Parameters<Holdfast['withHold']>[1];
    expectTypeOf<() => Promise<void>>().not.toExtend<Section>();
    expectTypeOf<() => { value: string }>().not.toExtend<Section>();
  });

  test('errors carry what their handlers need', () => {
    expectTypeOf<TimeoutError>().toExtend<ConnectionError>();
    expectTypeOf<ConflictError>().toExtend<ApiError>();
    expectTypeOf<ApiError>().toExtend<HoldfastError>();
    expectTypeOf<HoldfastError['retryable']>().toEqualTypeOf<boolean>();
    expectTypeOf<WrongReleaseTokenError['results']>().toEqualTypeOf<readonly (UnreserveResult | RenewResult)[]>();
    expectTypeOf<CapacityNotAvailableError['intervals']>().toEqualTypeOf<readonly CapacityShortfall[]>();
    expectTypeOf<LockHeldError['heldBy']>().toEqualTypeOf<HeldBy | null>();
    expectTypeOf<PermissionDeniedError['scope']>().toEqualTypeOf<Scope | null>();
    expectTypeOf<RateLimitError['limitType']>().toEqualTypeOf<LimitType | null>();
  });

  test('options may be undefined also under exactOptionalPropertyTypes', () => {
    expectTypeOf<{ signal: undefined; timeoutMs: undefined }>().toExtend<CallOptions>();
    expectTypeOf<{ resource: string; waitMs: undefined }>().toExtend<WithLockOptions>();
    type Bare = Pick<WithHoldOptions, 'customer' | 'metric' | 'estimate'>;
    expectTypeOf<Bare & { signal: undefined; idempotencyKey: undefined }>().toExtend<WithHoldOptions>();
    expectTypeOf<{ baseUrl: string; apiKey: string; hooks: undefined }>().toExtend<HoldfastOptions>();
    expectTypeOf<{ baseUrl: string }>().not.toExtend<HoldfastOptions>();
  });
});
