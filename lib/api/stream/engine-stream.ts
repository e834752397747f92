import { randomBytes } from "node:crypto";
import type { EngineNotice, MeshEngine } from "../../engine/index.ts";
import type { Clock } from "../../std/index.ts";
import { changeView } from "../views/change-view.ts";
import type { StreamSink } from "./frame-writer.ts";
import { createHealthSource } from "./health-source.ts";
import { createSplitsSource } from "./splits-source.ts";
import { type ActivityLog, StreamHub } from "./stream-hub.ts";
import type { StreamTopic } from "./stream-reader.ts";
import { createTopologySource } from "./topology-source.ts";

/** Streams open at the same time; a browser has one, whatever its tabs. */
const READERS_MAX = 1024;
/** Changes in one event. */
const BATCH_MAX = 200;
/** Changes that a newcomer is given. */
const RECENT_MAX = 50;
/** How often the limit on readers is told as a health event. */
const LIMIT_TOLD_EVERY_MS = 10_000;

/** The live stream of one engine. */
export interface EngineStream {
  /** Whether another reader may come; where not, that is told as a health event. */
  hasRoom(): boolean;
  open(sink: StreamSink, topics: ReadonlySet<StreamTopic>, lastEventId?: string): void;
  close(): void;
}

/** Connects the hub to the engine: notices say which topics to look at, and how soon. */
export function createEngineStream(engine: MeshEngine, clock: Clock, readersMax = READERS_MAX): EngineStream {
  const health = createHealthSource(engine, clock);
  const hub = new StreamHub({
    sources: { topology: createTopologySource(engine), splits: createSplitsSource(engine, clock), health },
    log: createActivityLog(engine, clock),
    clock,
    bootId: randomBytes(4).toString("hex"),
  });
  let limitToldAtMs = Number.NEGATIVE_INFINITY;

  function notice(event: EngineNotice): void {
    if (event.kind === "health") health.note(event.event);
    if (event.kind === "instances") health.noteInstances();
    hub.touch(TOUCHED[event.kind], event.kind !== "figures");
  }

  function tellLimit(): void {
    if (clock.monotonicMs() - limitToldAtMs < LIMIT_TOLD_EVERY_MS) return;
    limitToldAtMs = clock.monotonicMs();
    const sentence = `${readersMax} live streams are open; further ones are refused.`;
    health.note({ at: new Date(clock.wallMs()).toISOString(), kind: "limit-reached", subject: "stream", sentence });
    hub.touch(["health"], true);
  }

  const stopWatching = engine.watch(notice);
  return {
    hasRoom() {
      const hasRoom = hub.readers < readersMax;
      if (!hasRoom) tellLimit();
      return hasRoom;
    },
    open: (sink, topics, lastEventId) => hub.open(sink, topics, lastEventId),
    close() {
      stopWatching();
      hub.close();
    },
  };
}

const TOUCHED: Readonly<Record<EngineNotice["kind"], readonly StreamTopic[]>> = {
  change: ["activity", "splits", "topology", "health"],
  // The topology too: an override that ended shows there, and proxies acknowledge what it changed.
  acceptance: ["splits", "topology", "health"],
  figures: ["topology", "splits", "health"],
  instances: ["topology", "health"],
  health: ["health"],
};

function createActivityLog(engine: Pick<MeshEngine, "state" | "changes" | "changesAfter">, clock: Clock): ActivityLog {
  const dataOf = (changes: readonly unknown[]) =>
    JSON.stringify({ topic: "activity", at: new Date(clock.wallMs()).toISOString(), changes });
  return {
    lastSeq: () => engine.state().seq,
    after(seq, throughSeq) {
      const changes = engine.changesAfter(seq, BATCH_MAX).filter((change) => change.seq <= throughSeq);
      return { data: dataOf(changes.map(changeView)), seq: changes.at(-1)?.seq ?? throughSeq };
    },
    recent: (throughSeq) =>
      dataOf(
        engine
          .changes({ beforeSeq: throughSeq + 1, limit: RECENT_MAX })
          .map(changeView)
          .toReversed(),
      ),
  };
}
