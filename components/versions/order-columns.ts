/**
 * The order of services from left to right: callers before those that they call where that is possible, and edges short.
 *
 * First a topological order (depth first, so that a chain stays together; an edge that closes a cycle is passed over), then services are
 * moved one by one to where edges are shortest. An edge that runs from right to left costs more than one that only is long.
 */

/** Consumer and provider, as places in the list of services, and how much it counts that they stand near each other. */
export type ServiceLink = readonly [consumer: number, provider: number, weight?: number];

/** Beyond that many services the topological order stands: moving is cubic. */
const MOVED_MAX = 120;
const ROUNDS_MAX = 4;
/** An edge against the direction of reading is as bad as one that is so much longer. */
const BACKWARD_COST = 6;

/** Places of the services that have an edge, left to right, and of those that have none. */
export function orderColumns(
  count: number,
  links: readonly ServiceLink[],
): { readonly joined: readonly number[]; readonly alone: readonly number[] } {
  const distinct = links.filter(([consumer, provider]) => consumer !== provider);
  const touched = new Set([...distinct.map(([consumer]) => consumer), ...distinct.map(([, provider]) => provider)]);
  const all = Array.from({ length: count }, (_, place) => place);
  const joined = topological(
    all.filter((place) => touched.has(place)),
    distinct,
  );
  return { joined: joined.length > MOVED_MAX ? joined : shorten(joined, distinct), alone: all.filter((place) => !touched.has(place)) };
}

function topological(places: readonly number[], links: readonly ServiceLink[]): number[] {
  const providers = Map.groupBy(links, ([consumer]) => consumer);
  const called = new Set(links.map(([, provider]) => provider));
  const seen = new Set<number>();
  const done: number[] = [];
  const visit = (start: number) => {
    // By hand, so that a long chain of calls does not end the stack.
    const stack = [{ place: start, next: 0 }];
    seen.add(start);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const link = providers.get(top.place)?.[top.next++];
      if (link === undefined) {
        done.push(top.place);
        stack.pop();
      } else if (!seen.has(link[1])) {
        seen.add(link[1]);
        stack.push({ place: link[1], next: 0 });
      }
    }
  };
  for (const place of [...places.filter((each) => !called.has(each)), ...places]) if (!seen.has(place)) visit(place);
  return done.reverse();
}

/** Moves each service to its best place until none has a better one. */
function shorten(start: readonly number[], links: readonly ServiceLink[]): number[] {
  let order = [...start];
  let cost = costOf(order, links);
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const before = cost;
    for (const place of start) {
      const rest = order.filter((each) => each !== place);
      for (let at = 0; at <= rest.length; at++) {
        const tried = rest.toSpliced(at, 0, place);
        const triedCost = costOf(tried, links);
        if (triedCost < cost) [order, cost] = [tried, triedCost];
      }
    }
    if (cost === before) break;
  }
  return order;
}

function costOf(order: readonly number[], links: readonly ServiceLink[]): number {
  const at: number[] = [];
  for (const [index, place] of order.entries()) at[place] = index;
  let cost = 0;
  for (const [consumer, provider, weight = 1] of links) {
    const length = (at[provider] ?? 0) - (at[consumer] ?? 0);
    cost += weight * (length > 0 ? length : BACKWARD_COST - length);
  }
  return cost;
}
