"use client";

import { useTranslations } from "use-intl";
import { classNames } from "@/components/ui/class-names.ts";
import { useUrlState } from "@/components/ui/use-url-state.ts";

const TABS = ["overview", "routes", "resilience", "requests"] as const;

export type ServiceTab = (typeof TABS)[number];

/** The part of a service's page that the address asks for. */
export function useServiceTab(): ServiceTab {
  const [params] = useUrlState();
  const asked = params.get("tab");
  return TABS.find((tab) => tab === asked) ?? "overview";
}

/** Parts of a service's page; links in all but loading, so each can be opened beside and sent. */
export function ServiceTabs({ rules }: { readonly rules: number }) {
  const t = useTranslations("services.tabs");
  const [, setParams] = useUrlState();
  const current = useServiceTab();
  return (
    <nav aria-label={t("label")} className="-mb-1 flex gap-1 border-b border-line">
      {TABS.map((tab) => (
        <a
          key={tab}
          href={tab === "overview" ? "?" : `?tab=${tab}`}
          aria-current={tab === current ? "page" : undefined}
          onClick={(event) => {
            if (event.metaKey || event.ctrlKey || event.shiftKey) return;
            event.preventDefault();
            setParams({ tab: tab === "overview" ? "" : tab });
          }}
          className={classNames(
            "-mb-px flex h-8 items-center gap-1.5 border-b-2 px-2.5 text-sm font-[540]",
            tab === current ? "border-accent text-ink" : "border-transparent text-ink-3 hover:text-ink",
          )}
        >
          {t(tab)}
          {tab === "routes" && rules > 0 && <span className="tabular-nums text-ink-3">{rules}</span>}
        </a>
      ))}
    </nav>
  );
}
