"use client";

import { CircleCheck, LoaderCircle, TriangleAlert } from "lucide-react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button.tsx";
import { CopyCommand } from "@/components/ui/copy-command.tsx";
import { DialogActions } from "@/components/ui/dialog.tsx";
import { quote } from "@/components/ui/quote.ts";
import type { Policy } from "./policy-form.ts";
import type { AuthorizationView, useAuthorizationWrite } from "./use-authorization.ts";

interface AuthorizationFooterProps {
  readonly view: AuthorizationView;
  readonly draft: Policy;
  readonly reason: string;
  readonly onReason: (reason: string) => void;
  readonly isDirty: boolean;
  /** Something could not be read. */
  readonly isUnread: boolean;
  readonly write: ReturnType<typeof useAuthorizationWrite>;
  readonly onClose: () => void;
}

/** What the engine says of the draft, the reason, and the ways to write it, to remove the policy, or to leave. */
export function AuthorizationFooter({ view, draft, reason, onReason, isDirty, isUnread, write, onClose }: AuthorizationFooterProps) {
  const t = useTranslations("security.policies");
  const common = useTranslations("common");
  const { service, rev, authorization } = view;
  const whyNot = isUnread ? t("unread") : isDirty ? null : t("nothingChanged");
  return (
    <>
      <div className="flex items-center gap-3 px-5 pt-3.5">
        <input
          aria-label={common("reason")}
          placeholder={t("reason")}
          value={reason}
          maxLength={2000}
          autoComplete="off"
          onChange={(event) => onReason(event.target.value)}
          className="h-[30px] min-w-0 flex-1 rounded-2 border border-line-2 bg-sunken px-2.5 text-sm placeholder:text-ink-3 hover:border-ink-3"
        />
        <Said write={write} isUnread={isUnread} />
      </div>
      <DialogActions>
        <Button
          kind="primary"
          disabled={write.isPending}
          whyNot={whyNot ?? (write.error && !write.save.error ? write.error.message : null)}
          onClick={() => write.save.mutate(reason.trim())}
        >
          {t("save")}
        </Button>
        <Button kind="ghost" onClick={onClose}>
          {common("cancel")}
        </Button>
        <span className="flex-1" />
        {authorization !== null && (
          <Button kind="danger" disabled={write.isPending} onClick={() => write.remove.mutate(reason.trim())}>
            {t("letEverybody")}
          </Button>
        )}
      </DialogActions>
      <CopyCommand
        command={{
          cli: `interlock authorization ${quote(service)} -f policy.yaml`,
          method: "PUT",
          path: `/api/v1/services/${service}/authorization`,
          body: draft,
          rev,
        }}
      />
    </>
  );
}

function Said({ write, isUnread }: Pick<AuthorizationFooterProps, "write" | "isUnread">) {
  const t = useTranslations("security.policies");
  const look = isUnread
    ? ({ Icon: TriangleAlert, tone: "text-bad", text: t("unread") } as const)
    : write.isChecking
      ? ({ Icon: LoaderCircle, tone: "text-ink-3", text: t("checking") } as const)
      : write.error
        ? ({ Icon: TriangleAlert, tone: "text-bad", text: t("wrong") } as const)
        : write.isAccepted
          ? ({ Icon: CircleCheck, tone: "text-ok", text: t("accepted") } as const)
          : null;
  return (
    <span role="status" className="flex min-w-[190px] items-center gap-1.5 text-sm">
      {look && (
        <>
          <look.Icon aria-hidden className={`size-3.5 ${look.tone}`} />
          <span className={look.tone}>{look.text}</span>
        </>
      )}
    </span>
  );
}
