/**
 * The proxy's end of the link to the engine (`lib/model/proxy-protocol.ts`): dials, says hello, adopts snapshots and deltas, hands
 * over batches of counts.
 *
 * States: dialling → connected → lost → (50 to 250 ms, at random) → dialling. Traffic knows nothing of them.
 * Invariants: every snapshot and delta is answered by ack or nack, in order; one batch is in flight at a time and is sent again after
 * a reconnect until it is acknowledged; a message that makes no sense ends the connection, so that the next one starts from a whole snapshot.
 */
import net from "node:net";
import type { EngineMessage, OutboundListener, Problem, ProxyMessage } from "../model/index.ts";
import { type CancelTimer, type Clock, type Random, type Result, randomBelow } from "../std/index.ts";
import { parseEngineMessage } from "./engine-message.ts";
import { encodeFrame, FrameDecoder } from "./frame-codec.ts";
import { DrainReport } from "./health/drain-report.ts";
import type { IdentityAgent } from "./identity/identity-agent.ts";
import type { MeshProxy } from "./mesh-proxy.ts";

const TELEMETRY_MS = 500;
const REDIAL_MS_MIN = 50;
const REDIAL_MS_MAX = 250;
/** A busy machine may take so long over the last batches; one that hangs is not waited for. */
const LAST_FIGURES_MS = 1_500;

export interface ControlLinkOptions {
  /** The engine's socket. */
  readonly path: string;
  readonly node: string;
  readonly zone?: string;
  /** Of the proxy's own `/metrics`; null when it has none. */
  readonly adminPort?: number | null;
  readonly proxy: MeshProxy;
  /** Asks for certificates over this link; absent: this proxy has no identities. */
  readonly identities?: IdentityAgent;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: (line: string) => void;
  /** A snapshot or delta came into force. */
  readonly onAdopted: () => void;
}

export class ControlLink {
  readonly #options: ControlLinkOptions;
  readonly #drain: DrainReport;
  #socket: net.Socket | null = null;
  #isConnected = false;
  #isStopped = false;
  #isDown = false;
  #hasSuccessor = false;
  #greetedAsRetiring = false;
  #cancelTelemetry: CancelTimer = () => {};
  #cancelRedial: CancelTimer = () => {};
  #isOver = false;
  /** Batches that the engine acknowledged. */
  #taken = 0;
  #wake: () => void = () => {};

  constructor(options: ControlLinkOptions) {
    this.#options = options;
    const { clock, proxy } = options;
    this.#drain = new DrainReport(
      clock,
      () => proxy.health.draining(),
      (versions) => this.#send({ kind: "draining", versions }),
    );
  }

  /** Dials, and keeps dialling until `stop`. */
  start(): void {
    this.#options.proxy.taps.sendTo((message) => this.#sendIfTaken(message));
    this.#options.proxy.tokens.onUnknownKey = (issuer) => void this.#sendIfTaken({ kind: "token-key-unknown", issuer });
    this.#options.proxy.health.outbox.sendBy((events) => this.#sendIfTaken({ kind: "instance-health", events }));
    this.#cancelTelemetry = this.#options.clock.every(TELEMETRY_MS, () => this.#sendBatch());
    this.#dial();
  }

  /**
   * While a successor takes over: should it say hello first, this link is closed by the engine and comes back for figures only. False takes it back.
   */
  yieldTo(hasSuccessor: boolean): void {
    const isWronglyRetired = !hasSuccessor && this.#greetedAsRetiring;
    this.#hasSuccessor = hasSuccessor;
    if (isWronglyRetired) this.#socket?.destroy();
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** Tells the engine which listeners there are; inbound ones that can answer. */
  sendListeners(outbound: readonly OutboundListener[], inbound: readonly OutboundListener[]): void {
    this.#send({ kind: "listeners", outbound, inbound });
  }

  /**
   * Hands over what was counted last, at most two batches, as far as the engine takes them in time, and hangs up. A link that just dials again because a successor took its place comes
   * back for that; one without an engine does not.
   */
  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#cancelTelemetry();
    this.#drain.stop();
    const { clock, proxy } = this.#options;
    const { recorder } = proxy;
    let isTimeUp = false;
    const cancel = clock.after(LAST_FIGURES_MS, () => {
      isTimeUp = true;
      this.#wake();
    });
    // The batch in flight is not the last one: what was counted since goes with the next.
    const last = this.#taken + (recorder.inFlight === null ? 1 : 2);
    while (this.#taken < last && !isTimeUp && (this.#isConnected || this.#hasSuccessor)) {
      if (this.#isConnected && recorder.inFlight === null) this.#send({ kind: "telemetry", batch: recorder.closeBatch() });
      await this.#woken();
    }
    cancel();
    this.#isOver = true;
    this.#cancelRedial();
    this.#socket?.destroy();
  }

  /** Resolves when a batch was acknowledged, or the link came or went. */
  #woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #dial(): void {
    const decoder = new FrameDecoder();
    const socket = net.connect({ path: this.#options.path });
    this.#socket = socket;
    socket.on("connect", () => this.#greet());
    socket.on("data", (bytes) => this.#receive(socket, decoder, bytes));
    // What went wrong is said once, on "close".
    socket.on("error", () => {});
    socket.on("close", () => this.#lost());
  }

  #greet(): void {
    const { adminPort = null, log, node, proxy, zone = node } = this.#options;
    this.#isConnected = true;
    if (this.#isDown) log("the engine is back");
    this.#isDown = false;
    this.#greetedAsRetiring = this.#hasSuccessor;
    const { bootId, inbound, ingressPort, outbound, recorder, version } = proxy;
    this.#send({
      kind: "hello",
      proxyId: node,
      bootId,
      node,
      pid: process.pid,
      snapshotVersion: version,
      ingressPort,
      zone,
      adminPort,
      ...(this.#hasSuccessor ? { retiring: true } : {}),
    });
    if (recorder.inFlight !== null) this.#send({ kind: "telemetry", batch: recorder.inFlight });
    this.#wake();
    if (this.#hasSuccessor) return;
    this.#options.identities?.connected((message) => this.#send(message));
    this.sendListeners(outbound, inbound);
    proxy.health.outbox.greet();
  }

  #lost(): void {
    const { clock, log, proxy, random } = this.#options;
    if (this.#isConnected && !this.#isStopped && !this.#hasSuccessor)
      log(`the engine is gone: serving on snapshot ${proxy.version ?? "none"}`);
    this.#isDown ||= this.#isConnected;
    this.#isConnected = false;
    this.#options.identities?.disconnected();
    proxy.taps.stopAll();
    this.#drain.stop();
    this.#wake();
    if (this.#isOver || (this.#isStopped && !this.#hasSuccessor)) return;
    this.#cancelRedial = clock.after(REDIAL_MS_MIN + randomBelow(random, REDIAL_MS_MAX - REDIAL_MS_MIN), () => this.#dial());
  }

  #receive(socket: net.Socket, decoder: FrameDecoder, bytes: Buffer): void {
    try {
      for (const input of decoder.push(bytes)) {
        const message = parseEngineMessage(input);
        if (message.ok) this.#take(message.value);
        else this.#refuseInput(input, message.error);
      }
    } catch (error) {
      this.#options.log(`the engine sent what cannot be read: ${String(error)}`);
      socket.destroy();
    }
  }

  #take(message: EngineMessage): void {
    const { proxy } = this.#options;
    switch (message.kind) {
      case "snapshot":
        return this.#answer(message.snapshot.version, "snapshot.invalid", proxy.applySnapshot(message.snapshot));
      case "delta": {
        const isOnBase = message.delta.base === proxy.version;
        return this.#answer(
          message.delta.version,
          isOnBase ? "snapshot.invalid" : "snapshot.base-mismatch",
          proxy.applyDelta(message.delta),
        );
      }
      case "telemetry-ack":
        return this.#acknowledged(message.bootId, message.seq);
      case "trust":
      case "certificate":
      case "certificate-refused":
        return this.#options.identities?.take(message);
      case "tap-start":
        return proxy.taps.start(message.tapId, message.filter);
      case "tap-stop":
        return proxy.taps.stop(message.tapId);
    }
  }

  #answer(version: number, code: string, applied: Result<number, readonly Problem[]>): void {
    if (applied.ok) {
      this.#send({ kind: "ack", version, draining: this.#drain.begin() });
      this.#options.onAdopted();
      return;
    }
    const detail = applied.error.map((problem) => `${problem.path}: ${problem.detail}`).join(" ");
    this.#options.log(`snapshot ${version} is refused, ${this.#options.proxy.version ?? "none"} stays in force: ${detail}`);
    this.#send({ kind: "nack", version, code, detail });
  }

  /** A snapshot of the wrong shape is refused like one with wrong content; anything else is no message of this protocol. */
  #refuseInput(input: unknown, why: string): void {
    const { delta, snapshot } = (input ?? {}) as { snapshot?: { version?: unknown }; delta?: { version?: unknown } };
    const version = snapshot?.version ?? delta?.version;
    if (typeof version !== "number") throw new Error(why);
    this.#options.log(`snapshot ${version} is refused, ${this.#options.proxy.version ?? "none"} stays in force: ${why}`);
    this.#send({ kind: "nack", version, code: "snapshot.invalid", detail: why });
  }

  #acknowledged(bootId: string, seq: number): void {
    const { recorder } = this.#options.proxy;
    const waited = recorder.inFlight !== null;
    recorder.acknowledge(bootId, seq);
    if (waited && recorder.inFlight === null) this.#taken++;
    this.#wake();
  }

  #sendBatch(): void {
    const { recorder } = this.#options.proxy;
    if (this.#isConnected && recorder.inFlight === null) this.#send({ kind: "telemetry", batch: recorder.closeBatch() });
  }

  /** For what may be lost: nothing is queued behind an engine that does not read. */
  #sendIfTaken(message: ProxyMessage): boolean {
    if (!this.#isConnected || this.#socket === null || this.#socket.writableNeedDrain) return false;
    this.#send(message);
    return true;
  }

  #send(message: ProxyMessage): void {
    if (this.#isConnected) this.#socket?.write(encodeFrame(message));
  }
}
