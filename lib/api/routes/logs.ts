import type { ServerResponse } from "node:http";
import type { MeshEngine } from "../../engine/index.ts";
import type { Refusal } from "../../model/index.ts";
import { type CancelTimer, type Clock, err, ok, type Result } from "../../std/index.ts";
import { type Answer, problemAnswer, refusal } from "../answer.ts";
import { LOG_LINES_MAX, logRoutes } from "../contract/index.ts";
import type { Handlers } from "../operation.ts";
import { checkSameSite } from "../request/cross-site.ts";
import { invalidInput, parseInput } from "../request/input-problems.ts";
import { openSocketSink } from "../stream/socket-sink.ts";

type Key = "GET /api/v1/instances/{id}/logs";

const LINES = 200;
const FOLLOWERS_MAX = 64;
const HEARTBEAT_MS = 1_000;

/** What programs of deployments print, as it is kept beside the engine. */
export interface LogPort {
  /** The node on which an assignment printed something that is still kept; undefined where there is none. */
  nodeOf(assignment: string): string | undefined;
  tail(node: string, assignment: string, linesMax: number): { readonly lines: readonly string[]; readonly isCut: boolean };
  /** Calls `take` with lines as they are printed; `skipped`: bytes that came too fast. */
  follow(node: string, assignment: string, take: (lines: readonly string[], skipped: number) => void): CancelTimer;
}

/** Output of processes, read once or followed. */
export interface LogRoute {
  readonly handlers: Handlers<Key>;
  /** Answers with `follow=true`: a refusal, or null when the response has become a stream. */
  follow(id: string, url: URL, header: (name: string) => string | undefined, response: ServerResponse): Answer | null;
  /** Ends all streams. */
  close(): void;
}

export function createLogRoute(engine: MeshEngine, clock: Clock, logs: LogPort | undefined): LogRoute {
  const open = new Set<() => void>();

  function find(id: string): Result<{ readonly node: string; readonly assignment: string; readonly logs: LogPort }, Refusal> {
    const found = engine.workloads.instance(id);
    if (found !== undefined && logs !== undefined) return ok({ node: found.node, assignment: found.assignment, logs });
    // What has ended is known by its assignment, as long as its output is kept.
    const node = found === undefined ? logs?.nodeOf(id) : undefined;
    if (node !== undefined && logs !== undefined) return ok({ node, assignment: id, logs });
    if (found === undefined && engine.instances().every((instance) => instance.id !== id)) {
      const fix = "List them with: interlock instances. What was replaced has another id; what has ended is read by its assignment, run-….";
      return err(refusal({ path: "id", code: "instance.unknown", detail: `There is no instance ${id}.`, fix }));
    }
    const detail = `${id} was not started by a deployment, so what it prints goes where it was started.`;
    return err(refusal({ path: "id", code: "workload.no-output", detail, fix: "Deploy its version to have its output here." }));
  }

  return {
    handlers: {
      "GET /api/v1/instances/{id}/logs": {
        kind: "direct",
        answer({ params, query }) {
          const found = find(params.id);
          if (!found.ok) return found;
          const { assignment, logs: port, node } = found.value;
          const { isCut, lines } = port.tail(node, assignment, query.lines ?? LINES);
          return ok({ body: { assignment, node, lines: [...lines], isCut } });
        },
      },
    },
    follow(id, url, header, response) {
      // Reading across sites is impossible, but a page elsewhere could use up the streams.
      const foreign = checkSameSite(header);
      if (foreign !== undefined) return problemAnswer(foreign);
      const query = parseInput(logRoutes["GET /api/v1/instances/{id}/logs"].query, Object.fromEntries(url.searchParams), "query");
      if (!query.ok) return problemAnswer(invalidInput(query.error));
      const found = find(id);
      if (!found.ok) return problemAnswer(found.error);
      if (open.size >= FOLLOWERS_MAX) {
        const detail = "As many logs are followed as may be.";
        return problemAnswer(refusal({ path: "", code: "stream.too-many", detail, fix: "Close another one, or read without following." }), {
          "retry-after": "2",
        });
      }
      const wanted = Math.min(LOG_LINES_MAX, Number(url.searchParams.get("lines") ?? LINES));
      const { assignment, logs: port, node } = found.value;
      const close = followTo(openSocketSink(response), clock, port, { node, assignment, lines: wanted }, () => open.delete(close));
      open.add(close);
      return null;
    },
    close() {
      for (const close of [...open]) close();
    },
  };
}

/** Writes the last lines as `tail`, then `lines` as they come, and a `heartbeat` each second; a slow reader is told what it missed. */
function followTo(
  sink: ReturnType<typeof openSocketSink>,
  clock: Clock,
  logs: LogPort,
  { assignment, lines: linesMax, node }: { readonly node: string; readonly assignment: string; readonly lines: number },
  onEnd: () => void,
): () => void {
  let missed = 0;
  const write = (event: string, data: object) => sink.write(Buffer.from(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`));
  write("tail", { assignment, node, ...logs.tail(node, assignment, linesMax) });
  const stop = logs.follow(node, assignment, (lines, skipped) => {
    if (sink.full) {
      missed += skipped + lines.reduce((sum, line) => sum + line.length + 1, 0);
      return;
    }
    write("lines", { lines, skipped: skipped + missed });
    missed = 0;
  });
  const beat = clock.every(HEARTBEAT_MS, () => {
    if (!sink.full) write("heartbeat", {});
  });
  const end = () => {
    stop();
    beat();
    onEnd();
  };
  sink.onClose(end);
  return () => {
    end();
    sink.end();
  };
}
