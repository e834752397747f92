/**
 * A sequence of moves and switches from where the mesh stands to one completion of the target, each safe after those before it.
 *
 * Tried in this order, the first that leads there wins:
 * 1. every service once, by precedence; a strongly connected part goes over bridge versions while all else stands still (and where few services
 *    move, over the bridges that are shortest for all together);
 * 2. bridges for all that moves, at once; then for the neighbours of these too, which may end elsewhere;
 * 3. a part without a bridge is switched as a whole, in a lane: old and new each consistent among themselves (start and end are) and with all
 *    around them (that is what standing before or after them in the order of precedence says), so only side-by-side steps can forbid it;
 * 4. bridges and lanes in any mix (Reitblatt et al., Abstractions for Network Update, SIGCOMM 2012: two-phase update as consistency per request).
 *
 * Searches over more services than stated here would not end: they are left out, and the answer says that the search stopped.
 */
import type { Moves } from "./completion.ts";
import { type BridgeFound, findBridge } from "./find-bridge.ts";
import { type Block, type PlanMesh, STAY } from "./plan-mesh.ts";
import { componentsOf, precedenceOf } from "./precedence.ts";

export interface WayOptions {
  /** Prefers proven pairs where only the order decides. */
  readonly soft: boolean;
  readonly maxStates: number;
}

export interface WayFound {
  readonly blocks: readonly Block[] | null;
  readonly stopped: boolean;
}

/** Services that one search for bridges may move. */
const BRIDGE_SERVICES_MAX = 24;
/** The same where switches are moves too: what can follow on a configuration is exponential in it. */
const LANE_SERVICES_MAX = 12;

/** Services for which the shortest of all ways is looked for, and not only the shortest per part. */
const SERVICES_FOR_SHORTEST = 8;

export function findWay(mesh: PlanMesh, moves: Moves, options: WayOptions): WayFound {
  return new WaySearch(mesh, moves, options).run();
}

class WaySearch {
  readonly #mesh: PlanMesh;
  readonly #moves: Moves;
  readonly #options: WayOptions;
  #stopped = false;

  constructor(mesh: PlanMesh, moves: Moves, options: WayOptions) {
    this.#mesh = mesh;
    this.#moves = moves;
    this.#options = options;
  }

  run(): WayFound {
    const { services, requires } = precedenceOf(this.#mesh, this.#moves, this.#options.soft);
    const parts = componentsOf(requires).map((places) => places.map((place) => services[place] ?? 0));
    const all = [...services];
    const wider = this.#withNeighbours(all);
    // What has been searched as one part is not searched again.
    const isOnePart = parts.length === 1;
    const blocks =
      this.#shorter(this.#byParts(parts, false), all) ??
      (isOnePart ? null : this.#bridge(all, () => STAY, false)) ??
      (wider.length === all.length ? null : this.#bridge(wider, () => STAY, false)) ??
      this.#byParts(parts, true) ??
      (isOnePart ? null : this.#bridge(all, () => STAY, true));
    return { blocks, stopped: blocks === null && this.#stopped };
  }

  /** Part by part, bridges are the shortest within each part only; where few services move all of them are searched together. */
  #shorter(blocks: readonly Block[] | null, services: readonly number[]): readonly Block[] | null {
    if (blocks === null || blocks.length === services.length || services.length > SERVICES_FOR_SHORTEST) return blocks;
    const together = this.#bridge(services, () => STAY, false);
    return together !== null && together.length < blocks.length ? together : blocks;
  }

  #byParts(parts: readonly (readonly number[])[], lanes: boolean): readonly Block[] | null {
    const standing = new Map<number, number>();
    const blocks: Block[] = [];
    for (const part of parts) {
      const found = this.#part(part, (service) => standing.get(service) ?? STAY, lanes);
      if (found === null) return null;
      for (const block of found) blocks.push(block);
      for (const service of part) standing.set(service, this.#moves.get(service) ?? STAY);
    }
    return blocks;
  }

  #part(part: readonly number[], outside: (service: number) => number, lanes: boolean): readonly Block[] | null {
    const mesh = this.#mesh;
    const moves = part.map((service) => ({ service, from: STAY, to: this.#moves.get(service) ?? STAY }));
    const [first] = moves;
    if (first !== undefined && moves.length === 1 && mesh.mayMove(first)) return [{ kind: "move", moves }];
    const bridge = this.#bridge(part, outside, false);
    if (bridge !== null || !lanes) return bridge;
    if (moves.every((move) => mesh.mayStep(move))) return [{ kind: "lane", moves }];
    return this.#bridge(part, outside, true);
  }

  #bridge(services: readonly number[], outside: (service: number) => number, lanes: boolean): readonly Block[] | null {
    if (services.length > (lanes ? LANE_SERVICES_MAX : BRIDGE_SERVICES_MAX)) {
      this.#stopped = true;
      return null;
    }
    const { maxStates, soft } = this.#options;
    const found: BridgeFound = findBridge(this.#mesh, { services, goal: this.#moves, outside, risk: soft, lanes, maxStates });
    this.#stopped ||= found.stopped;
    return found.blocks;
  }

  #withNeighbours(services: readonly number[]): readonly number[] {
    const all = new Set(services);
    for (const service of services) {
      for (const edge of this.#mesh.edgesOf(service)) {
        const other = this.#mesh.otherEnd(edge, service);
        // What was asked to be where it is stays there.
        if (!this.#mesh.problem.target.has(other) && this.#mesh.domainOf(other).length > 0) all.add(other);
      }
      if (all.size > BRIDGE_SERVICES_MAX) break;
    }
    return [...all].sort((left, right) => left - right);
  }
}
