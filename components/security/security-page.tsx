"use client";

import { lazy, Suspense } from "react";
import { useTranslations } from "use-intl";
import { Page } from "@/components/shell/page.tsx";
import { StaleTag } from "@/components/shell/stale-tag.tsx";
import { classNames } from "@/components/ui/class-names.ts";
import { CopyCommand } from "@/components/ui/copy-command.tsx";
import { Skeleton } from "@/components/ui/states.tsx";
import { useUrlState } from "@/components/ui/use-url-state.ts";
import { IdentitiesCard } from "./identities-card.tsx";
import { RootChangeCard } from "./root-change-card.tsx";
import { UnencryptedCard } from "./unencrypted-card.tsx";

// Authorization brings the code that decides like a proxy, with its expressions: nobody waits for it who looks at identities.
const PoliciesTab = lazy(async () => ({ default: (await import("./authorization/policies-tab.tsx")).PoliciesTab }));

const TABS = ["identities", "authorization"] as const;

/** Who is who, what is encrypted, and who may call whom. */
export function SecurityPage() {
  const t = useTranslations("security");
  const [params, setParams] = useUrlState();
  const current = TABS.find((tab) => tab === params.get("tab")) ?? "identities";
  const command =
    current === "identities"
      ? ({ cli: "interlock identities", method: "GET", path: "/api/v1/identities" } as const)
      : ({ cli: "interlock export", method: "GET", path: "/api/v1/manifest" } as const);
  return (
    <Page title={t("title")} aside={<StaleTag />} command={<CopyCommand command={command} />}>
      <nav aria-label={t("tabs.label")} className="-mb-1 flex gap-1 border-b border-line">
        {TABS.map((tab) => (
          <a
            key={tab}
            href={tab === "identities" ? "?" : `?tab=${tab}`}
            aria-current={tab === current ? "page" : undefined}
            onClick={(event) => {
              if (event.metaKey || event.ctrlKey || event.shiftKey) return;
              event.preventDefault();
              setParams({ tab: tab === "identities" ? "" : tab });
            }}
            className={classNames(
              "-mb-px flex h-8 items-center border-b-2 px-2.5 text-sm font-[540]",
              tab === current ? "border-accent text-ink" : "border-transparent text-ink-3 hover:text-ink",
            )}
          >
            {t(`tabs.${tab}`)}
          </a>
        ))}
      </nav>
      {current === "identities" ? (
        <div className="grid min-w-0 gap-4">
          <div className="grid items-start gap-4 min-[1180px]:grid-cols-2">
            <RootChangeCard />
            <UnencryptedCard />
          </div>
          <IdentitiesCard />
        </div>
      ) : (
        <Suspense fallback={<Skeleton className="h-[380px] rounded-3" />}>
          <PoliciesTab />
        </Suspense>
      )}
    </Page>
  );
}
