"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "use-intl";
import { useShallow } from "zustand/react/shallow";
import { edgeLock } from "@/components/live/edge-lock.ts";
import { useEdge } from "@/components/live/use-edge.ts";
import { useLive } from "@/components/live/use-live.ts";
import { useTopologyLoaded } from "@/components/live/use-mesh.ts";
import { queries } from "@/components/shell/api.ts";
import { Card } from "@/components/shell/page.tsx";
import { formatRate, formatShare } from "@/components/ui/format.ts";
import { Skeleton } from "@/components/ui/states.tsx";
import { LockMark } from "./lock-mark.tsx";
import { PlainReasons } from "./plain-reasons.tsx";

/** As many calls are listed with their reasons; the rest is counted. */
const SHOWN_MAX = 12;

/** Calls that go in plain text now, how much of each, and why. */
export function UnencryptedCard() {
  const t = useTranslations("security.plain");
  const isLoaded = useTopologyLoaded();
  const keys = useLive(
    useShallow((state) =>
      [...state.serviceEdges.values()]
        .filter(({ encrypted }) => encrypted !== null && edgeLock(encrypted) !== "closed")
        .map(({ key }) => key),
    ),
  );
  const busy = useLive((state) => [...state.serviceEdges.values()].filter(({ requests }) => requests > 0).length);
  return (
    <Card title={t("title")} aside={isLoaded && <span className="text-ink-3">{t("aside", { n: keys.length, total: busy })}</span>}>
      {!isLoaded ? (
        <Skeleton className="h-24" />
      ) : busy === 0 ? (
        <p className="text-ink-3">{t("idle")}</p>
      ) : keys.length === 0 ? (
        <p className="flex items-center gap-2 text-ink-2">
          <LockMark lock="closed" className="size-3.5 text-ok" />
          {t("none")}
        </p>
      ) : (
        <ul className="grid gap-3">
          {keys.slice(0, SHOWN_MAX).map((key) => (
            <PlainEdge key={key} edgeKey={key} />
          ))}
          {keys.length > SHOWN_MAX && <li className="text-ink-3">{t("more", { n: keys.length - SHOWN_MAX })}</li>}
        </ul>
      )}
      <PlainModes />
    </Card>
  );
}

/** How many services refuse plain text, and how many take it where mTLS is not to be had. */
function PlainModes() {
  const t = useTranslations("security.plain");
  const { data } = useQuery(queries.manifest());
  if (!data) return null;
  const all = Object.values(data.services);
  const strict = all.filter(({ trafficPolicy }) => trafficPolicy?.tls?.mode === "strict").length;
  return <p className="mt-3 border-t border-line pt-3 text-ink-3">{t("modes", { strict, permissive: all.length - strict })}</p>;
}

function PlainEdge({ edgeKey }: { readonly edgeKey: string }) {
  const t = useTranslations("security.plain");
  const edge = useEdge(edgeKey);
  if (!edge) return null;
  return (
    <li className="grid gap-0.5">
      <span className="flex items-baseline gap-2">
        <LockMark lock="open" className="size-3 self-center" />
        <Link href={`/topology?selected=${encodeURIComponent(edgeKey)}`} className="strong min-w-0 truncate hover:underline">
          {edge.from} → {edge.to}
        </Link>
        <span className="ml-auto whitespace-nowrap tabular-nums text-ink-2">
          {t("share", { share: formatShare(1 - (edge.encrypted ?? 0)), rate: formatRate(edge.rps) })}
        </span>
      </span>
      <div className="pl-5">
        <PlainReasons from={edge.from} to={edge.to} />
      </div>
    </li>
  );
}
