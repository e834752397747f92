"use client";

import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { Card } from "@/components/shell/page.tsx";
import { Button } from "@/components/ui/button.tsx";
import { EmptyState, ErrorState, SkeletonRows } from "@/components/ui/states.tsx";
import { ChannelForm } from "./channel-form.tsx";
import { ChannelRemove } from "./channel-remove.tsx";
import type { Channel } from "./channel-view.ts";
import { ChannelsTable } from "./channels-table.tsx";
import { useChannels } from "./use-channels.ts";

type Open = { readonly kind: "form"; readonly channel: Channel | null } | { readonly kind: "remove"; readonly channel: Channel } | null;

/** Where others are told what happens: every channel with how it does, to be added, changed, tried and removed. */
export function ChannelsCard() {
  const t = useTranslations("channels");
  const { data, error, refetch } = useChannels();
  const [open, setOpen] = useState<Open>(null);
  const add = (
    <Button kind="primary" size="small" onClick={() => setOpen({ kind: "form", channel: null })}>
      <Plus aria-hidden />
      {t("add")}
    </Button>
  );
  const isEmpty = data?.items.length === 0;
  return (
    <>
      <Card
        flush
        title={t("title")}
        aside={
          <>
            <span className="text-ink-3">{t("aside")}</span>
            <span className="flex-1" />
            {data && !isEmpty && add}
          </>
        }
      >
        {data ? (
          isEmpty ? (
            <EmptyState title={t("none")} actions={add}>
              {t("noneDetail")}
            </EmptyState>
          ) : (
            <ChannelsTable
              channels={data.items}
              onEdit={(channel) => setOpen({ kind: "form", channel })}
              onRemove={(channel) => setOpen({ kind: "remove", channel })}
            />
          )
        ) : error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : (
          <SkeletonRows count={2} />
        )}
      </Card>
      {open?.kind === "form" && <ChannelForm channel={open.channel} onClose={() => setOpen(null)} />}
      {open?.kind === "remove" && <ChannelRemove channel={open.channel} onClose={() => setOpen(null)} />}
    </>
  );
}
