/**
 * In which order to eliminate the services of one part of a mesh, so that the tables of bucket elimination stay small.
 * Min-fill: next goes the service whose neighbours lack the fewest edges among each other; they are joined when it goes.
 * Where every service left has more neighbours than the bound, the one with the most is set aside as a *hub* instead: without its hubs the
 * part fits the bound, and what that says about the whole is a bound and not a count (`compile-space.ts`).
 *
 * Invariants: `scopes[k]` are the neighbours of `order[k]` when it went, all later in the order, and never more than the bound; ties go to
 * the lower index, so the same part gives the same order.
 */
export interface EliminationOrder {
  readonly order: readonly number[];
  readonly scopes: readonly (readonly number[])[];
  readonly hubs: readonly number[];
  /** Largest scope: the induced width of this order. */
  readonly width: number;
}

/** `neighbours` must be symmetric; services that it does not name are decided and stay out. */
export function eliminationOrder(neighbours: ReadonlyMap<number, ReadonlySet<number>>, widthMax: number): EliminationOrder {
  const graph = new Map([...neighbours].map(([service, others]) => [service, new Set(others)]));
  const fills = new Map([...graph.keys()].map((service) => [service, fillOf(graph, service, widthMax)]));
  const order: number[] = [];
  const scopes: number[][] = [];
  const hubs = new Set<number>();
  while (graph.size > 0) {
    const service = cheapest(fills);
    const isHub = fills.get(service) === Number.POSITIVE_INFINITY;
    const gone = isHub ? busiest(graph) : service;
    const scope = [...(graph.get(gone) ?? [])].sort((a, b) => a - b);
    if (isHub) hubs.add(gone);
    else {
      order.push(gone);
      scopes.push(scope);
      join(graph, scope);
    }
    remove(graph, gone, scope);
    fills.delete(gone);
    for (const one of around(graph, scope)) fills.set(one, fillOf(graph, one, widthMax));
  }
  const inside = scopes.map((scope) => scope.filter((service) => !hubs.has(service)));
  return { order, scopes: inside, hubs: [...hubs], width: Math.max(0, ...inside.map((scope) => scope.length)) };
}

type Graph = ReadonlyMap<number, Set<number>>;

function join(graph: Graph, scope: readonly number[]): void {
  for (const one of scope) for (const other of scope) if (one !== other) graph.get(one)?.add(other);
}

function remove(graph: Map<number, Set<number>>, service: number, scope: readonly number[]): void {
  graph.delete(service);
  for (const one of scope) graph.get(one)?.delete(service);
}

/** Some services and all their neighbours: those whose fill may have changed. */
function around(graph: Graph, scope: readonly number[]): Set<number> {
  return new Set(scope.flatMap((one) => [one, ...(graph.get(one) ?? [])]));
}

/** Edges that are missing among the neighbours; infinite where those are more than the bound. */
function fillOf(graph: ReadonlyMap<number, ReadonlySet<number>>, service: number, widthMax: number): number {
  const scope = [...(graph.get(service) ?? [])];
  if (scope.length > widthMax) return Number.POSITIVE_INFINITY;
  let fill = 0;
  scope.forEach((one, index) => {
    for (let later = index + 1; later < scope.length; later++) if (graph.get(one)?.has(scope[later] ?? -1) !== true) fill++;
  });
  return fill;
}

function cheapest(fills: ReadonlyMap<number, number>): number {
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  for (const [service, fill] of fills) {
    if (best !== -1 && (fill > least || (fill === least && service > best))) continue;
    best = service;
    least = fill;
  }
  return best;
}

function busiest(graph: ReadonlyMap<number, ReadonlySet<number>>): number {
  let best = -1;
  let most = -1;
  for (const [service, others] of graph) {
    if (others.size < most || (others.size === most && service > best)) continue;
    best = service;
    most = others.size;
  }
  return best;
}
