/** What `?limit=&cursor=` asked for; without a limit the whole rest. */
interface PageQuery {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** How a list is ordered: the cursor of an item, and whether an item comes after a cursor. */
interface ListOrder<T> {
  cursorOf(item: T): string;
  isAfter(item: T, cursor: string): boolean;
}

/** One page of an ordered list. A cursor is a place in the order, so it stays good when the item it was taken from is gone. */
export function pageOf<T>(
  all: readonly T[],
  { limit, cursor }: PageQuery,
  order: ListOrder<NoInfer<T>>,
): { items: T[]; nextCursor?: string } {
  const rest = cursor === undefined ? all : all.filter((item) => order.isAfter(item, cursor));
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return { items, ...(items.length < rest.length && last !== undefined && { nextCursor: order.cursorOf(last) }) };
}

/** The order of things that are listed by name. */
export function byName<T>(nameOf: (item: T) => string): ListOrder<T> {
  return { cursorOf: nameOf, isAfter: (item, cursor) => nameOf(item) > cursor };
}
