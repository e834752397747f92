"use client";

import { useTranslations } from "use-intl";
import { edgeLock } from "@/components/live/edge-lock.ts";
import type { ServiceEdge } from "@/components/live/service-edge.ts";
import { INGRESS } from "@/components/live/topology-shape.ts";
import { LockMark } from "@/components/security/lock-mark.tsx";
import { PlainReasons } from "@/components/security/plain-reasons.tsx";
import { useIdentities } from "@/components/security/use-identities.ts";
import { classNames } from "@/components/ui/class-names.ts";
import { formatShare } from "@/components/ui/format.ts";
import type { EdgeEnd, TopologyEdge } from "@/lib/client/index.ts";
import { compareVersions } from "@/lib/model/index.ts";
import { InspectorSection } from "./inspector-frame.tsx";

interface EdgeIdentitiesProps {
  readonly edge: ServiceEdge;
  readonly pairs: readonly TopologyEdge[];
}

/** Who the two ends prove to be, how much of the traffic is encrypted, and why the rest is not. */
export function EdgeIdentities({ edge, pairs }: EdgeIdentitiesProps) {
  const t = useTranslations("topology.inspector");
  const trustDomain = useIdentities().data?.trustDomain;
  const lock = edgeLock(edge.encrypted);
  const busy = pairs.filter(({ requests }) => requests > 0);
  const shown = busy.length > 0 ? busy : pairs;
  return (
    <InspectorSection
      title={t("identity")}
      aside={
        lock === null ? (
          t("noRequests")
        ) : (
          <span className={classNames("inline-flex items-center gap-1.5", lock === "closed" ? "text-ink-2" : "text-warn")}>
            <LockMark lock={lock} className="size-3" />
            {t(`lock.${lock}`, { share: formatShare(edge.encrypted ?? 0) })}
          </span>
        )
      }
    >
      <dl className="grid grid-cols-[52px_minmax(0,1fr)] gap-x-2 gap-y-1.5">
        <dt className="text-ink-3">{t("callerEnd")}</dt>
        <dd className="min-w-0">
          <Ids domain={trustDomain} ends={shown.map(({ from }) => from)} />
        </dd>
        <dt className="text-ink-3">{t("calleeEnd")}</dt>
        <dd className="min-w-0">
          <Ids domain={trustDomain} ends={shown.map(({ to }) => to)} />
        </dd>
      </dl>
      {lock !== null && lock !== "closed" && (
        <div className="mt-2.5 grid gap-1">
          <p className="text-warn">{t(lock === "open" ? "allPlain" : "somePlain")}</p>
          <PlainReasons from={edge.from} to={edge.to} />
        </div>
      )}
    </InspectorSection>
  );
}

/** SPIFFE ids of an end, one per version that takes part. */
function Ids({ domain, ends }: { readonly domain: string | undefined; readonly ends: readonly EdgeEnd[] }) {
  const unique = [...new Map(ends.map((end) => [`${end.service}@${end.version}`, end])).values()].toSorted((left, right) =>
    compareVersions(left.version ?? "0.0.0", right.version ?? "0.0.0"),
  );
  if (domain === undefined) return <span className="text-ink-3">–</span>;
  return (
    <ul className="grid gap-0.5">
      {unique.map((end) => (
        <li key={end.version ?? end.service} className="mono break-words text-[11px] text-ink-2">
          <span className="text-ink-3">spiffe://{domain}/</span>
          <wbr />
          {end.service === INGRESS ? (
            "ingress"
          ) : (
            <>
              service/
              <wbr />
              {end.service}/<wbr />
              version/{end.version}
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
