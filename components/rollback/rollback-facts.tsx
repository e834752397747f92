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
import { countRequests } from "./affected-requests.ts";
import type { useRollbackPreview } from "./use-rollback.ts";
import { losers } from "./weight-moves.ts";

type Answer = NonNullable<ReturnType<typeof useRollbackPreview>["data"]>;

interface FactsProps {
  readonly service: string;
  readonly split: Split;
  readonly measured: LiveService;
  readonly answer: Answer | null;
}

/** Since when, whom it touched, whether the target can carry it, what else would have to move. */
export function RollbackFacts({ service, split, measured, answer }: FactsProps) {
  const t = useTranslations("rollback");
  const leaving = answer ? losers(answer.from, answer.to, { entirely: false }) : [];
  const versions = leaving.join(", ");
  if (answer && leaving.length === 0) return null;
  return (
    <dl className="grid grid-cols-[150px_minmax(0,1fr)] gap-x-3 gap-y-2">
      <Fact label={t("since", { versions })}>
        {split.since ? (
          <>
            <RelativeTime at={split.since.at} />
            <span className="text-ink-2">{t("sinceBy", { ago: "", author: split.since.author })}</span>
          </>
        ) : (
          t("sinceNever")
        )}
      </Fact>
      <Fact label={t("affected")}>
        {answer && split.since ? <Affected service={service} leaving={leaving} since={split.since.at} /> : <Pending />}
      </Fact>
      {answer ? (
        Object.entries(answer.to).map(([version, weightBp]) => (
          <Fact key={version} label={t("carry", { version })}>
            <Carry service={service} version={version} share={weightBp / 10_000} measured={measured} />
          </Fact>
        ))
      ) : (
        <Fact label={t("carry", { version: "" })}>
          <Pending />
        </Fact>
      )}
      <Fact label={t("also")}>{answer ? t("alsoNothing") : <Pending />}</Fact>
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

function Affected({ service, leaving, since }: { readonly service: string; readonly leaving: readonly string[]; readonly since: string }) {
  const t = useTranslations("rollback");
  const { data } = useQuery({
    queryKey: ["affected-requests", service, leaving, since],
    queryFn: ({ signal }) => countRequests(service, leaving, Date.parse(since), signal),
    refetchInterval: 2000,
  });
  if (!data) return <Pending />;
  if (data.requests === 0) return t("affectedNone");
  return (
    <>
      {t.rich("affectedCount", { requests: formatCount(data.requests), versions: leaving.join(", ") })}
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
