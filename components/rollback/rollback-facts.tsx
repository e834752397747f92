"use client";

import { useQuery } from "@tanstack/react-query";
import { Check, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import type { LiveService } from "@/components/live/live-service.ts";
import { queries } from "@/components/shell/api.ts";
import { formatCount, formatRate, formatShare } from "@/components/ui/format.ts";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { Skeleton } from "@/components/ui/states.tsx";
import { Tag } from "@/components/ui/tag.tsx";
import type { Split } from "@/lib/client/index.ts";
import { countRequests, type Span, spansOf } from "./affected-requests.ts";
import { alsoOf, type RollbackAnswer } from "./rollback-answer.ts";
import { useWeightSince } from "./use-weight-since.ts";
import { losers } from "./weight-moves.ts";
import type { WeightSince } from "./weight-since.ts";

interface FactsProps {
  readonly service: string;
  readonly split: Split;
  readonly measured: LiveService;
  readonly answer: RollbackAnswer | null;
}

/** Since when, whom it touched, whether the target can carry it, what else would move. */
export function RollbackFacts({ service, split, measured, answer }: FactsProps) {
  const t = useTranslations("rollback");
  const leaving = answer ? losers(answer.from, answer.to, { entirely: false }) : [];
  if (answer && leaving.length === 0) return null;
  return (
    <dl className="grid grid-cols-[150px_minmax(0,1fr)] gap-x-3 gap-y-2">
      {answer ? (
        <Past split={split} leaving={leaving} />
      ) : (
        <Fact label={t("affected")}>
          <Pending />
        </Fact>
      )}
      {answer ? (
        Object.entries(answer.to).map(([version, weightBp]) => (
          <Fact key={version} label={t("carry", { version })}>
            <Carry service={service} version={version} share={weightBp / 10_000} measured={measured} />
          </Fact>
        ))
      ) : (
        <Fact label={t("carryAny")}>
          <Pending />
        </Fact>
      )}
      <Fact label={t("also")}>{answer ? t(alsoOf(answer)) : <Pending />}</Fact>
      {answer?.closure && (
        <Fact label={t("noReturn")}>
          {answer.closure.irreversible === undefined ? (
            t("noReturnNot")
          ) : (
            <span className="text-bad">{t("noReturnPassed", { sentence: answer.closure.irreversible })}</span>
          )}
        </Fact>
      )}
      {answer?.notes?.map((note) => (
        <Fact key={note} label={t("rules")}>
          {note}
        </Fact>
      ))}
      {answer?.exposure && (
        <Fact label={t("exposure")}>
          {t("exposureChange", {
            before: formatShare(answer.exposure.before.broken),
            after: formatShare(answer.exposure.after.broken),
            beforeUnproven: formatShare(answer.exposure.before.unproven),
            afterUnproven: formatShare(answer.exposure.after.unproven),
          })}
        </Fact>
      )}
    </dl>
  );
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-2">{label}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}

function Pending() {
  return <Skeleton className="my-[3px] h-3.5 w-48" />;
}

/** What the versions that lose weight have done since they have it. */
function Past({ split, leaving }: { readonly split: Split; readonly leaving: readonly string[] }) {
  const t = useTranslations("rollback");
  const since = useWeightSince(split, leaving);
  return (
    <>
      {leaving.map((version, index) => (
        <Fact key={version} label={t("since", { version })}>
          {since ? <Since since={since[index] ?? { kind: "unknown" }} /> : <Pending />}
        </Fact>
      ))}
      <Fact label={t("affected")}>
        {since ? <Affected service={split.service} spans={spansOf(leaving, since)} versions={leaving.join(", ")} /> : <Pending />}
      </Fact>
    </>
  );
}

function Since({ since }: { readonly since: WeightSince }) {
  const t = useTranslations("rollback");
  switch (since.kind) {
    case "since":
      return (
        <>
          <RelativeTime at={since.at} />
          <span className="text-ink-2">{t("sinceBy", { author: since.author })}</span>
        </>
      );
    case "longer":
      return (
        <>
          {t("sinceLonger")} <RelativeTime at={since.at} />
        </>
      );
    case "unknown":
      return t("sinceUnknown");
  }
}

interface AffectedProps {
  readonly service: string;
  readonly spans: readonly Span[] | null;
  readonly versions: string;
}

function Affected({ service, spans, versions }: AffectedProps) {
  const t = useTranslations("rollback");
  const { data } = useQuery({
    queryKey: ["affected-requests", service, spans],
    queryFn: ({ signal }) => countRequests(service, spans ?? [], signal),
    enabled: spans !== null,
    refetchInterval: 2000,
  });
  if (spans === null) return t("sinceUnknown");
  if (!data) return <Pending />;
  if (data.requests === 0) return t("affectedNone");
  return (
    <>
      {t("affectedCount", { requests: formatCount(data.requests), versions })}
      {", "}
      <b className={data.failed > 0 ? "font-semibold text-bad" : "font-semibold"}>{t("affectedFailed", { n: formatCount(data.failed) })}</b>
    </>
  );
}

function Carry({
  service,
  version,
  share,
  measured,
}: {
  readonly service: string;
  readonly version: string;
  readonly share: number;
  readonly measured: LiveService;
}) {
  const t = useTranslations("rollback");
  const { data } = useQuery(queries.service(service));
  const lane = measured.versions.find((each) => each.version === version);
  const needed = measured.versions.reduce((sum, each) => sum + each.rps, 0) * share;
  const capacity = data?.versions.find((each) => each.version === version)?.capacityRps;
  const ready = lane?.ready ?? 0;
  const isEnough = ready > 0 && (capacity === undefined || capacity >= needed);
  return (
    <>
      {t("carryReady", { ready, instances: lane?.instances ?? 0 })}
      {", "}
      {capacity === undefined
        ? t("carryUnknown", { needed: formatRate(needed) })
        : t("carryLimit", { capacity: formatRate(capacity), needed: formatRate(needed) })}{" "}
      {ready === 0 ? (
        <Tag tone="bad">
          <TriangleAlert aria-hidden className="size-3" /> {t("carryNobody")}
        </Tag>
      ) : capacity === undefined ? null : (
        <Tag tone={isEnough ? "ok" : "bad"}>
          {isEnough ? <Check aria-hidden className="size-3" /> : <TriangleAlert aria-hidden className="size-3" />}
          {isEnough ? t("carryEnough") : t("carryShort")}
        </Tag>
      )}
    </>
  );
}
