"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "use-intl";
import { useLive } from "@/components/live/use-live.ts";
import { api } from "@/components/shell/api.ts";
import { Card } from "@/components/shell/page.tsx";
import { formatRate } from "@/components/ui/format.ts";
import { Skeleton } from "@/components/ui/states.tsx";
import { Table, Td, Th } from "@/components/ui/table.tsx";
import { edgeKey, queryKeys, type Unknown } from "@/lib/client/index.ts";
import { matrixLink } from "./matrix-link.ts";

const SHOWN_MAX = 6;
/** Rates and minutes move with the traffic, the ranking hardly. */
const AGAIN_MS = 10_000;

/** Unknown pairs of the whole mesh, those first that are most worth knowing: what a test would settle, what is at stake, and how to find out. */
export function UnknownsCard() {
  const t = useTranslations("compatibility.unknowns");
  const newestChange = useLive((state) => state.changes[0]?.seq ?? 0);
  const { data } = useQuery({
    queryKey: [...queryKeys.compatibility(), "unknowns", newestChange],
    queryFn: ({ signal }) => api.call("GET /api/v1/unknowns", { query: { limit: SHOWN_MAX }, signal }),
    placeholderData: (before) => before,
    refetchInterval: AGAIN_MS,
  });
  if (data === undefined) {
    return (
      <Card title={t("title")}>
        <Skeleton className="h-14" />
      </Card>
    );
  }
  if (data.items.length === 0) {
    return (
      <Card title={t("title")}>
        <p className="text-ink-2">{t("none")}</p>
      </Card>
    );
  }
  return (
    <Card flush>
      <Table label={t("title")}>
        <thead>
          <tr>
            <Th left>{t("title")}</Th>
            <Th>{t("settles")}</Th>
            <Th>{t("stake")}</Th>
            <Th>{t("how")}</Th>
          </tr>
        </thead>
        <tbody>
          {data.items.map((unknown) => (
            <UnknownRow key={`${nameOf(unknown.consumer)} ${nameOf(unknown.provider)}`} unknown={unknown} />
          ))}
        </tbody>
      </Table>
      {data.total > data.items.length && (
        <p className="border-t border-line px-4 py-2 text-xs text-ink-3">{t("more", { shown: data.items.length, total: data.total })}</p>
      )}
    </Card>
  );
}

function UnknownRow({ unknown }: { readonly unknown: Unknown }) {
  const t = useTranslations("compatibility.unknowns");
  const { consumer, how, minutes, provider, settles } = unknown;
  // From the live picture, as everywhere else: the engine's own figure is as old as the ranking.
  const rps = useLive((state) => state.versionEdges.get(edgeKey({ from: consumer, to: provider }))?.rps ?? 0);
  const settled =
    settles.most === 0
      ? t("settlesNone")
      : settles.least === settles.most
        ? t("settlesCount", { n: settles.most })
        : t("settlesRange", { least: settles.least, most: settles.most });
  return (
    <tr className="relative hover:bg-[color-mix(in_srgb,var(--ink)_3%,transparent)]">
      <Td left>
        <Link
          href={matrixLink(consumer.service, provider.service, { consumer: consumer.version, provider: provider.version })}
          className="mono break-words after:absolute after:inset-0"
        >
          {nameOf(consumer)} <span className="text-ink-3">×</span> {nameOf(provider)}
        </Link>
      </Td>
      <Td className={settles.most === 0 ? "text-ink-3" : ""}>{settled}</Td>
      <Td className={rps > 0 ? "" : "text-ink-3"}>{formatRate(rps)}</Td>
      <Td>
        <span title={how}>{minutes === null ? t("test") : t("traffic", { n: minutes })}</span>
      </Td>
    </tr>
  );
}

function nameOf({ service, version }: Unknown["consumer"]): string {
  return `${service} ${version}`;
}
