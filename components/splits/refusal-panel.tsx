"use client";

import { Lock, X } from "lucide-react";
import { useEffect, useId, useState } from "react";
import { useTranslations } from "use-intl";
import { serviceEdgeKey } from "@/components/live/service-edge.ts";
import { useEdge } from "@/components/live/use-edge.ts";
import { PlanButton } from "@/components/plans/plan-button.tsx";
import { Button } from "@/components/ui/button.tsx";
import { formatRate } from "@/components/ui/format.ts";
import { OverrideForm } from "./override-form.tsx";
import { ReasonSentence } from "./reason-sentence.tsx";
import { refusalStore } from "./refusal-store.ts";
import type { RefusalReason, SplitLock } from "./split-locks.ts";
import type { SplitEditor } from "./use-split-editor.ts";

/** Why the bar stopped: who would meet whom, what is required, and what would make it safe. */
export function RefusalPanel({ editor, lock }: { readonly editor: SplitEditor; readonly lock: SplitLock }) {
  const t = useTranslations("splits.refusal");
  const id = useId();
  const [overriding, setOverriding] = useState(false);
  useEffect(() => refusalStore.setState({ service: editor.service, atMs: Date.now() }), [editor.service]);
  const reasons = lock.kind === "incompatible" ? (editor.gateReasons ?? lock.reasons) : [];
  return (
    <section
      role="alert"
      aria-labelledby={id}
      className="mt-3 animate-rise rounded-[9px] border border-[color-mix(in_srgb,var(--bad)_40%,var(--line))] bg-bad-soft px-3.5 py-3"
    >
      <div className="flex items-start gap-2">
        <Lock aria-hidden className="mt-[3px] size-3.5 shrink-0 text-bad" />
        <h3 id={id} className="min-w-0 flex-1 font-semibold text-ink">
          <RefusalTitle lock={lock} reasons={reasons} />
        </h3>
        <Button kind="ghost" size="icon-small" aria-label={t("dismiss")} onClick={editor.dismissRefusal}>
          <X aria-hidden />
        </Button>
      </div>
      <div className="mt-1.5 grid gap-2.5">
        {lock.kind === "not-ready" ? (
          <p className="text-ink-2">
            {lock.instances === 0 ? t("notReadyNone") : t("notReadySome", { n: lock.instances })}{" "}
            {t("notReadyFix", { version: lock.version })}
          </p>
        ) : (
          reasons.map((reason) => (
            <Reason
              key={`${reason.consumer.service}@${reason.consumer.version}>${reason.provider.service}@${reason.provider.version}`}
              reason={reason}
            />
          ))
        )}
      </div>
      {lock.kind === "incompatible" && (
        <div className="mt-3">
          {overriding ? (
            <OverrideForm onCancel={() => setOverriding(false)} onGrant={(grant) => editor.override(grant, lock.version)} />
          ) : (
            <div className="flex flex-wrap items-center gap-2">
              <PlanButton service={editor.service} version={lock.version} />
              <Button kind="ghost" size="small" onClick={() => setOverriding(true)}>
                {t("override")}
              </Button>
            </div>
          )}
        </div>
      )}
    </section>
  );
}

function RefusalTitle({ lock, reasons }: { readonly lock: SplitLock; readonly reasons: readonly RefusalReason[] }) {
  const t = useTranslations("splits.refusal");
  if (lock.kind === "not-ready") return t("notReady", { version: lock.version });
  const others = new Set(reasons.map((reason) => otherSide(reason, lock.version)));
  const [first] = others;
  if (others.size === 1 && first !== undefined) return t("cannot", { version: lock.version, other: first });
  return t("cannotMany", { version: lock.version, n: others.size });
}

function otherSide(reason: RefusalReason, version: string): string {
  const other = reason.provider.version === version ? reason.consumer : reason.provider;
  return `${other.service} ${other.version}`;
}

function Reason({ reason }: { readonly reason: RefusalReason }) {
  const t = useTranslations("splits.refusal");
  const edge = useEdge(serviceEdgeKey(reason.consumer.service, reason.provider.service));
  return (
    <div className="grid gap-1 text-ink-2">
      <p>
        <ReasonSentence sentence={reason.sentence} />{" "}
        {edge &&
          edge.rps > 0 &&
          t("sends", { consumer: reason.consumer.service, provider: reason.provider.service, rate: formatRate(edge.rps) })}
      </p>
      <p>
        <span className="strong text-ink">{t("fix")}: </span>
        {reason.fix}
      </p>
    </div>
  );
}
