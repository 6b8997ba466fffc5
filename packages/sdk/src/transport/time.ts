/** A time: a `Date`, or RFC 3339 in UTC with `Z` or `+00:00`, such as `2026-09-01T22:00:00Z`. */
export type Time = string | Date;

/** A request of the contract whose members of these names may also be `Date`s. */
export type WithTimes<Request, Names extends keyof Request> = {
  readonly [Name in keyof Request]: Name extends Names ? Time | Extract<Request[Name], null> : Request[Name];
};

/**
 * What may be sent where the contract has this type. Any text may be a `Date`, which goes as RFC 3339 in UTC: which of
 * them are times is said where users see it, by {@link WithTimes}.
 */
export type Sendable<Type> = string extends Type
  ? Type | Date
  : Type extends readonly (infer Item)[]
    ? readonly Sendable<Item>[]
    : Type extends object
      ? { readonly [Name in keyof Type]: Sendable<Type[Name]> }
      : Type;
