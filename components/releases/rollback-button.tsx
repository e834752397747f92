"use client";

import { RotateCcw } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button.tsx";
import { useSpan } from "@/components/ui/use-span.ts";
import type { ReleaseView } from "./release-view.ts";
import { VerbConfirm } from "./verb-confirm.tsx";

/** The way out, with how long it takes as last measured; gone where there is nothing to take back. */
export function RollbackButton({ release }: { readonly release: ReleaseView }) {
  const t = useTranslations("releases.rollback");
  const span = useSpan();
  const [isAsking, setAsking] = useState(false);
  const verb = release.verbs.find((each) => each.verb === "rollback");
  const { rollbackMs } = release;
  const label = rollbackMs === null ? t("go") : t("goIn", { span: span(rollbackMs) });
  if (verb?.allowed !== true && (release.state === "rolled-back" || release.state === "aborted")) return null;
  return (
    <>
      <Button
        kind="danger"
        whyNot={verb?.allowed === true ? null : verb?.why}
        title={rollbackMs === null ? t("unmeasured") : t("measured")}
        onClick={() => setAsking(true)}
      >
        <RotateCcw aria-hidden />
        {label}
      </Button>
      {isAsking && <VerbConfirm release={release} verb="rollback" onClose={() => setAsking(false)} />}
    </>
  );
}
