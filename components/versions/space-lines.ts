/** Which lines the picture shows: between live versions, and from the versions in question to everything that they may meet. */
import { type KnownSpace, locate } from "./known-space.ts";
import type { Ref } from "./pins.ts";
import { refText } from "./pins.ts";
import type { SpaceCell } from "./space-cells.ts";

/** `proven`, `unknown`: may meet. `broken`: is known not to work, and one end is live or pinned. */
export type LineKind = "proven" | "unknown" | "broken";

export interface SpaceLine {
  readonly key: string;
  readonly consumer: Ref;
  readonly provider: Ref;
  readonly kind: LineKind;
  /** Touches a version in question; the others only show what is live. */
  readonly isAsked: boolean;
}

/** Lines between live versions first, those in question after them, so that they lie on top. */
export function spaceLines(known: KnownSpace, cells: ReadonlyMap<string, SpaceCell>, inQuestion: readonly Ref[]): readonly SpaceLine[] {
  const questions = new Set(inQuestion.map(refText));
  const lines = known.possible.edges.flatMap(({ consumer, provider }, edge) => {
    const providers = cellsOf(known, cells, provider);
    return cellsOf(known, cells, consumer).flatMap((left) =>
      providers.flatMap((right) => lineOf(known, edge, left, right, questions) ?? []),
    );
  });
  return lines.toSorted((left, right) => Number(left.isAsked) - Number(right.isAsked));
}

/** The line between two versions; null where none is shown. */
function lineOf(known: KnownSpace, edge: number, left: SpaceCell, right: SpaceCell, questions: ReadonlySet<string>): SpaceLine | null {
  const isLeftAsked = questions.has(refText(left));
  const isAsked = isLeftAsked || questions.has(refText(right));
  const isLive = left.isLive && right.isLive;
  if (!isAsked && !isLive) return null;
  const kind = kindOf(known, edge, left, right);
  if (!isLive && !isTold(kind, isLeftAsked ? right : left)) return null;
  return { key: `${refText(left)}>${refText(right)}`, consumer: left, provider: right, kind, isAsked };
}

/** What may be met is told of versions that are left, what breaks of those that are there. */
function isTold(kind: LineKind, other: SpaceCell): boolean {
  const isHeld = other.isLive || other.state === "pinned" || other.state === "conflict";
  return kind === "broken" ? isHeld : isHeld || other.state === "possible";
}

function kindOf(known: KnownSpace, edge: number, consumer: Ref, provider: Ref): LineKind {
  const [, row] = locate(known, consumer);
  const [, column] = locate(known, provider);
  if (known.possible.edges[edge]?.allowed.has(row, column) !== true) return "broken";
  return known.proven.edges[edge]?.allowed.has(row, column) === true ? "proven" : "unknown";
}

function cellsOf({ possible }: KnownSpace, cells: ReadonlyMap<string, SpaceCell>, place: number): readonly SpaceCell[] {
  const service = possible.services[place];
  return (service?.order.versions ?? []).flatMap((version) => cells.get(refText({ service: service?.name ?? "", version })) ?? []);
}
