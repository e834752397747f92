import type { ResponseOf } from "@/lib/client/index.ts";
import type { Narrowing } from "./known-space.ts";
import { type Pins, type Ref, refText } from "./pins.ts";

export type VersionSpace = ResponseOf<"GET /api/v1/version-space">;

/**
 * `pinned`; `conflict`: pinned, and no configuration has all pins; `possible`; `set-aside`: possible, had not another version of its service been pinned, or the
 * pins contradicted each other; `by-pin`: ruled out by the pins; `anyway`: ruled out whatever is pinned.
 */
export type CellState = "pinned" | "conflict" | "possible" | "set-aside" | "by-pin" | "anyway";

export interface SpaceCell extends Ref {
  readonly state: CellState;
  /** Takes requests now. */
  readonly isLive: boolean;
  /** Of the configurations that are left, 0 to 1; null where they were not counted. */
  readonly share: number | null;
  /** Why it is ruled out, sentence by sentence; empty where it is not, or the engine has not said yet. */
  readonly reasons: readonly string[];
  readonly isMarked: boolean;
}

export type Mark = "newest" | "oldest";

interface CellSource {
  /** The answer without pins. */
  readonly base: VersionSpace;
  /** The answer with these pins; null while it has not come. */
  readonly asked: VersionSpace | null;
  /** What the browser makes of the pins meanwhile. */
  readonly local: Narrowing | null;
  readonly pins: Pins;
  readonly mark: Mark | null;
}

export interface SpaceCells {
  /** False where no configuration has all pins. */
  readonly isConsistent: boolean;
  /** By `service@version`. */
  readonly cells: ReadonlyMap<string, SpaceCell>;
}

/** What each version is in the space that the pins leave. */
export function spaceCells(source: CellSource): SpaceCells {
  const { asked, base, local, mark, pins } = source;
  const isConsistent = asked === null ? (local?.isConsistent ?? true) : asked.newest !== null;
  const marked = mark === null ? null : (asked ?? base)[mark];
  const shown = asked ?? base;
  const free = new Map(base.services.map(({ name, versions }) => [name, new Map(versions.map((each) => [each.version, each]))]));
  const cells = shown.services.flatMap(({ name, versions }) =>
    versions.map(({ feasible, live, reason, share, version }): SpaceCell => {
      const ref = { service: name, version };
      const isPossible = asked === null && local !== null ? local.isPossible(ref) : feasible;
      const without = free.get(name)?.get(version);
      const state = stateOf(ref, pins, isConsistent, isPossible, without?.feasible ?? feasible);
      const told = asked === null ? without?.reason : reason;
      return {
        ...ref,
        state,
        isLive: live,
        share: asked === null && pins.size > 0 ? null : share,
        reasons: state === "by-pin" || state === "anyway" ? sentences(told ?? without?.reason ?? "") : [],
        isMarked: marked?.[name] === version,
      };
    }),
  );
  return { isConsistent, cells: new Map(cells.map((cell) => [refText(cell), cell])) };
}

function stateOf({ service, version }: Ref, pins: Pins, isConsistent: boolean, isPossible: boolean, isPossibleFree: boolean): CellState {
  const pinned = pins.get(service);
  if (pinned === version) return isConsistent ? "pinned" : "conflict";
  if (!isPossibleFree) return "anyway";
  if (pinned !== undefined || !isConsistent) return "set-aside";
  return isPossible ? "possible" : "by-pin";
}

/** The sentences of a reason, as the engine joins them: versions hold no full stop followed by a space. */
export function sentences(text: string): readonly string[] {
  return text.split(/(?<=\.) /).filter((sentence) => sentence !== "");
}
