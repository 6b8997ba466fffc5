/** How many requests are under way at a time: about as many as the load has clients. */
const lanes = 16;

/** Works on all items, several at a time, in their order. Rejects as soon as one of them does. */
export async function inParallel<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const queue = items.values();
  const lane = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
