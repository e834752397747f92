"use client";

import { useTranslations } from "use-intl";
import { ButtonLink } from "@/components/ui/button.tsx";
import { Page } from "./page.tsx";
import { UnlockNote } from "./unlock-note.tsx";
import { useUnlocked } from "./use-unlocked.ts";

/** Where a link leads whose code is none any more. */
export function UnlockFailedPage() {
  const t = useTranslations("unlock");
  const unlocked = useUnlocked();
  return (
    <Page title={t("failed")}>
      <div className="grid justify-items-start gap-3">
        <p className="max-w-[70ch] text-ink-2">{t("failedDetail")}</p>
        {unlocked === true ? <p>{t("unlocked")}</p> : <UnlockNote />}
        <ButtonLink href="/topology">{t("go")}</ButtonLink>
      </div>
    </Page>
  );
}
