import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import type { ApiClient } from "../client/index.ts";
import { systemClock } from "../system/index.ts";
import { type AgentReport, type Assignment, NodeAgent } from "./agent.ts";
import { endPrograms } from "./end-programs.ts";
import { lookForMarks } from "./life-marks.ts";
import type { ReportedProgram } from "./managed-program.ts";

/** What an engine is asked of leases: by route, with what it was asked. */
type Answering = (route: string, request: { readonly query?: unknown; readonly body?: unknown }) => unknown;

/** An agent in this process, of a folder of its own, with an engine that is a function. */
export interface LoneAgent {
  readonly dataDir: string;
  readonly said: string[];
  /** The last report. */
  report(): AgentReport | null;
  /** How often it has looked at all processes. */
  looks(): number;
  told(id: string): ReportedProgram | undefined;
  assign(id: string, command: readonly string[], more?: Partial<Assignment>): void;
  stop(): Promise<void>;
  close(): Promise<void>;
}

export interface LoneAgentOptions {
  readonly dataDir?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly answer?: Answering;
}

let leases = 0;

/** An engine that grants everything at once. */
export const granting: Answering = (route) => {
  if (route.startsWith("POST")) return { id: `lease-${++leases}` };
  return route.startsWith("PUT") ? { outbound: { port: 45_000 } } : {};
};

export function startLoneAgent(options: LoneAgentOptions = {}): LoneAgent {
  const { answer = granting, dataDir = mkdtempSync(join(tmpdir(), "interlock-lone-")), env = {} } = options;
  const assignments = new Map<string, Assignment>();
  const said: string[] = [];
  let last: AgentReport | null = null;
  let looks = 0;
  const client = { call: async (route: string, request: object) => await answer(route, request) } as unknown as ApiClient;
  const agent = new NodeAgent({
    node: "node-a",
    dataDir,
    client,
    apiUrl: "http://127.0.0.1:1",
    clock: systemClock,
    env: { PATH: process.env["PATH"], ...env },
    async report(report) {
      last = report;
      // Before the first assignment it is an engine that does not answer yet: an empty list would end what was left.
      if (assignments.size === 0) throw new Error("nothing is assigned yet");
      return [...assignments.values()];
    },
    say: (line) => said.push(line),
    look: () => {
      looks += 1;
      return lookForMarks();
    },
  });
  agent.start();
  const told = (id: string) => last?.instances.find(({ assignment }) => assignment === id);
  return {
    dataDir,
    said,
    report: () => last,
    looks: () => looks,
    told,
    assign(id, command, more = {}) {
      const spec = { service: "s", version: "1.0.0", generation: 1, command, env: {}, health: { kind: "tcp" as const } };
      assignments.set(id, { id, ...spec, desired: "run", restartSeq: 0, ...more });
    },
    stop: () => agent.stop(),
    async close() {
      await agent.stop();
      endPrograms(dataDir);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Resolves once it has reported an assignment like this. */
export async function reported(agent: LoneAgent, id: string, wanted: Partial<ReportedProgram>): Promise<ReportedProgram> {
  await expect.poll(() => agent.told(id), { timeout: 15_000, interval: 20 }).toMatchObject(wanted);
  return agent.told(id) as ReportedProgram;
}

/** A program that answers with `name` on its port. */
export function serving(name = "x"): readonly string[] {
  const script = `require("node:http").createServer((q, r) => r.end(${JSON.stringify(name)})).listen(process.env.PORT, "127.0.0.1")`;
  return [process.execPath, "-e", script];
}
