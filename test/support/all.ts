/** The items of a stream, once it is over; none where there is no stream. */
export async function all<T>(stream: AsyncIterable<T> | undefined): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream ?? []) items.push(item);
  return items;
}
