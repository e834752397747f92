import type { ServiceName } from "../../model/index.ts";
import { invariant } from "../../std/index.ts";
import type { TestEngine } from "../../testing/index.ts";
import type { Assignment, ProcessReport } from "./agent-report.ts";

interface Process {
  readonly assignment: Assignment;
  report: ProcessReport;
}

let nextPort = 20_000;

/** An agent that starts nothing: a process of it gets ready with the report after it was asked for, as long as `isHealthy` lets it. */
export class ScriptedAgent {
  readonly node: string;
  readonly #test: TestEngine;
  readonly processes = new Map<string, Process>();
  isHealthy = (_: Assignment): boolean => true;

  constructor(test: TestEngine, node: string) {
    this.#test = test;
    this.node = node;
  }

  /** One report, and what follows from its answer. */
  report(): readonly Assignment[] {
    const instances = [...this.processes.values()].map(({ report }) => report);
    const answered = this.#test.engine.workloads.report(this.node, { agentPid: 1, instances });
    invariant(answered.ok, "a report is taken");
    for (const id of [...this.processes.keys()]) if (!answered.value.some((each) => each.id === id)) this.processes.delete(id);
    for (const assignment of answered.value) this.#obey(assignment);
    return answered.value;
  }

  crash(id: string, at: string): void {
    const found = this.processes.get(id);
    invariant(found !== undefined, "it runs");
    this.#leave(found);
    found.report = { ...found.report, state: "backing-off", restarts: found.report.restarts + 1, lastExit: { code: 1, at } };
  }

  count(state: ProcessReport["state"]): number {
    return [...this.processes.values()].filter(({ report }) => report.state === state).length;
  }

  #obey(assignment: Assignment): void {
    const { desired, generation, id, restartSeq, service, version } = assignment;
    const known = this.processes.get(id);
    if (known === undefined) {
      const report = { assignment: id, service, version, generation, state: "starting", restarts: 0, desired, restartSeq } as const;
      this.processes.set(id, { assignment, report });
      return;
    }
    const state = known.report.state;
    if (desired !== "run") {
      this.#leave(known);
      known.report = { ...known.report, desired, state: state === "draining" || state === "stopped" ? "stopped" : "draining" };
    } else if (restartSeq > (known.report.restartSeq ?? 0)) {
      this.#leave(known);
      known.report = { ...known.report, desired, restartSeq, state: "starting" };
    } else if (state !== "ready" && this.isHealthy(assignment)) {
      known.report = { ...known.report, desired, state: "ready", instanceId: this.#join(known), port: nextPort };
    } else known.report = { ...known.report, desired };
  }

  #join({ assignment: { service, version } }: Process): string {
    nextPort += 1;
    const lease = { version, address: "127.0.0.1", port: nextPort, node: this.node, ttlMs: 86_400_000 };
    const joined = this.#test.engine.registerLease(service as ServiceName, lease as never);
    invariant(joined.ok, "an instance joins");
    return joined.value.id;
  }

  #leave(process: Process): void {
    const { instanceId, ...rest } = process.report;
    if (instanceId === undefined) return;
    this.#test.engine.removeLease(instanceId);
    process.report = rest;
  }
}
