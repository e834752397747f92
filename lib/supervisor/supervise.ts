import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { ChildPlan } from "./child-plan.ts";
import { createEcho } from "./echo.ts";
import { type LogFile, openLogFile } from "./log-file.ts";
import { describeEnd, keepAlive, type ManagedChild } from "./managed-child.ts";

/** A child that never once got ready and died this often ends the start: the fault is not a passing one. */
const FIRST_START_ATTEMPTS_MAX = 5;

export interface SupervisorOptions {
  readonly plans: readonly ChildPlan[];
  /** The children's working folder. */
  readonly cwd: string;
  /** Gets one log file per child and `supervisor.log`. */
  readonly logDir: string;
  /** One line for the terminal. */
  readonly say: (line: string) => void;
}

export interface Supervisor {
  /** Resolves once every child is ready; rejects when one refuses to start or fails its first five starts. */
  readonly ready: Promise<void>;
  /** Names of the children that are not ready. */
  waitingFor(): readonly string[];
  /** Ends all children, stage by stage; resolves when none is left. A second call joins the first. */
  stop(): Promise<void>;
  /** Lets a new process of the child take over from the one that serves; rejects with a sentence for people, and the old one serves on. */
  succeed(name: string): Promise<void>;
  /** Names of the children that can be succeeded while they serve. */
  successible(): readonly string[];
  /** Kills all children at once. */
  kill(): void;
  /** Process ids of the children that run, by name. */
  pids(): ReadonlyMap<string, number>;
}

/** Starts all children at once and keeps them running until `stop`. */
export function supervise(options: SupervisorOptions): Supervisor {
  mkdirSync(options.logDir, { recursive: true, mode: 0o700 });
  const journal = openLogFile(join(options.logDir, "supervisor.log"));
  const logs = options.plans.map((plan) => openLogFile(join(options.logDir, `${plan.name.replaceAll(" ", "-")}.log`)));
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
  // Who only wants to stop need not listen for the failed start as well.
  ready.catch(() => {});
  const everReady = new Set<string>();
  let stopping: Promise<void> | null = null;

  const children = options.plans.map((plan, index) => {
    const note = (text: string) => journal.write(`${plan.name} ${text}`);
    const echo = createEcho((line) => options.say(`[${plan.name}] ${line}`));
    return keepAlive(plan, options.cwd, {
      onLine: (stream, line) => {
        logs[index]?.write(line);
        if (stream === "error") echo(line);
      },
      onReady: (tookMs) => {
        note(`is ready after ${Math.round(tookMs)} ms`);
        if (everReady.has(plan.name)) options.say(`${plan.name} is back after ${Math.round(tookMs)} ms.`);
        everReady.add(plan.name);
        if (everReady.size === options.plans.length) resolve();
      },
      onDied: (end, waitMs, failedStarts) => {
        const text = `died (${describeEnd(end)}), ${waitMs === 0 ? "starting it again" : `starting it again in ${waitMs} ms`}`;
        note(text);
        options.say(`${plan.name} ${text}.`);
        const hopeless = failedStarts >= FIRST_START_ATTEMPTS_MAX && !everReady.has(plan.name);
        if (hopeless)
          reject(new Error(`${plan.name} does not start; see ${join(options.logDir, `${plan.name.replaceAll(" ", "-")}.log`)}`));
      },
      onRefused: () => {
        note("refused to start");
        if (everReady.has(plan.name)) options.say(`${plan.name} refuses to start again and stays down, for the reason above.`);
        reject(new Error(`${plan.name} refuses to start, for the reason above`));
      },
    });
  });

  return {
    ready,
    waitingFor: () => children.filter((child) => child.state() !== "ready").map((child) => child.plan.name),
    stop() {
      stopping ??= stopInOrder(children).finally(() => closeAll([journal, ...logs]));
      return stopping;
    },
    async succeed(name) {
      const child = children.find(({ plan }) => plan.name === name && plan.handsOver === true);
      if (child === undefined) throw new Error(`There is no ${name} here that can be restarted while it serves.`);
      const before = child.pid();
      await child.succeed();
      journal.write(`${name} was taken over by process ${child.pid()} from ${before}, which finishes its requests`);
    },
    successible: () => children.filter(({ plan }) => plan.handsOver === true).map(({ plan }) => plan.name),
    kill() {
      for (const child of children) child.kill();
    },
    pids: () => new Map(children.flatMap((child) => pidEntry(child))),
  };
}

async function stopInOrder(children: readonly ManagedChild[]): Promise<void> {
  const stages = [...new Set(children.map((child) => child.plan.stopStage))].sort((a, b) => a - b);
  for (const stage of stages) {
    await Promise.all(children.filter((child) => child.plan.stopStage === stage).map((child) => child.stop()));
  }
}

function closeAll(logs: readonly LogFile[]): void {
  for (const log of logs) log.close();
}

function pidEntry(child: ManagedChild): readonly (readonly [string, number])[] {
  const pid = child.pid();
  return pid === undefined ? [] : [[child.plan.name, pid]];
}
