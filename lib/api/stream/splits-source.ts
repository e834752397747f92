import type { MeshEngine, SplitView } from "../../engine/index.ts";
import type { Clock } from "../../std/index.ts";
import { EntityTable, type FigureSource } from "./figure-source.ts";

/** Intended, accepted and observed split of every service. The age of the window alone is no change. */
export function createSplitsSource(engine: Pick<MeshEngine, "state" | "split">, clock: Clock): FigureSource {
  const splits = new EntityTable();
  let head = "";
  return {
    refresh() {
      head = `{"topic":"splits","at":"${new Date(clock.wallMs()).toISOString()}"`;
      const views = [...engine.state().services.keys()].flatMap((name) => engine.split(name) ?? []);
      const { changed, removed } = splits.update(
        views.map((split) => [split.service, markOf(split), () => JSON.stringify(split)] as const),
      );
      if (changed.length === 0 && removed.length === 0) return null;
      return `${head},"splits":[${changed.join(",")}]${removed.length === 0 ? "" : `,"removed":${JSON.stringify(removed)}`}}`;
    },
    snapshot: () => `${head},"splits":${splits.all()}}`,
  };
}

function markOf(split: SplitView): string {
  return JSON.stringify({ ...split, observed: { ...split.observed, windowMs: 0 } });
}
