"use client";

import { useTranslations } from "use-intl";
import { useNow } from "@/components/ui/use-now.ts";
import type { Instance } from "@/lib/client/index.ts";
import { LockMark } from "./lock-mark.tsx";
import { plainReason } from "./plain-reason.ts";
import type { Identities } from "./use-identities.ts";

/** Whether an instance is reached over mTLS, and why not. */
export function InstanceConnection({ instance, identities }: { readonly instance: Instance; readonly identities: Identities | null }) {
  const t = useTranslations("security");
  const nowMs = useNow();
  if (identities === null || nowMs === 0) return <span className="text-ink-3">–</span>;
  const reason = plainReason(instance, identities.items, nowMs);
  return (
    <span
      title={reason === null ? t("encryptedHint") : t(`why.${reason}`, { node: instance.node ?? "" })}
      className="flex items-center gap-1.5 whitespace-nowrap"
    >
      <LockMark lock={reason === null ? "closed" : "open"} className="size-3" />
      <span className={reason === null ? "text-ink-2" : "text-warn"}>{reason === null ? t("encrypted") : t(`plainShort.${reason}`)}</span>
    </span>
  );
}
