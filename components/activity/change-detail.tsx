"use client";

import { useQuery } from "@tanstack/react-query";
import { CornerUpLeft } from "lucide-react";
import Link from "next/link";
import { type ReactNode, useState } from "react";
import { useLocale, useTranslations } from "use-intl";
import { queries } from "@/components/shell/api.ts";
import { Card } from "@/components/shell/page.tsx";
import { Button } from "@/components/ui/button.tsx";
import { CopyCommand } from "@/components/ui/copy-command.tsx";
import { formatClock } from "@/components/ui/relative-time.tsx";
import { ErrorState, Skeleton } from "@/components/ui/states.tsx";
import { useNow } from "@/components/ui/use-now.ts";
import type { Change } from "@/lib/client/index.ts";
import { ChangeDifference } from "./change-difference.tsx";
import { useChangeText } from "./change-text.ts";
import { ClockStepTag } from "./clock-step.tsx";
import { UndoConfirm } from "./undo-confirm.tsx";

/** One change in full, by its id from the URL; read from the engine when the list does not hold it. */
export function ChangeDetail({ id, loaded }: { readonly id: string | null; readonly loaded: readonly Change[] }) {
  const t = useTranslations("activity");
  const known = loaded.find((change) => change.id === id);
  const fetched = useQuery({ ...queries.change(id ?? ""), enabled: id !== null && known === undefined, retry: false });
  const change = known ?? fetched.data;
  if (id === null) {
    return (
      <Card>
        <p className="text-ink-3">{t("choose")}</p>
      </Card>
    );
  }
  if (change) return <Detail change={change} />;
  return <Card flush>{fetched.error ? <ErrorState error={fetched.error} /> : <Skeleton className="m-4 h-40" />}</Card>;
}

function Detail({ change }: { readonly change: Change }) {
  const t = useTranslations("activity");
  const locale = useLocale();
  const nowMs = useNow();
  const { sentenceOf } = useChangeText();
  const [isUndoing, setUndoing] = useState(false);
  return (
    <Card
      flush
      title={t("detail", { id: change.id })}
      aside={
        <span className="ml-auto">
          <Button size="small" whyNot={change.undoable ? null : t("cannotUndo")} onClick={() => setUndoing(true)}>
            <CornerUpLeft aria-hidden />
            {t("undo")}
          </Button>
        </span>
      }
    >
      <div className="grid gap-3.5 px-4 pb-4">
        <p className="strong">{sentenceOf(change)}</p>
        <p className={change.reason === "" ? "text-ink-3" : "border-l-2 border-line-2 pl-2.5 text-ink-2"}>
          {change.reason === "" ? t("noReason") : change.reason}
        </p>
        <dl className="grid grid-cols-[84px_minmax(0,1fr)] gap-y-1.5">
          <Fact label={t("at")}>
            <time dateTime={change.at}>{formatClock(change.at, locale, nowMs)}</time>
          </Fact>
          {change.clockStepMs !== undefined && (
            <Fact label="">
              <ClockStepTag change={change} />
              <p className="text-sm text-ink-2">{t("clockStepMeans")}</p>
            </Fact>
          )}
          <Fact label={t("author")}>{change.author}</Fact>
          <Fact label={t("viaLabel")}>{t(`via.${change.via}`)}</Fact>
          <Fact label={t("sequence")}>
            <span className="mono">{change.seq}</span>
          </Fact>
          {change.undoes !== undefined && (
            <Fact label="">
              <Link className="text-accent hover:underline" href={`/activity?change=${change.undoes}`}>
                {t("undoes", { id: change.undoes })}
              </Link>
            </Fact>
          )}
        </dl>
        {/* A manifest can change a whole mesh: the list scrolls, the rest stays in view. */}
        <section
          aria-label={t("difference")}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
          tabIndex={0}
          className="-mx-1 max-h-[52vh] overflow-y-auto px-1"
        >
          <ChangeDifference change={change} />
        </section>
      </div>
      <CopyCommand
        command={
          change.undoable
            ? { cli: `interlock undo ${change.id}`, method: "POST", path: `/api/v1/changes/${change.id}/undo`, body: {} }
            : { cli: "interlock events --json", method: "GET", path: `/api/v1/changes/${change.id}` }
        }
      />
      {isUndoing && <UndoConfirm change={change} onClose={() => setUndoing(false)} />}
    </Card>
  );
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-3">{label}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}
