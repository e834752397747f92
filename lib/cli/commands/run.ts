import { setTimeout as pause } from "node:timers/promises";
import {
  answers,
  CannotJoin,
  findCommand,
  isFree,
  Membership,
  NOT_FOUND,
  type Program,
  startProgram,
  workloadEnvironment,
} from "../../workload/index.ts";
import type { CliContext } from "../cli-context.ts";
import type { CommandHost } from "../command-host.ts";
import { EXIT, UsageError } from "../exit-code.ts";
import { parseWorkload, type RunOptions, type Workload } from "../run/parse-workload.ts";
import { chooseNode, ensureVersion } from "../run/prepare-mesh.ts";

const CHECK_MS = 100;
const REMIND_MS = 10_000;
/** How long the engine has to take it that the program stands by. */
const STAND_BY_MS = 3_000;
/** Ctrl-C may reach us twice, from the terminal and passed on; only one that comes later means impatience. */
const SECOND_SIGNAL_MS = 500;
const LEAVING = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const PASSED_ON = ["SIGUSR1", "SIGUSR2", "SIGWINCH"] as const;

/** `interlock run --service orders --version 1.2.0 -- <command …>` */
export function addRun({ program, action }: CommandHost): void {
  program
    .command("run [command...]")
    .description("run any program as an instance of a service: interlock run --service orders --version 1.2.0 -- node server.js")
    .option("--service <name>", "the service that it is an instance of; made when it is missing")
    .option("--version <version>", "the version that it is; made when it is missing")
    .option(
      "--requires <service=range>",
      "what the version works with, repeatable: payments=^2.1",
      (text, all: string[]) => [...all, text],
      [],
    )
    .option("--port <port>", "where the program listens on 127.0.0.1; without it a free port, told as PORT")
    .option("--health <check>", "when it serves: tcp (it accepts connections) or a path that answers, such as /healthz", "tcp")
    .option("--node <node>", "the node whose proxy serves it; without it the first with a proxy")
    .option("--zone <zone>", "its failure domain; without it the node is its own")
    .option("--drain <duration>", "when it leaves: from its last new request to SIGTERM", "1s")
    .option("--grace <duration>", "when it leaves: from SIGTERM to SIGKILL", "10s")
    .action(action((context, words: readonly string[], options: RunOptions) => run(context, parseWorkload(options, words))));
}

async function run(context: CliContext, workload: Workload): Promise<number> {
  const say = (line: string) => context.io.writeError(`[interlock] ${line}\n`);
  const { command } = workload;
  const startable = findCommand(command, context.io.env["PATH"] ?? "");
  if (startable !== 0) {
    say(startable === NOT_FOUND ? `${command}: command not found.` : `${command}: not executable.`);
    return startable;
  }
  if (workload.port !== null && !(await isFree(workload.port)))
    throw new UsageError(`--port: somebody listens on port ${workload.port} already; free it, or leave the option out.`);
  const leaving = leavingSignals();
  const membership = await join(context, workload, say);
  if (membership === null) return EXIT.unreachable;
  try {
    return await live(context, workload, membership, leaving, say);
  } finally {
    await membership.leave();
  }
}

async function join(context: CliContext, workload: Workload, say: (line: string) => void): Promise<Membership | null> {
  const { client } = context;
  const { port, service, version, zone } = workload;
  try {
    const node = await chooseNode(client, workload.node);
    const prepare = () => ensureVersion(client, workload);
    const options = { client, service, version, zone, node, prepare, say };
    return await (port === null ? Membership.joinAtFreePort(options) : Membership.join({ ...options, port }));
  } catch (failure) {
    if (!(failure instanceof CannotJoin)) throw failure;
    say(failure.message);
    return null;
  }
}

/** From the start of the program to its end. */
async function live(
  context: CliContext,
  workload: Workload,
  membership: Membership,
  leaving: LeavingSignals,
  say: (line: string) => void,
): Promise<number> {
  const { service, version, zone } = workload;
  const { id, node, port, proxyUrl } = membership;
  const told = { service, version, instance: id, node, zone: zone ?? node, port, proxyUrl, apiUrl: context.apiUrl };
  const program = startProgram(workload, workloadEnvironment(context.io.env, told));
  const stopPassing = passOn(program);
  leaving.onImpatience(() => program.signal("SIGKILL"));
  try {
    const isUp = await Promise.race([becomesUp(workload, port, program, leaving.asked, say), program.ended.then(() => false)]);
    if (isUp && !leaving.asked.aborted) {
      await membership.serve();
      say(`${service} ${version} serves at 127.0.0.1:${port} on ${node} as ${id}; its calls go through ${proxyUrl}.`);
    }
    await Promise.race([program.ended, aborted(leaving.asked)]);
    if (!program.hasEnded()) await stop(workload, program, membership);
    const code = await program.ended;
    if (!leaving.asked.aborted) say(`${workload.command} ended with code ${code}.`);
    return code;
  } finally {
    stopPassing();
    leaving.release();
  }
}

/** Resolves to true once the program passes its check, to false when it is not to be waited for any longer. */
async function becomesUp(
  { health, service }: Workload,
  port: number,
  program: Program,
  asked: AbortSignal,
  say: (line: string) => void,
): Promise<boolean> {
  const what = health.kind === "tcp" ? `connections on port ${port}` : `GET ${health.path} on port ${port}`;
  const reminder = setInterval(() => say(`Still waiting: ${service} does not answer ${what}, so it gets no requests yet.`), REMIND_MS);
  try {
    while (!program.hasEnded() && !asked.aborted) {
      if (await answers(port, health)) return true;
      await pause(CHECK_MS);
    }
    return false;
  } finally {
    clearInterval(reminder);
  }
}

/** Away from traffic first, then a moment for what is on its way, then SIGTERM; the program's own calls still go out until it has ended. */
async function stop({ drainMs, graceMs }: Workload, program: Program, membership: Membership): Promise<void> {
  // An engine that is away must not keep it.
  await Promise.race([membership.standBy(), pause(STAND_BY_MS), program.ended]);
  await Promise.race([pause(drainMs), program.ended]);
  if (program.hasEnded()) return;
  program.signal("SIGTERM");
  const killer = setTimeout(() => program.signal("SIGKILL"), graceMs);
  await program.ended;
  clearTimeout(killer);
}

interface LeavingSignals {
  /** Aborted when somebody wants us to leave. */
  readonly asked: AbortSignal;
  onImpatience(act: () => void): void;
  release(): void;
}

function leavingSignals(): LeavingSignals {
  const asked = new AbortController();
  let firstMs = Number.POSITIVE_INFINITY;
  let impatient = () => {};
  const onSignal = () => {
    if (!asked.signal.aborted) firstMs = performance.now();
    else if (performance.now() - firstMs > SECOND_SIGNAL_MS) impatient();
    asked.abort();
  };
  for (const signal of LEAVING) process.on(signal, onSignal);
  return {
    asked: asked.signal,
    onImpatience: (act) => {
      impatient = act;
    },
    release: () => {
      for (const signal of LEAVING) process.off(signal, onSignal);
    },
  };
}

function passOn(program: Program): () => void {
  if (process.platform === "win32") return () => {};
  const listeners = PASSED_ON.map((signal) => [signal, () => program.signal(signal)] as const);
  for (const [signal, listener] of listeners) process.on(signal, listener);
  return () => {
    for (const [signal, listener] of listeners) process.off(signal, listener);
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
