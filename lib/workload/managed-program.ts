/**
 * One assignment of a node: its process, its lease and its output, doing what `agent-state.ts` says and telling it what came of it.
 */
import type { ApiClient } from "../client/index.ts";
import type { CancelTimer, Clock } from "../std/index.ts";
import { type LastExit, nodeFolder, outputPath, type RememberedProgram } from "./agent-memory.ts";
import {
  type Action,
  type Desired,
  type Exit,
  type Happening,
  happen,
  openSlot,
  type Patience,
  type ProgramSpec,
  type Slot,
  step,
  type Wish,
  type WorkloadProblem,
} from "./agent-state.ts";
import { answers } from "./answers.ts";
import { adoptDetached, type DetachedProgram, startDetached, tellGroup } from "./detached-program.ts";
import { type KnownLife, type MarkLook, marksOf, newLife } from "./life-marks.ts";
import { Membership } from "./membership.ts";
import { nextLookMs, type OutputLook, trimOutput } from "./output-file.ts";
import type { ProcessSurvey } from "./process-survey.ts";
import { isFree } from "./program-port.ts";
import { lastLineOf } from "./read-output.ts";
import { workloadEnvironment } from "./workload-environment.ts";
import { commandProblem, describeExit, endedAtOnce, joinProblem, noOutput, notStarted } from "./workload-problems.ts";

const CHECK_MS = 50;
/** What a program left behind is killed so often, until it is gone. */
const REST_LOOKS_MAX = 50;

export interface ProgramWorld {
  readonly node: string;
  readonly dataDir: string;
  readonly client: ApiClient;
  readonly apiUrl: string;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly patience: Patience;
  readonly survey: ProcessSurvey;
  readonly say: (line: string) => void;
  /** Told of every change that has to be written down. */
  readonly changed: () => void;
}

export type ReportedState = "starting" | "ready" | "draining" | "stopped" | "backing-off";

/** How a program is, as the engine is told. */
export interface ReportedProgram {
  readonly assignment: string;
  readonly service: string;
  readonly version: string;
  readonly generation: number;
  readonly state: ReportedState;
  readonly desired: Desired;
  readonly restartSeq: number;
  readonly instanceId?: string;
  readonly pid?: number;
  readonly port?: number;
  readonly startedAt?: string;
  readonly restarts: number;
  readonly lastExit?: LastExit;
  readonly problem?: WorkloadProblem;
}

export class ManagedProgram {
  readonly #world: ProgramWorld;
  readonly #output: string;
  #slot: Slot;
  #membership: Membership | null = null;
  #port = 0;
  #process: DetachedProgram | null = null;
  #life = "";
  #startedAt: string | null = null;
  #lastExit: LastExit | null = null;
  #stopTrimming: CancelTimer = () => {};
  #isClosed = false;

  private constructor(world: ProgramWorld, slot: Slot) {
    this.#world = world;
    this.#slot = slot;
    this.#output = outputPath(world.dataDir, world.node, slot.id);
  }

  /** A new assignment. */
  static open(world: ProgramWorld, id: string, spec: ProgramSpec, wish: Wish): ManagedProgram {
    return new ManagedProgram(world, openSlot(id, spec, wish, world.clock.monotonicMs()));
  }

  /** One that an earlier agent had: its process goes on, or counts as crashed where it does not run any more. */
  static resume(world: ProgramWorld, known: RememberedProgram): ManagedProgram {
    const program = new ManagedProgram(world, known.slot);
    program.#takeOver(known);
    return program;
  }

  /** What runs of it, null while nothing does. */
  get running(): KnownLife | null {
    return this.#process === null ? null : { pid: this.#process.pid, life: this.#life };
  }

  wish(wish: Wish): void {
    const { desired, restartSeq } = this.#slot.wish;
    if (desired === wish.desired && restartSeq >= wish.restartSeq) return;
    this.#slot = { ...this.#slot, wish: { desired: wish.desired, restartSeq: Math.max(restartSeq, wish.restartSeq) } };
    this.#world.changed();
    this.turn();
  }

  isOver(): boolean {
    return this.#slot.phase === "over" && !this.#slot.hasLease && this.#process === null;
  }

  /** Does what is due. */
  turn(): void {
    while (!this.#isClosed) {
      const { actions, slot } = step(this.#slot, this.#world.patience, this.#world.clock.monotonicMs());
      if (slot === this.#slot && actions.length === 0) return;
      this.#slot = slot;
      this.#world.changed();
      for (const action of actions) this.#act(action);
    }
  }

  /** Its first process, and what is in its group. */
  tell(signal: NodeJS.Signals): void {
    this.#process?.signal(signal);
  }

  /** All at once, also what is in groups of its own; what is left of a life that has ended before the look is `#endRest`'s. */
  async #tellAll(signal: NodeJS.Signals): Promise<void> {
    const running = this.#process;
    const look = await this.#world.survey.next();
    if (running === null || this.#process !== running) return;
    this.tell(signal);
    for (const group of this.#groupsIn(look)) if (group !== running.pid) tellGroup(group, signal);
  }

  #groupsIn(look: MarkLook): readonly number[] {
    return look.groupsOfAssignment(nodeFolder(this.#world.dataDir, this.#world.node), this.#slot.id);
  }

  /** Resolves when no process of it runs. */
  async gone(): Promise<void> {
    await this.#process?.ended;
  }

  /** Starts nothing more, tells what runs to end, and ends its lease. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopTrimming();
    this.tell("SIGTERM");
    await this.#membership?.leave();
  }

  memory(): RememberedProgram {
    const membership = this.#membership;
    return {
      slot: this.#slot,
      lease: membership === null ? null : { id: membership.id, port: this.#port, proxyPort: membership.proxyPort },
      process:
        this.#process === null
          ? null
          : { pid: this.#process.pid, startToken: this.#process.startToken, startedAt: this.#startedAt ?? this.#now(), life: this.#life },
      lastExit: this.#lastExit,
    };
  }

  report(): ReportedProgram {
    const { generation, service, version } = this.#slot.spec;
    const { desired, restartSeq } = this.#slot.wish;
    return {
      assignment: this.#slot.id,
      service,
      version,
      generation,
      state: this.#state(),
      desired,
      restartSeq,
      ...(this.#membership !== null && { instanceId: this.#membership.id, port: this.#port }),
      ...(this.#process !== null && { pid: this.#process.pid }),
      ...(this.#process !== null && this.#startedAt !== null && { startedAt: this.#startedAt }),
      restarts: this.#slot.restarts,
      ...(this.#lastExit !== null && { lastExit: this.#lastExit }),
      ...(this.#slot.problem !== null && { problem: this.#slot.problem }),
    };
  }

  #state(): ReportedState {
    const { hasLease, phase, told, wish } = this.#slot;
    if (phase === "serving") return "ready";
    if (phase === "draining" || (phase === "starting" && told !== "nothing")) return "draining";
    if (phase === "backing-off") return "backing-off";
    if (phase === "over") return hasLease ? "draining" : "stopped";
    return phase === "down" && wish.desired !== "run" ? "stopped" : "starting";
  }

  #takeOver({ lastExit, lease, process: known, slot }: RememberedProgram): void {
    const nowMs = this.#world.clock.monotonicMs();
    this.#lastExit = lastExit;
    this.#slot = { ...slot, sinceMs: nowMs, startedMs: null, quietMs: null, hasLease: lease !== null };
    // What was being asked for when the agent died is asked for again; a process that was started and not written down is a stray.
    const hadBegun = slot.phase === "joining" || (slot.phase === "over" && lease !== null);
    const hasNone = known === null && (slot.phase === "starting" || slot.phase === "serving" || slot.phase === "draining");
    if (hadBegun || hasNone) this.#slot = { ...this.#slot, phase: "down" };
    const running = known === null ? null : adoptDetached(known.pid, known.startToken, this.#world.clock);
    if (lease !== null) {
      this.#port = lease.port;
      const standby = slot.phase !== "serving" || running === null;
      this.#membership = Membership.resume(this.#membershipOptions(), { id: lease.id, proxyPort: lease.proxyPort, standby });
    }
    if (known === null) return;
    const livedMs = Math.max(0, this.#world.clock.wallMs() - Date.parse(known.startedAt));
    this.#slot = { ...this.#slot, startedMs: nowMs - livedMs };
    this.#startedAt = known.startedAt;
    this.#life = known.life ?? "";
    if (running === null) return this.#end({});
    this.#run(running);
    this.#world.say(`${this.#name()} runs on as process ${running.pid}.`);
    if (this.#slot.phase === "draining") void this.#standBy();
    if (this.#slot.phase === "starting" && this.#slot.told === "nothing") void this.#check(running);
  }

  #act(action: Action): void {
    switch (action) {
      case "join":
        return void this.#join();
      case "start":
        return void this.#start();
      case "serve":
        return void this.#membership?.serve();
      case "stand-by":
        return void this.#standBy();
      case "term":
        return void this.#tellAll("SIGTERM");
      case "kill":
        return void this.#tellAll("SIGKILL");
      case "leave":
        return void this.#leaveForGood();
    }
  }

  #happened(event: Happening): void {
    this.#slot = happen(this.#slot, event, this.#world.clock.monotonicMs());
    this.#world.changed();
    this.turn();
  }

  async #join(): Promise<void> {
    try {
      const { port: _, ...options } = this.#membershipOptions();
      this.#membership = await Membership.joinAtFreePort(options);
      this.#port = this.#membership.port;
      this.#happened({ kind: "joined" });
    } catch (failure) {
      this.#happened({ kind: "join-failed", problem: joinProblem(failure) });
    }
  }

  async #start(): Promise<void> {
    try {
      const running = await this.#startProcess();
      if (running !== null) await this.#check(running);
    } catch (failure) {
      // Whatever it is about one program, it ends none of the others.
      const reason = failure instanceof Error ? failure.message : String(failure);
      this.#happened({ kind: "not-started", problem: notStarted(this.#slot.spec.command[0] ?? "", reason) });
    }
  }

  async #startProcess(): Promise<DetachedProgram | null> {
    const membership = this.#membership;
    if (membership === null) return null;
    const free = await isFree(this.#port);
    if (this.#isClosed) return null;
    if (!free) {
      // Somebody took it while nothing of ours ran: the next start is behind another lease.
      await this.#leaveForGood();
      return this.#refuse({
        code: "workload.exits-at-once",
        detail: `Port ${this.#port} was taken by another program; it gets another one.`,
      });
    }
    this.#life = newLife(this.#slot.id);
    const env = this.#environment(membership);
    const command = this.#slot.spec.command.map((word) => word.replaceAll(/\$\{PORT\}|\$PORT\b/g, String(this.#port)));
    const missing = commandProblem(command[0] ?? "", env["PATH"] ?? "", this.#world.node);
    if (missing !== null) return this.#refuse(missing);
    const started = startDetached(command, env, this.#output);
    if (!started.ok) {
      const { at, reason } = started.error;
      return this.#refuse(at === "output" ? noOutput(this.#output, reason) : notStarted(command[0] ?? "", reason));
    }
    this.#startedAt = this.#now();
    this.#run(started.value);
    this.#happened({ kind: "started" });
    return started.value;
  }

  #refuse(problem: WorkloadProblem): null {
    this.#happened({ kind: "not-started", problem });
    return null;
  }

  #run(running: DetachedProgram): void {
    this.#process = running;
    this.#trim(0);
    void running.ended.then(async (exit) => {
      // Whoever closes ends the rest of all programs at once.
      if (!this.#isClosed) await this.#endRest();
      if (this.#process === running) this.#end(exit);
    });
  }

  /** What it left behind in groups of its own would keep its port and its requests. */
  async #endRest(): Promise<void> {
    for (let count = 0; count < REST_LOOKS_MAX; count++) {
      const groups = this.#groupsIn(await this.#world.survey.next());
      if (groups.length === 0) return;
      for (const group of groups) tellGroup(group, "SIGKILL");
    }
  }

  #end(exit: Exit): void {
    this.#process = null;
    this.#stopTrimming();
    this.#lastExit = { ...exit, at: this.#now() };
    if (this.#isClosed) return;
    const wasUp = this.#slot.phase === "serving";
    if (wasUp) void this.#membership?.standBy();
    this.#happened({ kind: "ended", problem: this.#slot.phase === "starting" ? this.#endedAtOnce(exit) : null });
    if (wasUp) this.#world.say(`${this.#name()} ended by itself (${describeExit(exit)}).`);
  }

  /** Asks until it serves or is gone. */
  async #check(running: DetachedProgram): Promise<void> {
    const { kind, path } = this.#slot.spec.health;
    const check = kind === "http" ? ({ kind, path: path ?? "/" } as const) : ({ kind: "tcp" } as const);
    while (this.#process === running && this.#slot.phase === "starting") {
      if ((await answers(this.#port, check)) && this.#process === running && this.#slot.phase === "starting") {
        void this.#membership?.serve();
        return this.#happened({ kind: "healthy" });
      }
      await new Promise<void>((resolve) => this.#world.clock.after(CHECK_MS, resolve));
    }
  }

  async #standBy(): Promise<void> {
    if (await this.#membership?.standBy()) this.#happened({ kind: "stood-by" });
  }

  async #leaveForGood(): Promise<void> {
    const membership = this.#membership;
    this.#membership = null;
    await membership?.leave();
    this.#happened({ kind: "left" });
  }

  #trim(sizeBefore: number): void {
    let look: OutputLook = { size: sizeBefore, isCut: false };
    try {
      look = trimOutput(this.#output);
    } catch (failure) {
      this.#world.say(`The output of ${this.#name()} could not be cut: ${String(failure)}`);
    }
    this.#stopTrimming = this.#world.clock.after(nextLookMs(sizeBefore, look), () => this.#trim(look.size));
  }

  #membershipOptions() {
    const { changed, client, node } = this.#world;
    const { service, version } = this.#slot.spec;
    const say = (line: string) => this.#world.say(`${this.#name()}: ${line}`);
    return { client, service, version, node, zone: null, port: this.#port, onMoved: changed, isQuiet: true, say };
  }

  #environment(membership: Membership): Readonly<Record<string, string | undefined>> {
    const { apiUrl, dataDir, env, node } = this.#world;
    const { env: own, service, version } = this.#slot.spec;
    const told = { service, version, instance: membership.id, node, zone: node, port: this.#port, proxyUrl: membership.proxyUrl, apiUrl };
    return { ...workloadEnvironment({ ...env, ...own }, told), ...marksOf(nodeFolder(dataDir, node), this.#life) };
  }

  #endedAtOnce(exit: Exit): WorkloadProblem {
    const afterMs = Math.round(this.#world.clock.monotonicMs() - (this.#slot.startedMs ?? 0));
    return endedAtOnce(exit, afterMs, lastLineOf(this.#output));
  }

  #name(): string {
    return `${this.#slot.spec.service} ${this.#slot.spec.version} (${this.#slot.id})`;
  }

  #now(): string {
    return new Date(this.#world.clock.wallMs()).toISOString();
  }
}
