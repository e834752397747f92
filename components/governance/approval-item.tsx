"use client";

import { useTranslations } from "use-intl";
import { useStore } from "zustand";
import { ChangeDifference } from "@/components/activity/change-difference.tsx";
import { isGivenUp } from "@/components/shell/api.ts";
import { authorStore } from "@/components/shell/author-store.ts";
import { Button } from "@/components/ui/button.tsx";
import { ProblemList } from "@/components/ui/problem-list.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { ApprovalTag } from "./approval-tag.tsx";
import { utcText } from "./freeze-weeks.ts";
import { type Approval, useApplyApproval, useDecideApproval } from "./use-governance.ts";

/** An open approval: who asks, exactly what would differ, why it needs somebody else, and what one can do about it. */
export function ApprovalItem({ approval }: { readonly approval: Approval }) {
  const t = useTranslations("governance.approvals");
  const { after, before, decidedBy, diffHash, expiresAt, id, reason, requestedAt, requestedBy, request, risk, services, state, summary } =
    approval;
  return (
    <li className="grid gap-2.5 border-t border-line px-4 py-3" aria-label={`${id} ${summary}`}>
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <ApprovalTag state={state} />
        <span className="strong">{summary}</span>
        <span className="mono text-xs text-ink-3">{id}</span>
      </div>
      <p className="text-sm text-ink-2">
        {t("askedBy", { name: requestedBy })}, <RelativeTime at={requestedAt} />
        {reason !== "" && <> · “{reason}”</>}
        {decidedBy !== null && <> · {t("decidedBy", { state: t(`state.${state}`), name: decidedBy })}</>} · {t("until")}{" "}
        {utcText(expiresAt)} UTC
      </p>
      <ChangeDifference change={{ before, after, services }} />
      {risk.reasons.length > 0 && (
        <div>
          <h3 className="mb-1 text-xs font-[540] text-ink-3">{t("risk")}</h3>
          <ul className="grid list-disc gap-0.5 pl-4 text-sm text-ink-2">
            {risk.reasons.map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ul>
        </div>
      )}
      <details className="text-xs text-ink-3">
        <summary className="cursor-pointer">{t("request")}</summary>
        <pre className="mt-1 overflow-x-auto whitespace-pre-wrap break-all rounded-2 border border-line bg-sunken px-2.5 py-1.5 font-mono text-[11.5px] text-ink-2">
          {request.method} {request.path}
          {request.ifMatch === null ? "" : `\nIf-Match: "${request.ifMatch}"`}
          {`\n${JSON.stringify(request.body, null, 2)}`}
        </pre>
        <p className="mt-1 break-all">
          {t("sha")}: <span className="font-mono">{diffHash}</span>
        </p>
      </details>
      <Actions approval={approval} />
    </li>
  );
}

function Actions({ approval }: { readonly approval: Approval }) {
  const t = useTranslations("governance.approvals");
  const author = useStore(authorStore, (state) => state.author);
  const decide = useDecideApproval(approval);
  const apply = useApplyApproval(approval);
  const isOwn = author.trim().toLowerCase() === approval.requestedBy.trim().toLowerCase();
  const failed = decide.error ?? apply.error;
  const busy = decide.isPending || apply.isPending;
  return (
    <div className="grid gap-2">
      {failed && !isGivenUp(failed) && <ProblemList error={failed} />}
      <div className="flex flex-wrap items-center gap-2">
        {approval.state === "waiting" ? (
          <>
            <Button kind="primary" disabled={busy} whyNot={isOwn ? t("ownWaiting") : null} onClick={() => decide.mutate("approve")}>
              {t("approve")}
            </Button>
            {!isOwn && (
              <Button disabled={busy} onClick={() => decide.mutate("reject")}>
                {t("reject")}
              </Button>
            )}
          </>
        ) : (
          <Button
            kind="primary"
            disabled={busy}
            whyNot={isOwn ? null : t("notYours", { name: approval.requestedBy })}
            onClick={() => apply.mutate(undefined)}
          >
            {apply.isPending ? t("applying") : t("apply")}
          </Button>
        )}
        {isOwn && (
          <Button kind="ghost" disabled={busy} onClick={() => decide.mutate("withdraw")}>
            {t("withdraw")}
          </Button>
        )}
        {isOwn && approval.state === "waiting" && <span className="text-xs text-ink-3">{t("ownWaiting")}</span>}
      </div>
    </div>
  );
}
