import type { HealthEvent, MeshEngine } from "../../engine/index.ts";
import type { Clock } from "../../std/index.ts";
import type { FigureSource } from "./figure-source.ts";

/** Events that a snapshot carries, and at most those between two looks. */
const EVENTS_MAX = 100;

export interface HealthSource extends FigureSource {
  /** Something happened; it goes out with the next look. */
  note(event: HealthEvent): void;
  noteInstances(): void;
}

/** The summary of the mesh, and what happened outside the log since the last look. */
export function createHealthSource(engine: Pick<MeshEngine, "mesh" | "healthEvents">, clock: Clock): HealthSource {
  let pending: HealthEvent[] = [];
  /** Events of the stream itself, which the engine does not know. */
  let own: HealthEvent[] = [];
  let instancesChanged = false;
  let mark = "";
  let mesh = "";

  function at(): string {
    return new Date(clock.wallMs()).toISOString();
  }

  return {
    refresh() {
      const view = engine.mesh();
      const { at: _, ...rest } = view;
      const nextMark = JSON.stringify(rest);
      if (nextMark === mark && pending.length === 0 && !instancesChanged) return null;
      const meshPart = nextMark === mark ? "" : `,"mesh":${JSON.stringify(view)}`;
      if (nextMark !== mark) mesh = JSON.stringify(view);
      mark = nextMark;
      const delta = `{"topic":"health","at":"${at()}"${meshPart},"events":${JSON.stringify(pending)}${instancesChanged ? ',"instancesChanged":true' : ""}}`;
      pending = [];
      instancesChanged = false;
      return delta;
    },
    snapshot() {
      const events = [...engine.healthEvents(), ...own].sort((left, right) => (left.at < right.at ? -1 : left.at > right.at ? 1 : 0));
      return `{"topic":"health","at":"${at()}","mesh":${mesh},"events":${JSON.stringify(events.slice(-EVENTS_MAX))}}`;
    },
    note(event) {
      pending = [...pending.slice(1 - EVENTS_MAX), event];
      if (event.subject === "stream") own = [...own.slice(-9), event];
    },
    noteInstances() {
      instancesChanged = true;
    },
  };
}
