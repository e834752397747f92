/**
 * The engine's side of identities: signs for proxies, tells them what to trust, and walks a root change with them.
 *
 * Whom a certificate names is decided here: an instance must be in the registry, on the node of the proxy that asks; the ingress must be that proxy's own.
 * Root change (each step is a change in the log; the authority follows the log, also after a crash in between):
 *   trust-new → needs nothing.                      Both roots are trusted, the old one issues.
 *   issue-new → every proxy trusts the new root.    The new one issues; proxies ask anew because it stands first in the bundle.
 *   drop-old  → no certificate of the old is left.  Only the new one is trusted, the old key is deleted.
 * A proxy that is away counts as long as a certificate it holds has not expired: it serves, and would refuse its peers or be refused by them.
 */
import type { CertificateAuthority, IdentityStorage, IssuedRecord } from "../identity/index.ts";
import type { Command, EngineMessage, Instance, MeshState, Principal, ProxyMessage, Refusal, RootRotationStep } from "../model/index.ts";
import { type CancelTimer, type Clock, err, ok, type Result } from "../std/index.ts";
import { ROOT_ASPECT } from "./aspects.ts";
import { nextRootStep } from "./decide/root-rotation.ts";
import type { HealthLog } from "./health-log.ts";
import type { IdentitiesView, IssuedCertificateView, RootChangeView } from "./identity-views.ts";
import type { Hello } from "./proxies/known-proxy.ts";

export type IdentityMessage = Extract<ProxyMessage, { readonly kind: "csr" | "trust-ack" | "token-key-unknown" }>;
type RotateRoot = Extract<Command, { readonly kind: "identity.rotate-root" }>;
type Request = Extract<ProxyMessage, { readonly kind: "csr" }>;

export interface IdentityDeskParts {
  readonly authority: CertificateAuthority;
  readonly storage: IdentityStorage;
  readonly clock: Clock;
  readonly health: HealthLog;
  readonly onFault: (error: unknown) => void;
  readonly state: () => MeshState;
  /** The lease of this id. */
  readonly lease: (id: string) => Instance | undefined;
  /** Ids of the connected proxies. */
  readonly connected: () => readonly string[];
  readonly broadcast: (message: EngineMessage) => void;
  /** A proxy does not have the key of a token. */
  readonly onUnknownKey: (issuer: string) => void;
}

const OVERDUE_EVERY_MS = 5_000;
/** Proxies ask before half of the life has passed; from here on something is wrong. */
const OVERDUE_AT = 0.6;
const WAITING_MAX = 10;

/** How many root changes the log has seen, in the sense that it grows with each. */
export function bundleVersion(state: MeshState): number {
  return 1 + Number(state.lastTouched.get(ROOT_ASPECT)?.slice("chg-".length) ?? 0);
}

export class IdentityDesk {
  readonly #parts: IdentityDeskParts;
  readonly #issued = new Map<string, IssuedRecord>();
  /** Bundle versions that proxies acknowledged on their present connection. */
  readonly #acknowledged = new Map<string, number>();
  readonly #refused = new Map<string, string>();
  readonly #overdue = new Set<string>();
  readonly #cancel: CancelTimer;
  /** Static instances of the state they were last looked up in. */
  #statics: { readonly state: MeshState | null; readonly byId: ReadonlyMap<string, Instance> } = { state: null, byId: new Map() };

  constructor(parts: IdentityDeskParts) {
    this.#parts = parts;
    for (const record of parts.storage.issued()) this.#issued.set(keyOf(record), record);
    this.#cancel = parts.clock.every(OVERDUE_EVERY_MS, () => this.#look());
  }

  close(): void {
    this.#cancel();
  }

  /** A proxy said hello: it is told what to trust before anything that needs it. */
  welcome(proxyId: string, send: (message: EngineMessage) => void): void {
    this.#acknowledged.delete(proxyId);
    send({ kind: "trust", bundle: this.#parts.authority.bundle });
  }

  lost(proxyId: string): void {
    this.#acknowledged.delete(proxyId);
  }

  take(hello: Hello, message: IdentityMessage, send: (message: EngineMessage) => void): void {
    if (message.kind === "trust-ack") this.#acknowledged.set(hello.proxyId, message.version);
    else if (message.kind === "token-key-unknown") this.#parts.onUnknownKey(message.issuer);
    else send(this.#certify(hello, message));
  }

  /** Whether this step may be taken now; puts a new root on disk before the log speaks of it, unless it is only asked (`dryRun`). */
  admit({ step, fingerprint }: RotateRoot, dryRun: boolean): Result<null, Refusal> {
    const { authority, onFault } = this.#parts;
    const change = this.#rootChange();
    if (fingerprint !== change.fingerprint) {
      const detail = `${step} is about the root ${change.fingerprint}, not ${fingerprint}.`;
      return refuse("input.invalid", "fingerprint", detail, "Read GET /api/v1/identities again.");
    }
    if (change.waitingFor.length > 0) {
      const fix = "Wait until proxies have followed (seconds), or until what they hold has expired; interlock identities shows it.";
      return refuse("identity.not-settled", "step", change.waitingFor.join(" "), fix);
    }
    if (dryRun || step !== "trust-new") return ok(null);
    try {
      authority.keepSpare();
      return ok(null);
    } catch (error) {
      onFault(error);
      return refuse(
        "engine.read-only",
        "",
        "The new root could not be written to disk. Nothing was changed.",
        "Check the disk of the data folder.",
      );
    }
  }

  /** The log took a step: so does the authority, and every proxy is told. */
  follow(): void {
    const { authority, broadcast, state, onFault } = this.#parts;
    try {
      authority.follow(state().rootRotation, bundleVersion(state()));
    } catch (error) {
      // The step is in the log and in force; what could not be deleted from disk is deleted at the next start.
      onFault(error);
    }
    broadcast({ kind: "trust", bundle: authority.bundle });
  }

  view(): IdentitiesView {
    const { authority } = this.#parts;
    const { trustDomain, svidTtlMs: ttlMs } = authority;
    const roots = authority.roots().map(({ fingerprint, state, notBeforeMs, notAfterMs }) => {
      return { fingerprint, state, notBefore: iso(notBeforeMs), notAfter: iso(notAfterMs) };
    });
    const connected = new Set(this.#parts.connected());
    const certificates = this.#current().map((record) => this.#viewOf(record, connected));
    return { trustDomain, ttlMs, roots, rootChange: this.#rootChange(), certificates };
  }

  #certify(hello: Hello, { subject, csrPem }: Request): EngineMessage {
    const { authority } = this.#parts;
    const principal = this.#principalOf(hello, subject);
    if (!principal.ok) return this.#refuse(hello, subject, "identity.not-local", principal.error);
    const issued = authority.issue(csrPem, principal.value);
    if (!issued.ok) return this.#refuse(hello, subject, "identity.request-invalid", issued.error);
    const { chainPem, ...facts } = issued.value;
    this.#keep({ proxyId: hello.proxyId, subject, ...facts });
    return { kind: "certificate", subject, chainPem, notAfterMs: facts.notAfterMs };
  }

  #principalOf({ node, ingressPort }: Hello, subject: Request["subject"]): Result<Principal, string> {
    if (subject === "ingress") return ingressPort === null ? err("This proxy has no ingress.") : ok({ kind: "ingress" });
    const instance = this.#instance(subject);
    if (instance === undefined) return err(`The registry has no instance ${subject}.`);
    if (instance.node !== node) return err(`The registry has ${subject} on ${instance.node ?? "no node"}, not on ${node}.`);
    return ok({ kind: "instance", service: instance.service, version: instance.version });
  }

  #instance(id: string): Instance | undefined {
    const lease = this.#parts.lease(id);
    if (lease !== undefined) return lease;
    const state = this.#parts.state();
    if (this.#statics.state !== state) {
      const instances = [...state.services.values()].flatMap(({ staticInstances }) => [...staticInstances]);
      this.#statics = { state, byId: new Map(instances) };
    }
    return this.#statics.byId.get(id);
  }

  #refuse(hello: Hello, subject: Request["subject"], code: string, detail: string): EngineMessage {
    const key = `${hello.proxyId}\n${subject}`;
    if (this.#refused.get(key) !== code) {
      if (this.#refused.size > 1_000) this.#refused.clear();
      this.#refused.set(key, code);
      this.#parts.health.add(
        "certificate-refused",
        subject,
        `The proxy of node ${hello.node} gets no certificate for ${subject}: ${detail}`,
      );
    }
    return { kind: "certificate-refused", subject, code, detail };
  }

  #keep(record: IssuedRecord): void {
    this.#issued.set(keyOf(record), record);
    this.#refused.delete(keyOf(record));
    try {
      this.#parts.storage.putIssued(record);
    } catch (error) {
      // The list is then short of one after a restart; the certificate itself is good.
      this.#parts.onFault(error);
    }
  }

  /** Certificates that are still of use to anybody. */
  #current(): readonly IssuedRecord[] {
    const nowMs = this.#parts.clock.wallMs();
    return [...this.#issued.values()].filter(({ subject, notAfterMs }) => {
      return notAfterMs > nowMs && (subject === "ingress" || this.#instance(subject) !== undefined);
    });
  }

  #viewOf(record: IssuedRecord, connected: ReadonlySet<string>): IssuedCertificateView {
    const { id: identity, subject: instance, serial, fingerprint, rootFingerprint, proxyId: proxy, notBeforeMs, notAfterMs } = record;
    const times = { notBefore: iso(notBeforeMs), notAfter: iso(notAfterMs), overdue: this.#isOverdue(record) };
    return { identity, instance, serial, fingerprint, rootFingerprint, proxy, connected: connected.has(proxy), ...times };
  }

  #isOverdue({ notBeforeMs, notAfterMs }: IssuedRecord): boolean {
    const nowMs = this.#parts.clock.wallMs();
    // The life that proxies count from began at the issue, which is somewhat after `notBefore`.
    const lifeMs = Math.min(notAfterMs - notBeforeMs, this.#parts.authority.svidTtlMs);
    return nowMs > notAfterMs - lifeMs * (1 - OVERDUE_AT);
  }

  #rootChange(): RootChangeView {
    const { rootRotation } = this.#parts.state();
    const next = nextRootStep(rootRotation);
    const fingerprint = next === "trust-new" || rootRotation === null ? this.#parts.authority.spareFingerprint : rootRotation.fingerprint;
    return { step: rootRotation?.step ?? null, next, fingerprint, waitingFor: this.#waitingFor(next) };
  }

  #waitingFor(next: RootRotationStep): readonly string[] {
    if (next === "trust-new") return [];
    const { authority, connected } = this.#parts;
    const here = connected();
    const { version } = authority.bundle;
    const unaware = here.filter((proxyId) => this.#acknowledged.get(proxyId) !== version);
    const reasons = unaware.map((proxyId) => `${proxyId} has not acknowledged the roots in force yet.`);
    const held = Map.groupBy(this.#current(), ({ proxyId }) => proxyId);
    for (const [proxyId, records] of held) {
      const isHere = here.includes(proxyId);
      const waited = next === "issue-new" && !isHere ? records : records.filter((record) => this.#isOld(record, next));
      if (waited.length === 0) continue;
      const until = iso(Math.max(...waited.map(({ notAfterMs }) => notAfterMs)));
      const certificates = waited.length === 1 ? "1 certificate" : `${waited.length} certificates`;
      const why = next === "issue-new" ? "is away and may not know the new root" : `holds ${certificates} of the old root`;
      reasons.push(`${proxyId} ${why} (until ${until} at most).`);
    }
    return reasons.length <= WAITING_MAX ? reasons : [...reasons.slice(0, WAITING_MAX), `And ${reasons.length - WAITING_MAX} more.`];
  }

  #isOld({ rootFingerprint }: IssuedRecord, next: RootRotationStep): boolean {
    return next === "drop-old" && rootFingerprint !== this.#parts.authority.issuingFingerprint;
  }

  /** Forgets what expired, and says once which certificates were not renewed in time. */
  #look(): void {
    const { clock, health, storage, onFault } = this.#parts;
    const nowMs = clock.wallMs();
    for (const [key, record] of this.#issued) {
      if (record.notAfterMs > nowMs) continue;
      this.#issued.delete(key);
      this.#overdue.delete(record.serial);
      try {
        storage.dropIssued(record);
      } catch (error) {
        onFault(error);
      }
    }
    for (const record of this.#current()) {
      if (!this.#isOverdue(record) || this.#overdue.has(record.serial)) continue;
      this.#overdue.add(record.serial);
      const sentence = `The certificate of ${record.id} on ${record.proxyId} was not renewed at half of its life; it ends at ${iso(record.notAfterMs)}.`;
      health.add("certificate-overdue", record.subject, sentence);
    }
  }
}

function keyOf({ proxyId, subject }: IssuedRecord): string {
  return `${proxyId}\n${subject}`;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function refuse(
  code: "input.invalid" | "identity.not-settled" | "engine.read-only",
  path: string,
  detail: string,
  fix: string,
): Result<never, Refusal> {
  return err({ code, detail, problems: [{ path, code, detail, fix }] });
}
