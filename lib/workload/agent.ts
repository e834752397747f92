/**
 * The agent of one node: has the processes run there that the engine assigns to it, as instances of the mesh, and says how they are.
 *
 * In: assignments, the answer to each report. Out: processes, leases, reports.
 * Invariants: `agent-state.ts` decides, this file only does; an engine that is away changes nothing; an agent that dies loses nothing, because programs
 * run detached and print into files, and the next agent finds them through `agent-memory.ts`, or by their environment where even that was lost; a life that
 * ends takes along all that it started; an agent that is stopped ends all that it runs.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { ApiClient } from "../client/index.ts";
import type { CancelTimer, Clock } from "../std/index.ts";
import { folderName, forgetEnded, nodeFolder, recall, remember } from "./agent-memory.ts";
import type { ProgramSpec, Wish } from "./agent-state.ts";
import { tellGroup } from "./detached-program.ts";
import { lookForMarks, type MarkLook } from "./life-marks.ts";
import { ManagedProgram, type ReportedProgram } from "./managed-program.ts";
import { ProcessSurvey } from "./process-survey.ts";
import { shortened } from "./workload-problems.ts";

const REPORT_MS = 500;
/** Several changes at once are one report. */
const SOON_MS = 20;
const TURN_MS = 100;
const REPORT_PATIENCE_MS = 3_000;
/** No answer for so long is worth a line. */
const DEAF_MS = 5_000;
/** On the way out: from SIGTERM to SIGKILL; all of it has to be over before the supervisor's own kill. */
const LAST_GRACE_MS = 600;
const PATIENCE = { standByMs: 3_000, drainMs: 1_000, graceMs: 10_000 };

export interface AgentReport {
  readonly agentPid: number;
  readonly instances: readonly ReportedProgram[];
}

export interface Assignment extends ProgramSpec, Wish {
  readonly id: string;
}

export interface NodeAgentOptions {
  readonly node: string;
  readonly dataDir: string;
  /** Leases are taken out through it. */
  readonly client: ApiClient;
  /** What programs are told as INTERLOCK_API. */
  readonly apiUrl: string;
  readonly clock: Clock;
  /** What programs inherit. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Hands a report to the engine; resolves with the complete list of what should run, rejects where it does not answer. */
  readonly report: (report: AgentReport, signal: AbortSignal) => Promise<readonly Assignment[]>;
  /** One line for people. */
  readonly say: (line: string) => void;
  /** How processes of programs are looked for; as the kernel tells when absent. */
  readonly look?: () => MarkLook;
}

export class NodeAgent {
  readonly #options: NodeAgentOptions;
  readonly #folder: string;
  readonly #look: () => MarkLook;
  readonly #survey: ProcessSurvey;
  readonly #programs = new Map<string, ManagedProgram>();
  readonly #timers: CancelTimer[] = [];
  #isReporting = false;
  #isDeaf = false;
  #answeredMs: number;
  #isStopping = false;
  #isSaving = false;
  #soon: CancelTimer | null = null;

  constructor(options: NodeAgentOptions) {
    this.#options = options;
    this.#folder = nodeFolder(options.dataDir, options.node);
    this.#look = options.look ?? lookForMarks;
    this.#survey = new ProcessSurvey(options.clock, this.#look);
    this.#answeredMs = options.clock.monotonicMs();
  }

  /** Takes over what an agent before it left, and begins. */
  start(): void {
    const { clock } = this.#options;
    for (const known of recall(this.#folder)) this.#programs.set(known.slot.id, ManagedProgram.resume(this.#world(), known));
    this.#killStrays();
    this.#save();
    this.#timers.push(clock.every(TURN_MS, () => this.#turnAll()));
    this.#timers.push(clock.every(REPORT_MS, () => void this.#report()));
    this.#turnAll();
    void this.#report();
  }

  /** Ends every program, at once as far as programs go; resolves when none is left. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const cancel of this.#timers) cancel();
    this.#soon?.();
    const programs = [...this.#programs.values()];
    const left = Promise.all(programs.map((program) => program.close()));
    this.#tellRest("SIGTERM");
    await Promise.race([Promise.all(programs.map((program) => program.gone())), pause(LAST_GRACE_MS)]);
    for (const program of programs) program.tell("SIGKILL");
    this.#tellRest("SIGKILL");
    await Promise.race([left, pause(LAST_GRACE_MS / 4)]);
    remember(this.#folder, []);
  }

  #world() {
    const { apiUrl, client, clock, dataDir, env, node, say } = this.#options;
    return { apiUrl, client, clock, dataDir, env, node, say, patience: PATIENCE, survey: this.#survey, changed: () => this.#changed() };
  }

  #turnAll(): void {
    for (const program of this.#programs.values()) program.turn();
  }

  /** Written down before anything else can happen, and told to the engine. */
  #changed(): void {
    if (this.#isStopping) return;
    if (!this.#isSaving) {
      this.#isSaving = true;
      queueMicrotask(() => this.#save());
    }
    this.#soon ??= this.#options.clock.after(SOON_MS, () => {
      this.#soon = null;
      void this.#report();
    });
  }

  #save(): void {
    this.#isSaving = false;
    if (this.#isStopping) return;
    try {
      remember(
        this.#folder,
        [...this.#programs.values()].map((program) => program.memory()),
      );
    } catch (failure) {
      // A full disk must not end what runs; the next change tries again.
      this.#options.say(`What runs could not be written down: ${String(failure)}`);
    }
  }

  async #report(): Promise<void> {
    if (this.#isReporting || this.#isStopping) return;
    this.#isReporting = true;
    const instances = [...this.#programs.values()].map((program) => reportOf(program, this.#programs.size));
    try {
      const signal = AbortSignal.timeout(REPORT_PATIENCE_MS);
      const assignments = await this.#options.report({ agentPid: process.pid, instances }, signal);
      if (this.#isDeaf) this.#options.say("The engine answers again.");
      this.#isDeaf = false;
      this.#answeredMs = this.#options.clock.monotonicMs();
      if (!this.#isStopping) this.#take(assignments);
    } catch (failure) {
      // Not at once: both start at the same time, and the engine takes longer.
      if (this.#isDeaf || this.#options.clock.monotonicMs() - this.#answeredMs < DEAF_MS) return;
      this.#options.say(`The engine takes no report; what runs goes on. (${messageOf(failure)})`);
      this.#isDeaf = true;
    } finally {
      this.#isReporting = false;
    }
  }

  #take(assignments: readonly Assignment[]): void {
    const listed = new Set(assignments.map(({ id }) => id));
    for (const { desired, id, restartSeq, ...spec } of assignments) {
      const known = this.#programs.get(id);
      if (known === undefined) this.#programs.set(id, ManagedProgram.open(this.#world(), id, spec, { desired, restartSeq }));
      else known.wish({ desired, restartSeq });
    }
    for (const [id, program] of this.#programs) {
      if (listed.has(id)) continue;
      program.wish({ desired: "drain", restartSeq: 0 });
      if (program.isOver()) this.#forget(id);
    }
    this.#turnAll();
  }

  #forget(id: string): void {
    this.#programs.delete(id);
    this.#changed();
    const alive = new Set([...this.#programs.keys()].map(folderName));
    try {
      forgetEnded(this.#folder, (name) => alive.has(name));
    } catch (failure) {
      this.#options.say(`Old output could not be removed: ${String(failure)}`);
    }
  }

  /** What programs started and put in groups of their own. */
  #tellRest(signal: NodeJS.Signals): void {
    const told = new Set([...this.#programs.values()].map(({ running }) => running?.pid));
    for (const group of this.#look().groupsOfNode(this.#folder, [])) if (!told.has(group)) tellGroup(group, signal);
  }

  /** Process groups of this node that belong to no life which goes on: nobody wrote that down, or all that is left of one that has ended. */
  #killStrays(): void {
    for (const group of this.#strangers()) {
      this.#options.say(`Process ${group} belongs to no program that runs on; it is ended.`);
      tellGroup(group, "SIGKILL");
    }
  }

  #strangers(): readonly number[] {
    const running = [...this.#programs.values()].flatMap(({ running: known }) => known ?? []);
    const pids = new Set(running.map(({ pid }) => pid));
    return this.#look()
      .groupsOfNode(this.#folder, running)
      .filter((group) => !pids.has(group));
  }
}

function reportOf(program: ManagedProgram, count: number): ReportedProgram {
  const { problem, ...rest } = program.report();
  return problem === undefined ? rest : { ...rest, problem: shortened(problem, count) };
}

function messageOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure);
}
