import type { IssuedCertificate } from "./use-identities.ts";

/** Why requests to an instance cannot be encrypted. */
export type PlainReason = "no-node" | "no-proxy" | "no-certificate" | "expired";

/** What has to be known of an instance. */
export interface PlainSubject {
  readonly id: string;
  readonly node?: string | undefined;
  /** null: no connected proxy serves its node. */
  readonly outbound: unknown;
}

/** Why an instance is reached in plain text; null where a proxy beside it holds a certificate for it that is valid now. */
export function plainReason(
  instance: PlainSubject,
  certificates: readonly Pick<IssuedCertificate, "instance" | "notAfter">[],
  nowMs: number,
): PlainReason | null {
  if (instance.outbound === null) return instance.node === undefined ? "no-node" : "no-proxy";
  const held = certificates.filter((certificate) => certificate.instance === instance.id);
  if (held.length === 0) return "no-certificate";
  return held.every(({ notAfter }) => Date.parse(notAfter) <= nowMs) ? "expired" : null;
}
