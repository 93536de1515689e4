/**
 * Does `work` for each item, at most `concurrency` of them at a time, and yields what came of it in
 * the order of the items. `work` must not reject.
 */
export async function* inOrder<Item, Value>(
  items: Iterable<Item>,
  concurrency: number,
  work: (item: Item, index: number) => Promise<Value>,
): AsyncGenerator<Value> {
  const underWay: Promise<Value>[] = [];
  let index = 0;
  for (const item of items) {
    underWay.push(work(item, index));
    index += 1;
    const first = underWay.length < concurrency ? undefined : underWay.shift();
    if (first) {
      yield await first;
    }
  }
  for (const rest of underWay) {
    yield await rest;
  }
}
