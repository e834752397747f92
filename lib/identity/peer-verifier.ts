/**
 * Who is at the other end of a TLS connection: verification of X.509-SVIDs, beside and after what the TLS library checks by itself.
 * Source: https://github.com/spiffe/spiffe/blob/main/standards/X509-SVID.md, section 5.
 *
 * A peer is believed when its certificate is signed by a root of the bundle in force, is within its validity, is a leaf, and names exactly one URI and
 * nothing else; the URI must be an identity of this trust domain in its one spelling, and the expected one byte for byte where one is expected.
 * Invariants: anything that cannot be read is refused; what is remembered by fingerprint is only what can never change (signature and names),
 * validity is looked at each time; a change of the bundle forgets everything. Call it on resumed sessions too: TLS itself does not look again.
 */
import { createHash, X509Certificate } from "node:crypto";
import { type Principal, parseSpiffeId, type TrustBundle } from "../model/index.ts";
import { err, ok, type Result } from "../std/index.ts";
import { readSvid } from "./read-svid.ts";

/** A peer that proved who it is. */
export interface VerifiedPeer {
  readonly id: string;
  readonly principal: Principal;
  /** SHA-256 of the certificate, hex. */
  readonly fingerprint: string;
  readonly serial: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** SHA-256 of the root that signed it, hex. */
  readonly rootFingerprint: string;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
}

export interface PeerFailure {
  readonly reason: "no-certificate" | "not-an-svid" | "unknown-root" | "not-yet-valid" | "expired" | "foreign-id" | "other-identity";
  /** A sentence for people. */
  readonly detail: string;
}

/** Verifies peers against one bundle, which may be replaced. */
export interface PeerVerifier {
  /** `der`: the peer's leaf as it came; undefined when there was none. `expectedId`: the only identity that will do; absent: any of the mesh. */
  verify(der: Uint8Array | undefined, expectedId?: string): Result<VerifiedPeer, PeerFailure>;
  trust(bundle: TrustBundle): void;
}

/** How far the clocks of two nodes may be apart at either end of a validity. */
export const CLOCK_SKEW_MS = 10_000;
/** Certificates that are remembered as verified. */
const REMEMBERED_MAX = 4_096;

export function createPeerVerifier(options: {
  readonly bundle: TrustBundle;
  readonly wallMs: () => number;
  readonly skewMs?: number;
}): PeerVerifier {
  const { wallMs, skewMs = CLOCK_SKEW_MS } = options;
  const known = new Map<string, VerifiedPeer>();
  let trustDomain = options.bundle.trustDomain;
  let roots = rootsOf(options.bundle);

  function peerOf(der: Uint8Array): Result<VerifiedPeer, PeerFailure> {
    const fingerprint = fingerprintOf(der);
    const remembered = known.get(fingerprint);
    if (remembered !== undefined) return ok(remembered);
    const peer = readPeer(der, fingerprint, roots, trustDomain);
    if (!peer.ok) return peer;
    if (known.size >= REMEMBERED_MAX) known.clear();
    known.set(fingerprint, peer.value);
    return peer;
  }

  return {
    verify(der, expectedId) {
      if (der === undefined || der.length === 0) return failure("no-certificate", "The peer showed no certificate.");
      const peer = peerOf(der);
      if (!peer.ok) return peer;
      const { id, notBeforeMs, notAfterMs } = peer.value;
      const nowMs = wallMs();
      if (nowMs < notBeforeMs - skewMs) return failure("not-yet-valid", `The certificate of ${id} is not valid yet.`);
      if (nowMs > notAfterMs + skewMs) {
        return failure("expired", `The certificate of ${id} expired at ${new Date(notAfterMs).toISOString()}.`);
      }
      if (expectedId !== undefined && id !== expectedId) return failure("other-identity", `The peer is ${id}, not ${expectedId}.`);
      return peer;
    },
    trust(bundle) {
      trustDomain = bundle.trustDomain;
      roots = rootsOf(bundle);
      known.clear();
    },
  };
}

/** SHA-256 of a certificate, hex. */
export function fingerprintOf(der: Uint8Array): string {
  return createHash("sha256").update(der).digest("hex");
}

function rootsOf({ rootsPem }: TrustBundle): readonly X509Certificate[] {
  return rootsPem.map((pem) => new X509Certificate(pem));
}

function readPeer(
  der: Uint8Array,
  fingerprint: string,
  roots: readonly X509Certificate[],
  trustDomain: string,
): Result<VerifiedPeer, PeerFailure> {
  const fields = readSvid(der);
  if (!fields.ok) return failure("not-an-svid", `The peer's certificate is no identity: ${fields.error}.`);
  const { uri: id, serial, spki } = fields.value;
  const principal = parseSpiffeId(trustDomain, id);
  if (principal === null) return failure("foreign-id", `The peer's certificate names ${id}, which is no identity of ${trustDomain}.`);
  const certificate = parse(der);
  if (certificate === null) return failure("not-an-svid", "The peer's certificate cannot be read.");
  const root = roots.find((candidate) => isIssuedBy(certificate, candidate));
  if (root === undefined) return failure("unknown-root", `The certificate of ${id} is not signed by a root that is trusted.`);
  return ok({
    id,
    principal,
    fingerprint,
    serial,
    notBeforeMs: certificate.validFromDate.getTime(),
    notAfterMs: certificate.validToDate.getTime(),
    rootFingerprint: fingerprintOf(root.raw),
    spki,
  });
}

function parse(der: Uint8Array): X509Certificate | null {
  try {
    return new X509Certificate(der);
  } catch {
    return null;
  }
}

function isIssuedBy(certificate: X509Certificate, root: X509Certificate): boolean {
  try {
    return root.ca && certificate.checkIssued(root) && certificate.verify(root.publicKey);
  } catch {
    return false;
  }
}

function failure(reason: PeerFailure["reason"], detail: string): Result<never, PeerFailure> {
  return err({ reason, detail });
}
