"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { useLive } from "@/components/live/use-live.ts";
import { api } from "@/components/shell/api.ts";
import { Card } from "@/components/shell/page.tsx";
import { queryKeys } from "@/lib/client/index.ts";
import { ContradictionItem } from "./contradiction-item.tsx";

const SHOWN_MAX = 10;

/** Every two facts of the mesh that cannot both be right; nothing while there are none. */
export function ContradictionsCard() {
  const t = useTranslations("evidence.contradictions");
  const newestChange = useLive((state) => state.changes[0]?.seq ?? 0);
  const { data } = useQuery({
    queryKey: [...queryKeys.compatibility(), "contradictions", newestChange],
    queryFn: ({ signal }) => api.call("GET /api/v1/contradictions", { query: { limit: SHOWN_MAX }, signal }),
    placeholderData: (before) => before,
  });
  if (data === undefined || data.total === 0) return null;
  return (
    <Card title={t("title")} aside={<span className="text-ink-3">{t("aside")}</span>}>
      <ul className="grid gap-3.5">
        {data.items.map((each) => (
          <ContradictionItem
            key={`${each.consumer.service}@${each.consumer.version}>${each.provider.service}@${each.provider.version} ${each.stands.id} ${each.against.id ?? each.against.kind}`}
            contradiction={each}
            withPair
          />
        ))}
      </ul>
      <p className="mt-3 text-xs text-ink-3">
        {t("resolve")} {data.total > data.items.length && t("more", { n: data.total - data.items.length })}
      </p>
    </Card>
  );
}
