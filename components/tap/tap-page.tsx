"use client";

import { useTranslations } from "use-intl";
import { Page } from "@/components/shell/page.tsx";
import { StaleTag } from "@/components/shell/stale-tag.tsx";
import { CopyCommand } from "@/components/ui/copy-command.tsx";
import { useUrlState } from "@/components/ui/use-url-state.ts";
import { commandOfFilter, filterOfUrl } from "./tap-filter.ts";
import { TapView } from "./tap-view.tsx";

/** Requests as they end, all over the mesh. */
export function TapPage() {
  const t = useTranslations("tap");
  const [params] = useUrlState();
  return (
    <Page title={t("title")} aside={<StaleTag />} command={<CopyCommand command={commandOfFilter(filterOfUrl(params))} />}>
      <p className="-mt-2 max-w-[90ch] text-ink-2">{t("intro")}</p>
      <TapView fixed={NOTHING} />
    </Page>
  );
}

const NOTHING = {};
