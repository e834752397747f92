import type { RootRotationStep } from "../model/index.ts";

/** A certificate that a proxy holds. */
export interface IssuedCertificateView {
  /** SPIFFE id. */
  readonly identity: string;
  /** Instance id, or `ingress`. */
  readonly instance: string;
  readonly serial: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly proxy: string;
  /** Whether that proxy is connected now. */
  readonly connected: boolean;
  /** SHA-256 of the certificate, hex. */
  readonly fingerprint: string;
  /** SHA-256 of the root that signed it, hex. */
  readonly rootFingerprint: string;
  /** It should have been renewed by now. */
  readonly overdue: boolean;
}

export interface RootChangeView {
  /** The last step taken; null: there was never a change. */
  readonly step: RootRotationStep | null;
  /** The step that comes next, and the root that it is about. */
  readonly next: RootRotationStep;
  readonly fingerprint: string;
  /** What the next step has to wait for, a sentence each; empty: it can be taken. */
  readonly waitingFor: readonly string[];
}

export interface IdentitiesView {
  readonly trustDomain: string;
  /** Validity of new certificates. */
  readonly ttlMs: number;
  readonly roots: readonly {
    readonly fingerprint: string;
    readonly state: "issuing" | "trusted";
    readonly notBefore: string;
    readonly notAfter: string;
  }[];
  readonly rootChange: RootChangeView;
  readonly certificates: readonly IssuedCertificateView[];
}
