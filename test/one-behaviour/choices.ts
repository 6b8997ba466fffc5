import fc from 'fast-check';

/** Now and then what the contract doesn't allow. */
export function mostly(usual: fc.Arbitrary<unknown>, ...unusual: readonly unknown[]): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 60, arbitrary: usual }, { weight: 1, arbitrary: fc.constantFrom(...unusual) });
}

/** A value once in so many times, else nothing. */
export function onceIn<Value>(times: number, value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> {
  return fc.oneof({ weight: times - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
}

/** Items for one request, and now and then none, which the contract doesn't allow. */
export function listOf<Item>(item: fc.Arbitrary<Item>, longest: number): fc.Arbitrary<readonly Item[]> {
  const some = fc.array(item, { minLength: 1, maxLength: longest });
  return fc.oneof({ weight: 60, arbitrary: some }, { weight: 1, arbitrary: fc.constant([]) });
}

/** An object in which every member but the required ones may be absent. */
export function optional<Model extends object, Key extends keyof Model>(
  model: { [Name in keyof Model]: fc.Arbitrary<Model[Name]> },
  requiredKeys: readonly Key[] = [],
) {
  return fc.record(model, { requiredKeys: [...requiredKeys] });
}

/** Stands for one of what there is by then, counted from the end: see `pickLatest`. Mostly the latest. */
export const pick: fc.Arbitrary<number> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.nat({ max: 9 }) },
);

/** One of a list, counted from its end; undefined of an empty one. */
export function pickLatest<Item>(items: readonly Item[], picked: number): Item | undefined {
  return items.at(-1 - (picked % Math.max(1, items.length)));
}
