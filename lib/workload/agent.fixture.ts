import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { json, text } from "node:stream/consumers";
import { expect } from "vitest";
import { systemClock } from "../system/index.ts";
import { openTestEngine, serveTestEngine, startTestProxy, type TestEngine } from "../testing/index.ts";
import type { AgentReport, Assignment } from "./agent.ts";
import type { ReportedProgram } from "./managed-program.ts";
import { startTokenOf } from "./process-identity.ts";

const MAIN = resolve(import.meta.dirname, "main.ts");

/** A real engine and proxy, and real agents whose assignments are given here. */
export interface AgentMesh {
  readonly mesh: TestEngine;
  readonly dataDir: string;
  readonly assignments: Map<string, Assignment>;
  /** What was last told of an assignment. */
  told(id: string): ReportedProgram | undefined;
  /** Assigns a program; resolves at once. */
  assign(id: string, program: string | readonly string[], more?: Partial<Assignment>): Promise<void>;
  /** `marks`: variables of a program from within which it is started. */
  startAgent(marks?: Readonly<Record<string, string>>): ChildProcess;
  /** Whether the engine answers; agents find its port closed otherwise. */
  setEngineAway(isAway: boolean): Promise<void>;
  call(service: string, path?: string): Promise<{ readonly status: number; readonly body: string }>;
  close(): Promise<void>;
}

/** A program that answers with its process id; more of it as text of a script that has `request` and `response`. */
export function answering(more = ""): string {
  return `require("node:http").createServer((request, response) => { ${more} response.end(String(process.pid)); }).listen(process.env.PORT, "127.0.0.1");`;
}

/** Answers reports itself and passes everything else on to the engine. */
async function answerBefore(
  enginePort: number,
  take: (report: AgentReport) => readonly Assignment[],
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  if (request.url === "/api/v1/nodes/node-a/report") {
    const report = (await json(request)) as AgentReport;
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ assignments: take(report) }));
    return;
  }
  const host = `127.0.0.1:${enginePort}`;
  const headers = { ...request.headers, host };
  const onward = http.request({ host: "127.0.0.1", port: enginePort, path: request.url, method: request.method, headers });
  onward.on("response", (answered) => {
    response.writeHead(answered.statusCode ?? 502, answered.headers);
    answered.pipe(response);
  });
  onward.on("error", () => response.destroy());
  request.pipe(onward);
}

export async function openAgentMesh(): Promise<AgentMesh> {
  const dataDir = mkdtempSync(join(tmpdir(), "interlock-agent-"));
  const mesh = await openTestEngine(systemClock);
  const engine = await serveTestEngine(mesh.engine, systemClock);
  const proxy = await startTestProxy(dataDir, mesh.proxySocket);
  const assignments = new Map<string, Assignment>();
  const reports = new Map<string, ReportedProgram>();
  const agents: ChildProcess[] = [];

  const take = (report: AgentReport) => {
    reports.clear();
    for (const each of report.instances) reports.set(each.assignment, each);
    return [...assignments.values()];
  };
  const front = http.createServer((request, response) => {
    void answerBefore(engine.port, take, request, response).catch(() => response.destroy());
  });
  const listen = (port: number) => new Promise<void>((done) => front.listen(port, "127.0.0.1", done));
  await listen(0);
  const { port } = front.address() as AddressInfo;

  return {
    mesh,
    dataDir,
    assignments,
    told: (id) => reports.get(id),
    async assign(id, program, more = {}) {
      const service = more.service ?? id.replace(/-\d+$/, "");
      const version = more.version ?? "1.0.0";
      if (!mesh.engine.state().services.has(service as never)) {
        await mesh.apply({ kind: "service.register", service, hosts: [] } as never);
        await mesh.apply({ kind: "version.register", service, version, requirements: {} } as never);
      }
      const command = typeof program === "string" ? [process.execPath, "-e", program] : program;
      const spec = { service, version, generation: 1, command, env: {}, health: { kind: "tcp" as const } };
      assignments.set(id, { id, ...spec, desired: "run", restartSeq: 0, ...more });
    },
    startAgent(marks = {}) {
      const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", MAIN, "--node", "node-a", "--data", dataDir], {
        env: { ...process.env, ...marks, INTERLOCK_API_PORT: String(port) },
        stdio: ["ignore", "ignore", process.env["DEBUG_AGENT"] === undefined ? "ignore" : "inherit"],
        detached: true,
      });
      agents.push(child);
      return child;
    },
    async setEngineAway(isAway) {
      if (!isAway) return listen(port);
      const closed = once(front, "close");
      front.close();
      front.closeAllConnections();
      await closed;
    },
    async call(service, path = "/") {
      const request = http.get({
        host: "127.0.0.1",
        port: proxy.proxy.ingressPort,
        path,
        headers: { host: `${service}.mesh` },
        agent: false,
      });
      const [answered] = (await once(request, "response")) as [http.IncomingMessage];
      return { status: answered.statusCode ?? 0, body: await text(answered) };
    },
    async close() {
      for (const agent of agents) {
        if (agent.exitCode !== null || agent.signalCode !== null) continue;
        const gone = once(agent, "exit");
        agent.kill("SIGTERM");
        await gone;
      }
      await proxy.stop();
      front.close();
      front.closeAllConnections();
      await engine.close();
      await mesh.remove();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

const WAIT_MS = 20_000;

/** Resolves once the agent has told that an assignment is in a state. */
export async function toldAs(mesh: AgentMesh, id: string, wanted: Partial<ReportedProgram>): Promise<ReportedProgram> {
  await expect.poll(() => mesh.told(id), { timeout: WAIT_MS, interval: 20 }).toMatchObject(wanted);
  return mesh.told(id) as ReportedProgram;
}

/** Whether a process runs; one that has ended and waits for its parent does not. */
export function runs(pid: number | undefined): boolean {
  return pid !== undefined && startTokenOf(pid) !== null;
}
