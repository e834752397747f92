"use client";

import { Plus } from "lucide-react";
import { useTranslations } from "use-intl";
import { ChannelsCard } from "@/components/channels/channels-card.tsx";
import { Page } from "@/components/shell/page.tsx";
import { Button } from "@/components/ui/button.tsx";
import { classNames } from "@/components/ui/class-names.ts";
import { CopyCommand } from "@/components/ui/copy-command.tsx";
import { useUrlState } from "@/components/ui/use-url-state.ts";
import { AlertSheet } from "./alert-sheet.tsx";
import { AlertsCard } from "./alerts-card.tsx";
import { PoliciesCard } from "./policies-card.tsx";
import { PolicySheet } from "./policy-sheet.tsx";
import { useAlerts } from "./use-policies.ts";

const COMMANDS = {
  alerts: { cli: "interlock alerts", method: "GET", path: "/api/v1/alerts" },
  policies: { cli: "interlock policy list", method: "GET", path: "/api/v1/policies" },
  channels: { cli: "interlock channels list", method: "GET", path: "/api/v1/channels" },
} as const;

const TABS = ["alerts", "policies", "channels"] as const;

/** Alerts, those that fire first, the policies that they come from, and the channels that tell others of them. */
export function PoliciesPage() {
  const t = useTranslations("policies");
  const [params, setParams] = useUrlState();
  const tab = TABS.find((each) => each === params.get("tab")) ?? "alerts";
  const alert = params.get("alert");
  const policy = params.get("policy");
  const firing = useAlerts().data?.firing ?? 0;
  return (
    <Page
      title={t("title")}
      aside={
        <nav aria-label={t("tabs.label")} className="flex gap-px rounded-2 border border-line bg-sunken p-px">
          {TABS.map((each) => (
            <button
              key={each}
              type="button"
              aria-current={tab === each ? "page" : undefined}
              onClick={() => setParams({ tab: each === "alerts" ? "" : each, alert: "", policy: "" })}
              className={classNames(
                "h-[26px] rounded-1 px-3 text-sm font-[540]",
                tab === each ? "bg-panel text-ink shadow-[0_0_0_1px_var(--line-2)]" : "text-ink-2 hover:text-ink",
              )}
            >
              {t(`tabs.${each}`)}
              {each === "alerts" && firing > 0 && <span className="ml-1.5 text-xs text-ink-2 tabular-nums">{firing}</span>}
            </button>
          ))}
        </nav>
      }
      actions={
        tab === "channels" ? null : (
          <Button kind="primary" onClick={() => setParams({ tab: "policies", policy: "new" })}>
            <Plus aria-hidden />
            {t("new")}
          </Button>
        )
      }
      command={<CopyCommand command={COMMANDS[tab]} />}
    >
      {tab === "alerts" && <AlertsCard onOpen={(id) => setParams({ alert: id })} />}
      {tab === "policies" && <PoliciesCard onOpen={(id) => setParams({ policy: id })} />}
      {tab === "channels" && <ChannelsCard />}
      {alert !== null && <AlertSheet id={alert} onClose={() => setParams({ alert: "" })} />}
      {policy !== null && <PolicySheet key={policy} id={policy} onClose={() => setParams({ policy: "" })} />}
    </Page>
  );
}
