import { flushCompileCache } from "node:module";
import { asHandOver, collectHandles, INHERITS, type ListeningHandle, type ListeningHandles, sendHandles } from "./hand-over.ts";

/** How long `onStop` may take before the process exits regardless, unless said otherwise; the supervisor's own SIGKILL comes later. */
const STOP_GRACE_MS = 3_500;

/** Longest period a timer takes. */
const HOLD_MS = 2 ** 31 - 1;

export interface SupervisedChild {
  /** Whether a supervisor holds the other end of the channel; false when the process was started by hand. */
  readonly supervised: boolean;
  /** Tells the supervisor that the process serves. Call it once, when everything listens; does nothing when started by hand. */
  reportReady(): void;
  /** Sockets of the process that this one follows, which listen already; none where it follows none. */
  readonly inherited: Promise<ListeningHandles>;
}

/** A child that can be followed by another one while it serves. */
export interface Successible {
  /** Names its listening sockets and opens no more. */
  handOver(): Promise<ListeningHandles>;
  /** The successor failed: it goes on. */
  takeBack(): void;
  /** The successor serves: it accepts nothing more and resolves when its last request is over; then the process exits. */
  retire(): Promise<void>;
}

/**
 * Ties a process to its supervisor; every `main.ts` calls it first. SIGTERM runs `onStop` once and exits with 0 (1 when it throws).
 * Under a supervisor SIGINT is ignored, because the supervisor alone decides about Ctrl-C, and the end of the channel, which is
 * the supervisor's death however it came, stops the process too. Started by hand, SIGINT is the same as SIGTERM.
 */
export function attachToSupervisor(options: {
  onStop(): Promise<void> | void;
  readonly succession?: () => Successible | null;
  /** How long `onStop` may take, asked when it begins; 3.5 s when absent. */
  readonly stopGraceMs?: () => number;
}): SupervisedChild {
  const supervised = process.send !== undefined;
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), options.stopGraceMs?.() ?? STOP_GRACE_MS).unref();
    void runToExit(options.onStop);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", supervised ? () => {} : stop);
  process.on("SIGHUP", supervised ? () => {} : stop);
  if (supervised) {
    process.on("disconnect", stop);
    // The supervisor reads our output: once it is dead a write fails, and that must not cut the stop short.
    process.stdout.on("error", () => {});
    process.stderr.on("error", () => {});
    if (!process.connected) stop();
  } else {
    // The channel keeps a supervised process alive while it waits for others; by hand nothing else would.
    setInterval(() => {}, HOLD_MS);
  }
  return { supervised, reportReady: () => reportReady(), inherited: followSupervisor(options.succession ?? (() => null)) };
}

/** Answers the supervisor's part of the hand-over; resolves with the sockets that were handed to us. */
function followSupervisor(succession: () => Successible | null): Promise<ListeningHandles> {
  const collected = collectHandles();
  process.on("message", (input: unknown, handle: unknown) => {
    const message = asHandOver(input);
    if (message === null) return;
    if (message.kind === "hand-over") void offer(succession());
    else if (message.kind === "keep") succession()?.takeBack();
    else if (message.kind === "retire") void runToExit(() => succession()?.retire());
    else collected.take(message, handle);
  });
  const inherits = process.env[INHERITS] === "1";
  delete process.env[INHERITS];
  return inherits ? collected.all : Promise.resolve(new Map());
}

async function offer(child: Successible | null): Promise<void> {
  const handles = child === null ? new Map<string, ListeningHandle>() : await child.handOver();
  // Node's channel carries what it types only as servers and sockets: a raw handle does not begin to accept at the other end by itself.
  await sendHandles((message, handle, sent) => process.send?.(message, handle as never, undefined, sent), handles);
}

function reportReady(): void {
  // Node writes its compile cache at a regular end only; a child that is killed later should start fast all the same.
  flushCompileCache();
  if (process.send === undefined || !process.connected) return;
  process.send({ kind: "ready" }, undefined, undefined, () => {});
}

async function runToExit(onStop: () => Promise<void> | void): Promise<void> {
  try {
    await onStop();
    process.exit(0);
  } catch (error) {
    console.error("stopping failed:", error);
    process.exit(1);
  }
}
