"use client";

import Link from "next/link";
import { useTranslations } from "use-intl";
import { ChangeDigest } from "@/components/activity/change-digest.tsx";
import { useChangeText } from "@/components/activity/change-text.ts";
import { useChanges } from "@/components/activity/use-changes.ts";
import { Card } from "@/components/shell/page.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { ErrorState, Skeleton } from "@/components/ui/states.tsx";

const SHOWN_MAX = 8;

/** What was changed on this service lately. */
export function ServiceEvents({ service }: { readonly service: string }) {
  const t = useTranslations("services.events");
  const { sentenceOf } = useChangeText();
  const { changes, error, refetch } = useChanges(service);
  return (
    <Card
      title={t("title")}
      aside={
        <Link href={`/activity?service=${encodeURIComponent(service)}`} className="ml-auto text-sm text-accent hover:underline">
          {t("all")}
        </Link>
      }
    >
      {changes === null &&
        (error ? <ErrorState className="px-0 py-0" error={error} onRetry={() => void refetch()} /> : <Skeleton className="h-24" />)}
      {changes?.length === 0 && <p className="text-ink-3">{t("none")}</p>}
      <ol className="grid gap-1.5">
        {changes?.slice(0, SHOWN_MAX).map((change) => (
          <li key={change.id} className="grid grid-cols-[78px_minmax(0,1fr)] gap-x-2">
            <RelativeTime at={change.at} className="whitespace-nowrap tabular-nums text-ink-3" />
            <Link
              href={`/activity?service=${encodeURIComponent(service)}&change=${change.id}`}
              className="min-w-0 text-ink-2 hover:text-ink"
            >
              <span>{sentenceOf(change)}</span>
              <span className="text-ink-3"> · {change.author}</span> <ChangeDigest change={change} />
            </Link>
          </li>
        ))}
      </ol>
    </Card>
  );
}
