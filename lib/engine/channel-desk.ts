import type { Guard } from "../guarded-request/index.ts";
import type { SecretVault } from "../identity/index.ts";
import type { Change, Channel, ChannelCommand, ChannelTopic, MeshState, Refusal, Severity } from "../model/index.ts";
import { type ChannelStanding, type Deliver, type Note, Notifier, type Outbox } from "../notify/index.ts";
import { type Clock, ok, type Random, type Result } from "../std/index.ts";
import { newSecret, unknownChannel } from "./decide/channels.ts";
import type { ChannelAddress, DecideContext } from "./decide/context.ts";
import { refuse } from "./decide/refusals.ts";
import type { HealthLog } from "./health-log.ts";
import type { MeshEngine } from "./mesh-engine.ts";
import type { HealthEvent } from "./views.ts";

/** A channel as people see it: never its secret, and of a Slack address only the host. */
export interface ChannelView {
  readonly name: string;
  readonly rev: number;
  readonly target: ChannelTargetView;
  readonly topics: readonly ChannelTopic[];
  readonly minSeverity: Severity;
  readonly enabled: boolean;
  readonly updatedAt: string;
  readonly updatedBy: string;
  readonly standing: ChannelStanding;
}

export type ChannelTargetView =
  | { readonly kind: "webhook"; readonly url: string; readonly hasSecret: boolean }
  | { readonly kind: "slack"; readonly host: string; readonly hasSecret: boolean }
  | {
      readonly kind: "smtp";
      readonly host: string;
      readonly port: number;
      readonly from: string;
      readonly to: readonly string[];
      readonly user?: string;
      readonly hasSecret: boolean;
    };

/** What a test brought. */
export interface ChannelTest {
  readonly delivered: boolean;
  /** What the other side said, or why it was not reached. */
  readonly said: string;
  readonly tookMs: number;
}

/** How channels stand; they are set and removed by commands. */
export interface ChannelFace {
  show(channel: Channel): ChannelView;
  /** Sends one message that says it is a test, now; refused where there is no such channel. */
  test(name: string, author: string): Promise<Result<ChannelTest, Refusal>>;
}

/** Health events that channels are told of, and under which topic. */
const TOLD_EVENTS: Readonly<Partial<Record<HealthEvent["kind"], Note["topic"]>>> = {
  "lease-expired": "workloads",
  "workload-crashed": "workloads",
  "workload-recovered": "workloads",
  "workload-problem": "workloads",
  "agent-lost": "workloads",
  "agent-gone": "workloads",
  "agent-back": "workloads",
  "node-empty": "workloads",
  "sunset-near": "lifecycle",
  "sunset-passed": "lifecycle",
  "lifecycle-held": "lifecycle",
};
const LOOK_UP_MS = 2_000;

export interface ChannelDeskParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly health: HealthLog;
  readonly outbox: Outbox;
  readonly vault: SecretVault;
  readonly guard: Guard;
  readonly deliver: Deliver;
  /** Address of the console, without a slash at the end. */
  readonly console: string;
  readonly newId: () => string;
  readonly onFault: (error: unknown) => void;
}

/** Keeps the secrets of channels, and tells them what happens once it follows an engine. */
export class ChannelDesk implements ChannelFace {
  readonly #parts: ChannelDeskParts;
  #notifier: Notifier | null = null;
  #state: () => Pick<MeshState, "channels"> = () => ({ channels: new Map() });
  readonly #stops: (() => void)[] = [];

  constructor(parts: ChannelDeskParts) {
    this.#parts = parts;
  }

  /** Begins to tell channels what this engine does, first what they were not told before it was started. */
  follow(engine: Pick<MeshEngine, "state" | "watch" | "changesAfter">): void {
    const { clock, console, deliver, health, newId, onFault, outbox, random, vault } = this.#parts;
    this.#state = () => engine.state();
    const notifier = new Notifier({
      clock,
      random,
      outbox,
      deliver,
      console,
      newId,
      onFault,
      state: () => engine.state(),
      changesAfter: (seq, limit) => engine.changesAfter(seq, limit),
      onNews: (channel, { kind, sentence }) => health.add(kind, channel, sentence),
      onFull: (channel, sentence) => health.add("limit-reached", channel, sentence),
    });
    this.#notifier = notifier;
    const stop = engine.watch((notice) => {
      if (notice.kind === "change") {
        if (notice.change.kind === "channel.set" || notice.change.kind === "channel.remove") vault.sweep(this.#refs());
        this.#sayUnheard(notice.change);
        notifier.lookSoon();
      } else if (notice.kind === "health") {
        const topic = TOLD_EVENTS[notice.event.kind];
        if (topic !== undefined) notifier.note(noteOf(notice.event, topic));
      }
    });
    this.#stops.push(stop, () => notifier.close());
  }

  /** Why nothing is ever sent there, as far as that can be known without asking a name server; null where it may be. */
  readonly whyNot = (address: ChannelAddress): string | null => {
    const { guard } = this.#parts;
    const read = "url" in address ? guard.readTarget(address.url) : guard.readHost(address.host, address.port);
    return read.ok ? null : read.error;
  };

  /** Asks the name server where a channel would send to. A name that nobody knows at the moment is not held against it. */
  async lookUp({ target }: Extract<ChannelCommand, { readonly kind: "channel.set" }>): Promise<Partial<DecideContext>> {
    const place = target.kind === "smtp" ? { host: target.host, port: target.port } : placeOf(target.url);
    if (place === null || this.whyNot(place) !== null) return {};
    const { promise, resolve } = Promise.withResolvers<null>();
    const stop = this.#parts.clock.after(LOOK_UP_MS, () => resolve(null));
    const checked = await Promise.race([this.#parts.guard.checkHost(place.host, place.port), promise]);
    stop();
    const isInside = checked !== null && !checked.ok && checked.error.includes("is not of the public internet");
    return isInside ? { whyNotTell: () => checked.error } : {};
  }

  /** Puts the secret of a decided change on disk; nothing refers to it yet. */
  keepSecret(
    command: Extract<ChannelCommand, { readonly kind: "channel.set" }>,
    context: DecideContext,
    after: MeshState,
  ): Result<null, Refusal> {
    const fresh = newSecret(command, context, after);
    if (fresh === null) return ok(null);
    try {
      this.#parts.vault.keep(fresh.ref, fresh.secret);
      return ok(null);
    } catch (error) {
      this.#parts.onFault(error);
      const detail = `The secret could not be written: ${error instanceof Error ? error.message : String(error)}.`;
      return refuse({ path: "", code: "engine.read-only", detail, fix: "Make room in the data folder, then send it again." });
    }
  }

  show({ enabled, minSeverity, name, rev, target, topics, updatedAt, updatedBy }: Channel): ChannelView {
    const { secretRef, ...place } = target;
    const standing = this.#notifier?.standing(name) ?? NOTHING_YET;
    const shown = { ...place, hasSecret: secretRef !== undefined } as ChannelTargetView;
    return { name, rev, target: shown, topics, minSeverity, enabled, updatedAt, updatedBy, standing };
  }

  async test(name: string, author: string): Promise<Result<ChannelTest, Refusal>> {
    const channel = this.#state().channels.get(name);
    if (channel === undefined || this.#notifier === null) return refuse(unknownChannel(this.#state(), name));
    const { clock } = this.#parts;
    const startedMs = clock.monotonicMs();
    const delivered = await this.#notifier.test(channel, author);
    const tookMs = Math.round(clock.monotonicMs() - startedMs);
    return ok({ delivered: delivered.ok, said: delivered.ok ? delivered.value.said : delivered.error.said, tookMs });
  }

  close(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }

  /** Says that an alert is told to others than its policy names, because none of these is there and on. */
  #sayUnheard({ events, kind }: Change): void {
    if (kind !== "alert.fire") return;
    const { channels } = this.#state();
    for (const event of events) {
      const named = event.kind === "alert-set" ? (event.value?.channels ?? []) : [];
      const [first] = named;
      if (event.kind !== "alert-set" || event.value === null || first === undefined) continue;
      if (named.some((name) => channels.get(name)?.enabled === true)) continue;
      const { policyName, summary } = event.value;
      const others = [...channels.values()].filter(({ enabled, topics }) => enabled && topics.includes("alerts")).map(({ name }) => name);
      const told = others.length === 0 ? "Nobody is told." : `Told instead, where grave enough: ${others.join(", ")}.`;
      const sentence = `${policyName} tells ${named.join(", ")}, of which none is on: ${summary} ${told}`;
      this.#parts.health.add("notification-failing", first, sentence);
    }
  }

  #refs(): ReadonlySet<string> {
    return new Set([...this.#state().channels.values()].flatMap(({ target: { secretRef } }) => secretRef ?? []));
  }
}

const NOTHING_YET: ChannelStanding = { deliveredAt: null, pending: 0, tries: 0, nextTryAt: null, lastError: null, failing: false };

function noteOf({ at, kind, sentence, service, subject }: HealthEvent, topic: Note["topic"]): Note {
  return { topic, kind, subject, sentence, at, path: service === undefined ? "/activity" : `/services/${service}` };
}

function placeOf(url: string | undefined): { readonly host: string; readonly port: number } | null {
  if (url === undefined || !URL.canParse(url)) return null;
  const { hostname, port, protocol } = new URL(url);
  return { host: hostname, port: port === "" ? (protocol === "http:" ? 80 : 443) : Number(port) };
}
