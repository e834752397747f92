"use client";

import { useTranslations } from "use-intl";
import { Page } from "@/components/shell/page.tsx";
import { StaleTag } from "@/components/shell/stale-tag.tsx";
import { CopyCommand } from "@/components/ui/copy-command.tsx";
import { BrowserCard } from "./browser-card.tsx";
import { EngineCard } from "./engine-card.tsx";
import { LoadCard } from "./load-card.tsx";
import { ProxiesCard } from "./proxies-card.tsx";

/** This browser's preferences, and what this installation is made of. */
export function SettingsPage() {
  const t = useTranslations("settings");
  return (
    <Page
      title={t("title")}
      aside={<StaleTag />}
      command={<CopyCommand command={{ cli: "interlock status", method: "GET", path: "/api/v1/mesh" }} />}
    >
      <div className="grid items-start gap-4 min-[1180px]:grid-cols-[minmax(340px,440px)_minmax(0,1fr)]">
        <div className="grid gap-4">
          <BrowserCard />
          <LoadCard />
        </div>
        <div className="grid gap-4">
          <EngineCard />
          <ProxiesCard />
        </div>
      </div>
    </Page>
  );
}
