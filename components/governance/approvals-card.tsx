"use client";

import { useTranslations } from "use-intl";
import { Card } from "@/components/shell/page.tsx";
import { ErrorState, SkeletonRows } from "@/components/ui/states.tsx";
import { ApprovalItem } from "./approval-item.tsx";
import { ApprovalTag } from "./approval-tag.tsx";
import { useApprovals } from "./use-governance.ts";

/** Those that are over are named, at most so many. */
const OVER_MAX = 8;

/** What waits for a second person, and what became of the last. */
export function ApprovalsCard() {
  const t = useTranslations("governance.approvals");
  const { data, error, refetch } = useApprovals();
  const items = data?.items ?? [];
  const open = items.filter(({ state }) => state === "waiting" || state === "approved");
  const over = items.filter((approval) => !open.includes(approval)).slice(0, OVER_MAX);
  return (
    <Card flush title={t("title")}>
      <p className="px-4 pb-3 text-xs text-ink-3">{t("names")}</p>
      {data === undefined ? (
        error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : (
          <SkeletonRows count={2} />
        )
      ) : (
        <>
          {open.length === 0 && <p className="border-t border-line px-4 py-3 text-ink-2">{t("empty")}</p>}
          <ul>
            {open.map((approval) => (
              <ApprovalItem key={approval.id} approval={approval} />
            ))}
          </ul>
          {over.length > 0 && (
            <div className="border-t border-line px-4 py-3">
              <h3 className="mb-1.5 text-xs font-[540] text-ink-3">{t("over")}</h3>
              <ul className="grid gap-1">
                {over.map(({ because, id, requestedBy, state, summary }) => (
                  <li key={id} className="flex flex-wrap items-center gap-x-2 text-sm text-ink-2">
                    <ApprovalTag state={state} />
                    <span className="mono text-xs text-ink-3">{id}</span>
                    <span className="min-w-0 truncate">{summary}</span>
                    <span className="text-ink-3">
                      {requestedBy}
                      {because !== "" && <> · {because}</>}
                    </span>
                  </li>
                ))}
              </ul>
            </div>
          )}
        </>
      )}
    </Card>
  );
}
