/**
 * The authority of one mesh: its roots, sealed on disk (`ca.json`), and the certificates they sign.
 *
 * Invariants: a key is in memory or sealed, never elsewhere; the file is replaced whole and only its owner may read it; a root is on disk before the log
 * speaks of it, and is removed only after the log has dropped it, so a crash in between heals at the next start; a file that cannot be opened (wrong
 * KEK, damage, missing though certificates were issued) stops the start, and no new authority takes its place. Which root does what is decided by the log alone.
 */
import { generateKeyPairSync, type KeyObject, X509Certificate } from "node:crypto";
import { join } from "node:path";
import { type Principal, spiffeId, type TrustBundle } from "../model/index.ts";
import { type Clock, err, ok, type Result } from "../std/index.ts";
import { buildLeaf, buildRoot, commonName, type Issuer, keyIdOf } from "./build-certificate.ts";
import { readCertificateRequest } from "./certificate-request.ts";
import { toPem } from "./der-writer.ts";
import { type KekFailure, type KekSource, type OldKekSource, openKey, readKek, readOldKek, sealKey } from "./key-encryption.ts";
import { fingerprintOf } from "./peer-verifier.ts";
import { readSvid } from "./read-svid.ts";
import { type RootFileFailure, readRootFile, type StoredRoot, writeRootFile } from "./root-file.ts";
import { type RootRoles, type RootRotation, rolesOf } from "./roots.ts";

/** A root as people see it. */
export interface RootView {
  /** SHA-256 of the certificate, hex. */
  readonly fingerprint: string;
  readonly state: "issuing" | "trusted";
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** A certificate that was just signed. */
export interface IssuedSvid {
  readonly id: string;
  readonly chainPem: string;
  readonly serial: string;
  readonly fingerprint: string;
  readonly rootFingerprint: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** Why the authority cannot be opened; `detail` says what to do. */
export interface AuthorityFailure {
  readonly code:
    | KekFailure["code"]
    | RootFileFailure["code"]
    | "identity.kek-wrong"
    | "identity.ca-missing"
    | "identity.root-missing"
    | "identity.trust-domain-changed";
  readonly detail: string;
}

export interface CertificateAuthority {
  readonly trustDomain: string;
  readonly svidTtlMs: number;
  /** In force; `rootsPem[0]` is the root that issues. */
  readonly bundle: TrustBundle;
  /** Fingerprint of the root that a change would introduce. */
  readonly spareFingerprint: string;
  /** Keys were sealed with another key-encryption key when it was opened, and are sealed with the present one now. */
  readonly wasRekeyed: boolean;
  readonly issuingFingerprint: string;
  roots(): readonly RootView[];
  /** Signs for a principal of the mesh; the error is a sentence that says what is wrong with the request. */
  issue(csrPem: string, principal: Principal): Result<IssuedSvid, string>;
  /** Puts the spare root on disk; to be done before the log speaks of it. Throws when the disk does not take it. */
  keepSpare(): void;
  /** Takes the roles that the log gives, `version` counting its root changes upwards; dropped roots are removed from disk with their keys. */
  follow(rotation: RootRotation, version: number): void;
}

export interface AuthorityOptions {
  /** Holds `ca.json`, and `ca.kek` where no key-encryption key is given. */
  readonly dir: string;
  readonly kek: KekSource;
  /** The key-encryption key before: keys that are sealed with it are sealed anew with `kek`. */
  readonly oldKek?: OldKekSource | undefined;
  readonly trustDomain: string;
  /** Validity of issued certificates. */
  readonly svidTtlMs: number;
  readonly wallMs: Clock["wallMs"];
  /** Certificates were issued before, so there must be an authority on disk. */
  readonly mustExist: boolean;
  /** What the log says, as in `follow`. */
  readonly rotation: RootRotation;
  readonly bundleVersion: number;
}

interface Root extends StoredRoot {
  readonly issuer: Issuer;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** Ten years: a root is changed by an operator, not by time. */
const ROOT_VALID_MS = 3_652 * 86_400_000;
/** How far before its issue a certificate is valid, for nodes whose clocks run behind. */
const BACKDATED_MS = 30_000;

/** Opens the authority in a folder, or makes it where there has been none. */
export function openCertificateAuthority(options: AuthorityOptions): Result<CertificateAuthority, AuthorityFailure> {
  const { dir, trustDomain, rotation } = options;
  const path = join(dir, "ca.json");
  const file = readRootFile(path);
  if (!file.ok) return file;
  if (file.value === null && (options.mustExist || rotation !== null)) {
    const detail = `${path} is missing, though certificates were issued from it. Restore it from a backup, or move identity.sqlite away to begin with a new authority.`;
    return err({ code: "identity.ca-missing", detail });
  }
  const oldKek = readOldKek(options.oldKek);
  if (!oldKek.ok) return oldKek;
  // With the old key at hand a missing file of our own is a new key to be made.
  const kek = readKek(options.kek, join(dir, "ca.kek"), file.value !== null && oldKek.value === null);
  if (!kek.ok) return kek;
  if (file.value !== null && file.value.trustDomain !== trustDomain) {
    const detail = `${path} belongs to the trust domain ${file.value.trustDomain}; INTERLOCK_TRUST_DOMAIN says ${trustDomain}. Identities would change under running instances: set it back.`;
    return err({ code: "identity.trust-domain-changed", detail });
  }
  const opened = openRoots(file.value?.roots ?? [], kek.value, oldKek.value);
  if (opened === null) return err({ code: "identity.kek-wrong", detail: wrongKek(path, options.kek) });
  const { roots, wasRekeyed } = opened;
  const isNew = roots.length === 0;
  if (isNew) roots.push(createRoot(trustDomain, options.wallMs(), kek.value));
  const roles = rolesOf(roots, rotation);
  if (roles === null) {
    const detail = `The log speaks of the root ${rotation?.fingerprint.slice(0, 16)}, which ${path} does not have. Restore both from the same backup.`;
    return err({ code: "identity.root-missing", detail });
  }
  const authority = new Authority(options, path, kek.value, roles, wasRekeyed);
  if (isNew || wasRekeyed || roles.dropped.length > 0) authority.save();
  return ok(authority);
}

/** The roots with their keys opened, those under the old key sealed anew in memory; null where neither key opens one. */
function openRoots(
  all: readonly StoredRoot[],
  kek: Buffer,
  oldKek: Buffer | null,
): { readonly roots: Root[]; readonly wasRekeyed: boolean } | null {
  const roots: Root[] = [];
  let wasRekeyed = false;
  for (const stored of all) {
    const { certificatePem } = stored;
    const current = openKey(stored.key, kek, certificatePem);
    const privateKey = current ?? (oldKek === null ? null : openKey(stored.key, oldKek, certificatePem));
    if (privateKey === null) return null;
    wasRekeyed ||= current === null;
    roots.push(rootOf(current === null ? { ...stored, key: sealKey(privateKey, kek, certificatePem) } : stored, privateKey));
  }
  return { roots, wasRekeyed };
}

class Authority implements CertificateAuthority {
  readonly #options: AuthorityOptions;
  readonly #path: string;
  readonly #kek: Buffer;
  #roles: RootRoles<Root>;
  /** In memory until a root change begins, on disk from then on. */
  #spare: Root;
  #isSpareKept: boolean;
  readonly wasRekeyed: boolean;
  bundle: TrustBundle;

  constructor(options: AuthorityOptions, path: string, kek: Buffer, roles: RootRoles<Root>, wasRekeyed: boolean) {
    this.wasRekeyed = wasRekeyed;
    this.#options = options;
    this.#path = path;
    this.#kek = kek;
    this.#roles = roles;
    this.#isSpareKept = roles.prepared !== null;
    this.#spare = roles.prepared ?? this.#createRoot();
    this.bundle = this.#bundle(options.bundleVersion);
  }

  get trustDomain(): string {
    return this.#options.trustDomain;
  }

  get svidTtlMs(): number {
    return this.#options.svidTtlMs;
  }

  get spareFingerprint(): string {
    return this.#spare.fingerprint;
  }

  get issuingFingerprint(): string {
    return this.#roles.issuing.fingerprint;
  }

  roots(): readonly RootView[] {
    const { issuing, trusted } = this.#roles;
    return trusted.map((root) => {
      const { fingerprint, notBeforeMs, notAfterMs } = root;
      return { fingerprint, state: root === issuing ? "issuing" : "trusted", notBeforeMs, notAfterMs };
    });
  }

  issue(csrPem: string, principal: Principal): Result<IssuedSvid, string> {
    const { trustDomain, svidTtlMs, wallMs } = this.#options;
    const id = spiffeId(trustDomain, principal);
    const spki = readCertificateRequest(csrPem, id);
    if (!spki.ok) return spki;
    const { issuer, fingerprint: rootFingerprint, notAfterMs: rootEndMs } = this.#roles.issuing;
    // Certificates count in whole seconds.
    const nowMs = Math.floor(wallMs() / 1_000) * 1_000;
    const notBeforeMs = nowMs - BACKDATED_MS;
    const notAfterMs = Math.min(nowMs + svidTtlMs, rootEndMs);
    const der = buildLeaf({ spki: spki.value, uri: id, notBeforeMs, notAfterMs }, issuer);
    // Whatever this writes has to be what the other end reads.
    const fields = readSvid(der);
    if (!fields.ok || fields.value.uri !== id) return err("The certificate could not be made.");
    const fingerprint = fingerprintOf(der);
    return ok({
      id,
      chainPem: toPem("CERTIFICATE", der),
      serial: fields.value.serial,
      fingerprint,
      rootFingerprint,
      notBeforeMs,
      notAfterMs,
    });
  }

  keepSpare(): void {
    if (this.#isSpareKept) return;
    this.#write([...this.#oldestFirst(), this.#spare]);
    this.#isSpareKept = true;
  }

  follow(rotation: RootRotation, version: number): void {
    const known = this.#isSpareKept ? [...this.#oldestFirst(), this.#spare] : this.#oldestFirst();
    const roles = rolesOf(known, rotation);
    // The log can only name a root that was kept before; anything else is for the next start to refuse.
    if (roles === null) return;
    this.#roles = roles;
    this.#isSpareKept = roles.prepared !== null;
    if (roles.trusted.includes(this.#spare)) this.#spare = roles.prepared ?? this.#createRoot();
    this.bundle = this.#bundle(version);
    if (roles.dropped.length > 0) this.save();
  }

  /** Writes the roots in use and a kept spare; dropped ones go. */
  save(): void {
    this.#write(this.#isSpareKept ? [...this.#oldestFirst(), this.#spare] : this.#oldestFirst());
  }

  #write(roots: readonly Root[]): void {
    writeRootFile(this.#path, { trustDomain: this.#options.trustDomain, roots });
  }

  #oldestFirst(): readonly Root[] {
    const { trusted } = this.#roles;
    return [...trusted].sort((left, right) => left.place - right.place);
  }

  #createRoot(): Root {
    const { trustDomain, wallMs } = this.#options;
    const newest = Math.max(...this.#roles.trusted.map(({ place }) => place));
    return createRoot(trustDomain, wallMs(), this.#kek, newest + 1);
  }

  #bundle(version: number): TrustBundle {
    return { trustDomain: this.#options.trustDomain, rootsPem: this.#roles.trusted.map(({ certificatePem }) => certificatePem), version };
  }
}

function createRoot(trustDomain: string, wallMs: number, kek: Uint8Array, place = 0): Root {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const spki = publicKey.export({ format: "der", type: "spki" });
  // Its own name for each root, so that two roots of one mesh are never mistaken for each other.
  const name = commonName(`Interlock root ${keyIdOf(spki).toString("hex").slice(0, 8)}`);
  const nowMs = Math.floor(wallMs / 1_000) * 1_000;
  const validity = { notBeforeMs: nowMs - BACKDATED_MS, notAfterMs: nowMs + ROOT_VALID_MS };
  const der = buildRoot({ name, spki, privateKey, uri: `spiffe://${trustDomain}`, ...validity });
  const certificatePem = toPem("CERTIFICATE", der);
  const stored = { place, fingerprint: fingerprintOf(der), certificatePem, key: sealKey(privateKey, kek, certificatePem) };
  return rootOf(stored, privateKey);
}

function rootOf(stored: StoredRoot, privateKey: KeyObject): Root {
  const certificate = new X509Certificate(stored.certificatePem);
  const spki = certificate.publicKey.export({ format: "der", type: "spki" });
  return {
    ...stored,
    issuer: { name: subjectOf(certificate.subject), keyId: keyIdOf(spki), privateKey },
    notBeforeMs: certificate.validFromDate.getTime(),
    notAfterMs: certificate.validToDate.getTime(),
  };
}

/** Our roots have a common name and nothing else, so the text is enough to write it again. */
function subjectOf(subject: string): Buffer {
  return commonName(subject.replace(/^CN=/, ""));
}

function wrongKek(path: string, { kind }: KekSource): string {
  const where = { given: "INTERLOCK_KEK", file: "the file that INTERLOCK_KEK_FILE names", own: "ca.kek beside it" }[kind];
  return `The keys in ${path} cannot be opened with the key in ${where}: it is another one, or the file was changed. Nothing was replaced; give the key that it was sealed with.`;
}
