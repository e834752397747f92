import { INGRESS } from "@/components/live/topology-shape.ts";
import type { Instance } from "@/lib/client/index.ts";
import { type PlainReason, plainReason } from "./plain-reason.ts";
import type { IssuedCertificate } from "./use-identities.ts";

/** What one end of an edge lacks for mTLS. */
export interface PlainCause {
  readonly end: "caller" | "callee";
  /** `payments 2.3.0 127.0.0.1:9001`, or the ingress. */
  readonly subject: string;
  readonly reason: PlainReason;
  readonly node: string;
}

interface PlainEnds {
  readonly from: string;
  readonly callers: readonly Instance[];
  readonly callees: readonly Instance[];
  readonly certificates: readonly IssuedCertificate[];
  readonly nowMs: number;
}

/** Why requests of an edge are not encrypted, the callee's side first; empty where both ends hold what they need by now. */
export function plainCauses({ from, callers, callees, certificates, nowMs }: PlainEnds): readonly PlainCause[] {
  const causesOf = (end: PlainCause["end"], instances: readonly Instance[]) =>
    instances.flatMap((instance): PlainCause[] => {
      const reason = plainReason(instance, certificates, nowMs);
      const subject = `${instance.service} ${instance.version} ${instance.address}:${instance.port}`;
      return reason === null ? [] : [{ end, subject, reason, node: instance.node ?? "" }];
    });
  const own = { id: INGRESS, node: "", outbound: {} };
  const ingress = from === INGRESS ? plainReason(own, certificates, nowMs) : null;
  return [
    ...causesOf("callee", callees),
    ...(ingress === null ? causesOf("caller", callers) : [{ end: "caller" as const, subject: INGRESS, reason: ingress, node: "" }]),
  ];
}
