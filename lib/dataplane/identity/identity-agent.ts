/**
 * The identities that this proxy holds for its local instances and its ingress: asks for them, keeps them, renews them.
 *
 * A certificate is renewed when between 40 % and 50 % of its life has passed (at random, so that a mesh does not ask all at once), with a new key each
 * time, and at once when another root issues. Half of its life is left for an engine that is away; when 55 % has passed an alert says so.
 * Invariants: keys are made here and go nowhere but to the folder; a certificate is taken only when it is for our key, verifies against the
 * bundle, and names whom we asked for; the old one serves until the new one is in force; life is counted on the monotonic clock, so a wall clock
 * that jumps within it makes nobody ask; what is held is on disk, so a restart without the engine has it.
 */
import { X509Certificate } from "node:crypto";
import { type CertificateRequest, createCertificateRequest, createPeerVerifier, type PeerVerifier } from "../../identity/index.ts";
import { type EngineMessage, type Principal, type ProxyMessage, spiffeId, type TrustBundle } from "../../model/index.ts";
import { type CancelTimer, type Clock, canonicalJson, type Random, randomBelow } from "../../std/index.ts";
import type { HeldIdentity, Subject } from "./held-identity.ts";
import { IdentityFolder } from "./identity-folder.ts";

export interface IdentityAgentOptions {
  /** Holds keys and certificates; made when it is missing. */
  readonly folder: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: (line: string) => void;
  /** A certificate is past half of its life and was not renewed; the sentence is for people. */
  readonly onAlert?: (sentence: string, subject: Subject, notAfterMs: number) => void;
}

type Certificate = Extract<EngineMessage, { readonly kind: "certificate" }>;
type Refusal = Extract<EngineMessage, { readonly kind: "certificate-refused" }>;

interface Entry {
  readonly subject: Subject;
  readonly principal: Principal;
  held: HeldIdentity | null;
  /** Asked for and not answered. The same request is sent again, so that a late answer fits. */
  pending: CertificateRequest | null;
  /** In a row without a certificate. */
  attempts: number;
  lastRefusal: string;
  cancelAsk: CancelTimer;
  cancelAlert: CancelTimer;
}

const RENEW_AT = 0.4;
const RENEW_SPREAD = 0.1;
const ALERT_AT = 0.55;
const RETRY_MS_MIN = 1_000;
const RETRY_MS_MAX = 30_000;
/** Over how long requests are spread when another root begins to issue. */
const NEW_ROOT_SPREAD_MS = 2_000;
const NOTHING = () => {};

export class IdentityAgent {
  readonly #options: IdentityAgentOptions;
  readonly #folder: IdentityFolder;
  readonly #entries = new Map<Subject, Entry>();
  readonly #watchers = new Set<(subject: Subject | null) => void>();
  /** From disk, for subjects that nobody has asked for yet. */
  readonly #found = new Map<Subject, HeldIdentity>();
  #send: ((message: ProxyMessage) => void) | null = null;
  #bundle: TrustBundle | null = null;
  #verifier: PeerVerifier | null = null;

  private constructor(options: IdentityAgentOptions) {
    this.#options = options;
    this.#folder = new IdentityFolder(options.folder, options.log);
  }

  /** An agent with what the folder holds. */
  static async open(options: IdentityAgentOptions): Promise<IdentityAgent> {
    const agent = new IdentityAgent(options);
    const { bundle, held } = await agent.#folder.load();
    if (bundle !== null) agent.#trust(bundle);
    for (const identity of held) agent.#found.set(identity.subject, identity);
    return agent;
  }

  /** What peers are verified with; null before the first bundle. */
  get bundle(): TrustBundle | null {
    return this.#bundle;
  }

  /** Null before the first bundle: then nobody can be verified. */
  get verifier(): PeerVerifier | null {
    return this.#verifier;
  }

  /** The identity in force; null while there is none, or when it has expired. */
  held(subject: Subject): HeldIdentity | null {
    const entry = this.#entries.get(subject);
    const held = entry?.held ?? null;
    if (entry === undefined || held === null || held.notAfterMs > this.#options.clock.wallMs()) return held;
    // Nobody would believe it, so waiting for half of its life makes no sense.
    if (entry.pending === null) this.#ask(entry);
    return null;
  }

  /** The complete list of those that need an identity, with whom the registry says they are. Those not in it lose theirs. */
  want(subjects: ReadonlyMap<Subject, Principal>): void {
    for (const [subject, entry] of this.#entries) {
      const principal = subjects.get(subject);
      if (principal === undefined || !isSame(principal, entry.principal)) this.#forget(entry);
    }
    for (const [subject, principal] of subjects) if (!this.#entries.has(subject)) this.#begin(subject, principal);
    for (const subject of this.#found.keys()) this.#folder.drop(subject);
    this.#found.clear();
  }

  /** The link to the engine stands; `send` goes to it. */
  connected(send: (message: ProxyMessage) => void): void {
    this.#send = send;
  }

  disconnected(): void {
    this.#send = null;
  }

  /** A message of the engine; those that concern no identity are let be. */
  take(message: EngineMessage): void {
    if (message.kind === "trust") this.#takeTrust(message.bundle);
    else if (message.kind === "certificate") this.#takeCertificate(message);
    else if (message.kind === "certificate-refused") this.#takeRefusal(message);
  }

  /** `watcher` is told whose identity changed; null: what is trusted changed, for all. */
  watch(watcher: (subject: Subject | null) => void): CancelTimer {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Stops asking; resolves once what is held is on disk. */
  close(): Promise<void> {
    for (const entry of this.#entries.values()) cancelTimers(entry);
    this.#send = null;
    return this.#folder.flush();
  }

  #begin(subject: Subject, principal: Principal): void {
    const timers = { cancelAsk: NOTHING, cancelAlert: NOTHING };
    const entry: Entry = { subject, principal, held: null, pending: null, attempts: 0, lastRefusal: "", ...timers };
    this.#entries.set(subject, entry);
    const found = this.#found.get(subject);
    this.#found.delete(subject);
    if (found !== undefined && this.#isUsable(entry, found)) return this.#hold(entry, found);
    this.#ask(entry);
  }

  #forget(entry: Entry): void {
    cancelTimers(entry);
    this.#entries.delete(entry.subject);
    this.#folder.drop(entry.subject);
    this.#tell(entry.subject);
  }

  #isUsable({ principal }: Entry, { chainPem, keyPem }: HeldIdentity): boolean {
    const certificate = parse(chainPem);
    if (certificate === null || this.#bundle === null || this.#verifier === null) return false;
    const id = spiffeId(this.#bundle.trustDomain, principal);
    return (
      this.#verifier.verify(certificate.raw, id).ok && certificate.validToDate.getTime() > this.#options.clock.wallMs() && keyPem !== ""
    );
  }

  #takeTrust(bundle: TrustBundle): void {
    // An engine that came back says again what holds: nobody's connections may suffer from that.
    const isNew = this.#bundle === null || !isSameBundle(bundle, this.#bundle);
    if (isNew && !this.#trust(bundle)) return;
    if (isNew) this.#folder.saveBundle(bundle);
    this.#send?.({ kind: "trust-ack", version: bundle.version });
    const issuing = fingerprintOfPem(bundle.rootsPem[0]);
    for (const entry of this.#entries.values()) {
      const { held } = entry;
      if (held === null || !this.#isUsable(entry, held)) {
        entry.held = null;
        this.#askIn(entry, 0);
      } else if (held.rootFingerprint !== issuing) {
        this.#askIn(entry, randomBelow(this.#options.random, Math.min(NEW_ROOT_SPREAD_MS, Math.ceil(held.lifeMs / 10))));
      } else if (entry.pending !== null) {
        // It was due while the engine was away.
        this.#askIn(entry, 0);
      }
    }
    if (isNew) this.#tell(null);
  }

  /** False where the bundle cannot be read: then the old one stays in force. */
  #trust(bundle: TrustBundle): boolean {
    try {
      if (this.#verifier === null) this.#verifier = createPeerVerifier({ bundle, wallMs: () => this.#options.clock.wallMs() });
      else this.#verifier.trust(bundle);
    } catch (error) {
      this.#options.log(`a trust bundle is refused: ${String(error)}`);
      return false;
    }
    this.#bundle = bundle;
    return true;
  }

  #askIn(entry: Entry, delayMs: number): void {
    entry.cancelAsk();
    if (delayMs === 0) return this.#ask(entry);
    entry.cancelAsk = this.#options.clock.after(delayMs, () => this.#ask(entry));
  }

  /** Asks, and again until there is an answer. Without the engine the request waits for the next bundle, which it sends first of all. */
  #ask(entry: Entry): void {
    entry.cancelAsk();
    const { clock, random } = this.#options;
    const maxMs = entry.held === null ? RETRY_MS_MAX : Math.max(RETRY_MS_MIN, Math.min(RETRY_MS_MAX, entry.held.lifeMs / 20));
    const backOffMs = Math.min(maxMs, RETRY_MS_MIN * 2 ** Math.min(entry.attempts, 5));
    entry.attempts++;
    entry.cancelAsk = clock.after(backOffMs + randomBelow(random, 500), () => this.#ask(entry));
    if (this.#bundle === null) return;
    entry.pending ??= createCertificateRequest(spiffeId(this.#bundle.trustDomain, entry.principal));
    this.#send?.({ kind: "csr", subject: entry.subject, csrPem: entry.pending.csrPem });
  }

  #takeCertificate({ subject, chainPem }: Certificate): void {
    const entry = this.#entries.get(subject);
    const pending = entry?.pending ?? null;
    if (entry === undefined || pending === null || this.#bundle === null || this.#verifier === null) return;
    const certificate = parse(chainPem);
    const verified = this.#verifier.verify(certificate?.raw, spiffeId(this.#bundle.trustDomain, entry.principal));
    if (certificate === null || !verified.ok || !certificate.checkPrivateKey(pending.privateKey)) {
      const why = verified.ok ? "it is for another key" : verified.error.detail;
      return this.#options.log(`a certificate for ${subject} is not taken: ${why}`);
    }
    const { id, fingerprint, rootFingerprint, notBeforeMs, notAfterMs } = verified.value;
    const lifeMs = Math.max(1, Math.min(notAfterMs - this.#options.clock.wallMs(), notAfterMs - notBeforeMs));
    const keyPem = String(pending.privateKey.export({ format: "pem", type: "pkcs8" }));
    const held = { subject, id, keyPem, chainPem, fingerprint, rootFingerprint, notAfterMs, lifeMs };
    this.#hold(entry, held);
    this.#folder.save(held);
  }

  #hold(entry: Entry, held: HeldIdentity): void {
    const { clock, random } = this.#options;
    cancelTimers(entry);
    Object.assign(entry, { held, pending: null, attempts: 0, lastRefusal: "" });
    const usedMs = held.lifeMs - Math.min(held.lifeMs, held.notAfterMs - clock.wallMs());
    const share = RENEW_AT + (RENEW_SPREAD * randomBelow(random, 1_000)) / 1_000;
    entry.cancelAsk = clock.after(Math.max(1, held.lifeMs * share - usedMs), () => this.#ask(entry));
    entry.cancelAlert = clock.after(Math.max(1, held.lifeMs * ALERT_AT - usedMs), () => this.#alert(held));
    this.#tell(entry.subject);
  }

  #alert({ subject, id, notAfterMs }: HeldIdentity): void {
    const sentence = `The certificate of ${id} (${subject}) is past half of its life and was not renewed; it ends at ${new Date(notAfterMs).toISOString()}.`;
    this.#options.log(sentence);
    this.#options.onAlert?.(sentence, subject, notAfterMs);
  }

  #takeRefusal({ subject, code, detail }: Refusal): void {
    const entry = this.#entries.get(subject);
    if (entry === undefined) return;
    // Said once per reason: it is asked again and again until the registry knows better.
    if (entry.lastRefusal !== code) this.#options.log(`no certificate for ${subject} (${code}): ${detail}`);
    entry.lastRefusal = code;
  }

  #tell(subject: Subject | null): void {
    for (const watcher of [...this.#watchers]) watcher(subject);
  }
}

function cancelTimers(entry: Entry): void {
  entry.cancelAsk();
  entry.cancelAlert();
}

function isSameBundle(left: TrustBundle, right: TrustBundle): boolean {
  return (
    canonicalJson([left.trustDomain, left.version, ...left.rootsPem]) ===
    canonicalJson([right.trustDomain, right.version, ...right.rootsPem])
  );
}

function isSame(left: Principal, right: Principal): boolean {
  if (left.kind === "ingress" || right.kind === "ingress") return left.kind === right.kind;
  return left.service === right.service && left.version === right.version;
}

function parse(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem);
  } catch {
    return null;
  }
}

function fingerprintOfPem(pem: string | undefined): string {
  const certificate = pem === undefined ? null : parse(pem);
  return certificate === null ? "" : certificate.fingerprint256.replaceAll(":", "").toLowerCase();
}
