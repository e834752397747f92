import type { InstanceId } from "../../model/index.ts";

/** For whom the proxy holds an identity: a local instance, or its own ingress. */
export type Subject = InstanceId | "ingress";

/** A key with the certificate for it, verified before it was taken. */
export interface HeldIdentity {
  readonly subject: Subject;
  /** SPIFFE id in the certificate. */
  readonly id: string;
  readonly keyPem: string;
  readonly chainPem: string;
  /** SHA-256 of the certificate, hex. */
  readonly fingerprint: string;
  readonly rootFingerprint: string;
  readonly notAfterMs: number;
  /** How long it was to live when it came, ms: what halves of its life are counted from. */
  readonly lifeMs: number;
}
