import fc from 'fast-check';

interface LongListOptions<Item> {
  readonly maxLength: number;
  readonly isLongEnough: (items: readonly Item[]) => boolean;
}

/**
 * Draws items until there are enough, and shrinks the list as far as it goes: by leaving out ever smaller parts, the
 * last ones first, and then by shrinking items. Fast-check's own arrays lose their beginning first, which programs need.
 */
export function longList<Item>(
  item: fc.Arbitrary<Item>,
  options: LongListOptions<Item>,
): fc.Arbitrary<readonly Item[]> {
  return new LongList(item, options);
}

/** How a list came about: each item as it was drawn, and how many together have still to be left out for a try. */
class Origin<Item> {
  readonly drawn: readonly fc.Value<Item>[];
  readonly partLength: number;

  constructor(drawn: readonly fc.Value<Item>[], partLength: number) {
    this.drawn = drawn;
    this.partLength = partLength;
  }

  toValue(): fc.Value<readonly Item[]> {
    return new fc.Value(
      this.drawn.map(({ value }) => value),
      this,
    );
  }
}

class LongList<Item> extends fc.Arbitrary<readonly Item[]> {
  readonly #item: fc.Arbitrary<Item>;
  readonly #options: LongListOptions<Item>;

  constructor(item: fc.Arbitrary<Item>, options: LongListOptions<Item>) {
    super();
    this.#item = item;
    this.#options = options;
  }

  override generate(random: fc.Random): fc.Value<readonly Item[]> {
    const { maxLength, isLongEnough } = this.#options;
    const drawn: fc.Value<Item>[] = [];
    while (drawn.length < maxLength && !isLongEnough(drawn.map(({ value }) => value))) {
      drawn.push(this.#item.generate(random, undefined));
    }
    return new Origin(drawn, Math.ceil(drawn.length / 2)).toValue();
  }

  override canShrinkWithoutContext(_: unknown): _ is readonly Item[] {
    return false;
  }

  override shrink(_: readonly Item[], context: unknown): fc.Stream<fc.Value<readonly Item[]>> {
    return context instanceof Origin ? fc.stream(this.#shrinkOrigin(context as Origin<Item>)) : fc.Stream.nil();
  }

  *#shrinkOrigin({ drawn, partLength }: Origin<Item>): IterableIterator<fc.Value<readonly Item[]>> {
    for (let length = partLength; length >= 1; length = Math.floor(length / 2)) {
      for (let end = drawn.length; end > 0; end -= length) {
        yield new Origin([...drawn.slice(0, Math.max(0, end - length)), ...drawn.slice(end)], length).toValue();
      }
    }
    for (const [index, { value, context }] of drawn.entries()) {
      for (const smaller of this.#item.shrink(value, context)) {
        yield new Origin(drawn.with(index, smaller), 1).toValue();
      }
    }
  }
}
