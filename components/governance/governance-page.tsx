"use client";

import { useTranslations } from "use-intl";
import { Page } from "@/components/shell/page.tsx";
import { CopyCommand } from "@/components/ui/copy-command.tsx";
import { ApprovalsCard } from "./approvals-card.tsx";
import { FreezesCard } from "./freezes-card.tsx";
import { SecondPersonCard } from "./second-person-card.tsx";

/** When newer versions wait, and what waits for a second person. */
export function GovernancePage() {
  const t = useTranslations("governance");
  return (
    <Page
      title={t("title")}
      aside={<span className="text-ink-2">{t("aside")}</span>}
      command={
        <div className="grid grid-cols-2">
          <CopyCommand command={{ cli: "interlock freeze list", method: "GET", path: "/api/v1/freezes" }} />
          <CopyCommand command={{ cli: "interlock approvals list", method: "GET", path: "/api/v1/approvals" }} />
        </div>
      }
    >
      <div className="grid items-start gap-4 min-[1180px]:grid-cols-2">
        <FreezesCard />
        <div className="grid gap-4">
          <ApprovalsCard />
          <SecondPersonCard />
        </div>
      </div>
    </Page>
  );
}
