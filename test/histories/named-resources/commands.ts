import type {
  RenewItem,
  RenewResult,
  ReserveItem,
  ReserveResult,
  ReserveTransactionRequest,
  ResourceState,
  TransactionItemResult,
  TransactionResult,
  UnreserveItem,
  UnreserveResult,
} from '@holdfast/sdk';

/** One request. */
export type Command =
  | { readonly type: 'reserve'; readonly items: readonly ReserveItem[] }
  | { readonly type: 'unreserve'; readonly items: readonly UnreserveItem[] }
  | { readonly type: 'renew'; readonly items: readonly RenewItem[] }
  | { readonly type: 'get'; readonly items: readonly [{ readonly resource: string }] }
  | TransactionCommand;

export type TransactionCommand = { readonly type: 'transaction' } & Readonly<Required<ReserveTransactionRequest>>;

export type Result = ReserveResult | UnreserveResult | RenewResult | ResourceState | TransactionItemResult;

/** A result for each item of the request. */
export interface Answer {
  /** Only of a transaction. */
  readonly outcome?: TransactionResult['outcome'];
  readonly results: readonly Result[];
}
