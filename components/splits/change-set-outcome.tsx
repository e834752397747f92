"use client";

import { ShieldAlert, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { useLocale, useTranslations } from "use-intl";
import { useServiceFigures } from "@/components/live/use-service-figures.ts";
import { isGivenUp } from "@/components/shell/api.ts";
import { formatRate, formatShare, formatWeight } from "@/components/ui/format.ts";
import { ApiProblem, type Exposure } from "@/lib/client/index.ts";
import { ConflictNote } from "./conflict-note.tsx";
import type { SplitDraft } from "./draft-store.ts";
import type { ChangeSet } from "./use-change-set.ts";

/** The answer of the dry run in words: who gets what, how the exposure moves, or why it would be refused. */
export function ChangeSetOutcome({ drafts, changeSet }: { readonly drafts: readonly SplitDraft[]; readonly changeSet: ChangeSet }) {
  const t = useTranslations("splits.draft");
  const { dryRun, dryRunError } = changeSet;
  const failed = isGivenUp(changeSet.applyError) ? null : changeSet.applyError;
  const error = dryRunError ?? failed;
  return (
    <section className="grid gap-1.5">
      <h3 className="text-xs font-[540] text-ink-3">{t("willHappen")}</h3>
      {drafts.map((draft) => (
        <DraftOutcome key={draft.service} draft={draft} named={drafts.length > 1} />
      ))}
      <ConflictNote drafts={drafts} />
      {/* The answer alone is said aloud: the rates above it tick. */}
      <div aria-live="polite" className="grid gap-1.5">
        {error ? (
          <Refused error={error} title={dryRunError ? t("refused") : t("failed")} />
        ) : (
          <p className="min-h-[19px] text-ink-2">{dryRun ? dryRun.exposure && <ExposureLine {...dryRun.exposure} /> : t("asking")}</p>
        )}
        {!error && dryRun?.notes?.map((note) => <Line key={note}>{note}</Line>)}
      </div>
    </section>
  );
}

/** Before → after, and the requests that move. */
function DraftOutcome({ draft, named }: { readonly draft: SplitDraft; readonly named: boolean }) {
  const t = useTranslations("splits.draft");
  const locale = useLocale();
  const rps = useServiceFigures(draft.service)?.rps ?? 0;
  const versions = [...new Set([...Object.keys(draft.before), ...Object.keys(draft.weights)])].filter(
    (version) => (draft.before[version] ?? 0) !== (draft.weights[version] ?? 0),
  );
  return (
    <div className="grid gap-0.5">
      {named && <p className="strong">{draft.service}</p>}
      {versions.map((version) => {
        const before = draft.before[version] ?? 0;
        const after = draft.weights[version] ?? 0;
        return (
          <p key={version} className="flex flex-wrap gap-x-2 text-ink-2">
            <span className="mono text-ink">{version}</span>
            <span className="tabular-nums">
              {formatWeight(before)} → <span className="strong text-ink">{formatWeight(after)}</span>
            </span>
            {rps > 0 && after > before && (
              <span className="text-ink-3">{t("gets", { version, rate: formatRate((rps * after) / 10_000), total: formatRate(rps) })}</span>
            )}
            {after === 0 && <span className="text-ink-3">{t("loses", { version })}</span>}
          </p>
        );
      })}
      {draft.override && (
        <p className="flex gap-1.5 text-warn">
          <ShieldAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
          {t("overridden", {
            time: new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" }).format(new Date(draft.override.expiresAt)),
            reason: draft.override.reason,
          })}
        </p>
      )}
    </div>
  );
}

function ExposureLine({ before, after }: { readonly before: Exposure; readonly after: Exposure }) {
  const t = useTranslations("splits.draft");
  if (before.broken === after.broken && before.unproven === after.unproven) {
    return t("exposureSame", { broken: formatShare(after.broken), unproven: formatShare(after.unproven) });
  }
  const broken = t("exposureBroken", { before: formatShare(before.broken), after: formatShare(after.broken) });
  const unproven = t("exposureUnproven", { before: formatShare(before.unproven), after: formatShare(after.unproven) });
  return (
    <>
      {t("exposure")}: <span className={after.broken > before.broken ? "strong text-bad" : ""}>{broken}</span>,{" "}
      <span className={after.unproven > before.unproven ? "strong text-warn" : ""}>{unproven}</span>
    </>
  );
}

function Refused({ error, title }: { readonly error: unknown; readonly title: string }) {
  const problem = error instanceof ApiProblem ? error : null;
  // The note above says it, with both states.
  if (problem?.status === 412) return null;
  return (
    <div role="alert" className="flex gap-2 rounded-2 border border-[color-mix(in_srgb,var(--bad)_40%,var(--line))] bg-bad-soft px-3 py-2">
      <TriangleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0 text-bad" />
      <div className="grid min-w-0 gap-1">
        <p className="strong">{title}</p>
        {problem?.reasons?.map((reason) => (
          <p key={reason.sentence} className="text-ink-2">
            {reason.sentence} {reason.fix}
          </p>
        ))}
        {!problem?.reasons?.length && <p className="text-ink-2">{problem?.detail ?? String(error)}</p>}
        {problem?.errors.map((item) => (
          <p key={`${item.path} ${item.detail}`} className="text-ink-2">
            {item.detail !== problem.detail && item.detail} {item.fix}
          </p>
        ))}
      </div>
    </div>
  );
}

function Line({ children }: { readonly children: ReactNode }) {
  return <p className="text-ink-2">{children}</p>;
}
