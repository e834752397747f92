import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Alert, type Change, type Channel, EMPTY_MESH_STATE, type MeshEvent, type MeshState } from "../model/index.ts";
import { createXorshift, err, invariant, ok, type Result } from "../std/index.ts";
import { createFakeClock, type FakeClock } from "../testing/index.ts";
import type { ChannelNews } from "./channel-worker.ts";
import type { Delivered, NotTaken } from "./delivered.ts";
import type { Notification } from "./notification.ts";
import { Notifier } from "./notifier.ts";
import { type Outbox, openOutbox } from "./outbox.ts";

/** A notifier over a real store, a log of plain changes, and receivers that answer as a test says. */
export class NotifyBench {
  readonly dir = mkdtempSync(join(tmpdir(), "interlock-notify-"));
  readonly clock: FakeClock = createFakeClock();
  readonly log: Change[] = [];
  state: MeshState = EMPTY_MESH_STATE;
  /** What each channel was sent, those tries included that failed. */
  readonly sent: { readonly channel: string; readonly notification: Notification; readonly left: readonly string[] | null }[] = [];
  readonly news: (ChannelNews & { readonly channel: string })[] = [];
  readonly full: string[] = [];
  readonly faults: unknown[] = [];
  /** How a receiver answers; `never`: not at all. */
  readonly answers = new Map<string, Result<string, string | NotTaken> | "never">();
  outbox: Outbox;
  notifier: Notifier;
  #ids = 0;
  /** What a notifier does after its crash is of no account. */
  #life = 0;

  constructor() {
    ({ outbox: this.outbox, notifier: this.notifier } = this.#open());
  }

  /** As after a `kill -9`: nothing is said goodbye to, and all is opened anew. */
  crash(): void {
    this.#life += 1;
    this.outbox.close();
    ({ outbox: this.outbox, notifier: this.notifier } = this.#open());
  }

  remove(): void {
    this.notifier.close();
    this.outbox.close();
    rmSync(this.dir, { recursive: true, force: true });
  }

  /** Appends a change, which the notifier hears of. */
  append(change: Partial<Change> & { readonly events?: readonly MeshEvent[] }): string {
    const seq = this.state.seq + 1;
    const id = `chg-${seq}` as Change["id"];
    const base = { kind: "split.set", subject: "web", before: null, after: null, undoable: true, services: [], events: [] } as const;
    const at = new Date(this.clock.wallMs()).toISOString();
    this.log.push({ ...base, author: "anna", via: "cli", reason: "", ...change, id, seq, at });
    this.state = { ...this.state, seq };
    this.notifier.lookSoon();
    return id;
  }

  /** A channel, as a change sets it. */
  setChannel(name: string, more: Partial<Channel> = {}): void {
    const channels = new Map(this.state.channels).set(name, {
      name,
      rev: this.state.seq + 1,
      target: { kind: "webhook", url: `https://${name}.example.com/` },
      topics: ["releases", "alerts", "plans", "lifecycle", "approvals", "workloads"],
      minSeverity: "info",
      enabled: true,
      updatedAt: "",
      updatedBy: "anna",
      ...more,
    });
    this.state = { ...this.state, channels };
    this.append({ kind: "channel.set", subject: name });
  }

  /** A change that is a transition of a version's life. */
  lifecycle(subject: string): string {
    const [service = "", version = ""] = subject.split("@");
    const value = { service, version, stage: "stable", since: "", by: "anna", cause: "operator" };
    return this.append({ kind: "lifecycle.set", subject, events: [{ kind: "lifecycle-set", id: subject, value } as unknown as MeshEvent] });
  }

  /** Fires or ends an alert. */
  alert(id: string, state: Alert["state"] = "firing", more: Partial<Alert> = {}): string {
    const at = new Date(this.clock.wallMs()).toISOString();
    const value: Alert = {
      ...{
        id,
        policy: "errors",
        policyName: "Errors",
        service: null,
        since: at,
        channels: [],
        subject: id,
        severity: "critical",
        summary: `${id} fails.`,
        value: 0.2,
        bound: 0.1,
      },
      ...{ state, firedAt: at, resolvedAt: null, acknowledged: null, silencedUntil: null },
      ...more,
    } as Alert;
    this.state = { ...this.state, alerts: new Map(this.state.alerts).set(id, value) };
    const kind = state === "firing" ? "alert.fire" : "alert.resolve";
    return this.append({ kind, subject: value.subject, author: "interlock", events: [{ kind: "alert-set", id, value }] });
  }

  /** Time passes in small steps, and with each what is under way comes to its end. */
  async pass(ms: number): Promise<void> {
    const step = Math.max(1, ms / 40);
    for (let passed = 0; passed < ms; passed += step) {
      this.clock.advance(step);
      await settle();
    }
  }

  ids(channel: string): readonly string[] {
    return this.sent.filter((sent) => sent.channel === channel).map(({ notification }) => notification.id);
  }

  #open(): { readonly outbox: Outbox; readonly notifier: Notifier } {
    const opened = openOutbox(this.dir, () => {});
    invariant(opened.ok, "the outbox opens");
    const life = this.#life;
    const notifier = new Notifier({
      clock: this.clock,
      random: createXorshift(3),
      outbox: opened.value,
      deliver: async (target, notification, signal, left = null): Promise<Delivered> => {
        const channel = target.kind === "webhook" ? (new URL(target.url).hostname.split(".")[0] ?? "") : target.kind;
        if (life === this.#life) this.sent.push({ channel, notification, left });
        const answer = this.answers.get(channel) ?? ok("It answered 200.");
        if (answer !== "never") {
          if (answer.ok) return ok({ said: answer.value });
          return err(typeof answer.error === "string" ? { said: answer.error } : answer.error);
        }
        const { promise, resolve } = Promise.withResolvers<Delivered>();
        signal.addEventListener("abort", () => resolve(err({ said: "It was ended." })));
        return promise;
      },
      state: () => this.state,
      changesAfter: (seq, limit) => this.log.filter((change) => change.seq > seq).slice(0, limit),
      console: "http://127.0.0.1:3000",
      newId: () => String(++this.#ids),
      onNews: (channel, news) => this.news.push({ channel, ...news }),
      onFull: (_, sentence) => this.full.push(sentence),
      onFault: (error) => {
        if (life === this.#life) this.faults.push(error);
      },
    });
    return { outbox: opened.value, notifier };
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}
