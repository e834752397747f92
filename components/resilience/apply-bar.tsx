"use client";

import { CircleCheck, LoaderCircle, TriangleAlert } from "lucide-react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button.tsx";
import { CopyCommand } from "@/components/ui/copy-command.tsx";
import { ProblemList } from "@/components/ui/problem-list.tsx";
import { quote } from "@/components/ui/quote.ts";
import { ApiProblem } from "@/lib/client/index.ts";
import { MoveLine } from "./move-line.tsx";
import type { PolicyEditorState } from "./policy-editor-state.ts";
import type { PolicyMove } from "./policy-moves.ts";
import type { usePolicyWrite } from "./use-policy-write.ts";

interface ApplyBarProps {
  readonly editor: PolicyEditorState;
  readonly rev: number;
  readonly moves: readonly PolicyMove[];
  readonly write: ReturnType<typeof usePolicyWrite>;
  /** Somebody else changed the settings meanwhile; that is shown apart, and decided before anything is applied. */
  readonly isStale: boolean;
  readonly onDiscard: () => void;
}

const SHOWN = 4;

/** What is drafted, what the engine says to it, and the way to apply it or let it go. */
export function ApplyBar({ editor, rev, moves, write, isStale, onDiscard }: ApplyBarProps) {
  const t = useTranslations("resilience.bar");
  const { draft, form, problems, service, values } = editor;
  return (
    <section
      aria-label={t("changes", { n: moves.length })}
      className="animate-rise overflow-hidden rounded-3 border border-accent bg-raised shadow-raised"
    >
      <div className="grid gap-2 px-4 py-3">
        <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
          <h2>{t("changes", { n: moves.length })}</h2>
          {moves.slice(0, SHOWN).map((move) => (
            <MoveLine key={move.path} move={move} />
          ))}
          {moves.length > SHOWN && <span className="text-ink-3">{t("more", { n: moves.length - SHOWN })}</span>}
        </div>
        {problems.rest && <ProblemList error={problems.rest} />}
        <div className="flex flex-wrap items-center gap-2.5">
          <input
            {...form.register("reason")}
            aria-label={t("reason")}
            placeholder={t("reason")}
            autoComplete="off"
            className="h-[30px] min-w-[180px] flex-1 rounded-2 border border-line-2 bg-sunken px-2.5 text-sm placeholder:text-ink-3 hover:border-ink-3"
          />
          <Said write={write} isStale={isStale} />
          <Button kind="ghost" onClick={onDiscard}>
            {t("discard")}
          </Button>
          <Button
            kind="primary"
            disabled={write.isSaving}
            whyNot={write.error && (isStale || !write.hasFailed) ? write.error.message : null}
            onClick={() => write.save(values.reason)}
          >
            {t("apply")}
          </Button>
        </div>
      </div>
      <CopyCommand
        command={{
          cli: `interlock policy ${quote(service)} set -f policy.yaml`,
          method: "PUT",
          path: `/api/v1/services/${service}/traffic-policy`,
          body: draft,
          rev,
        }}
      />
    </section>
  );
}

function Said({ write, isStale }: Pick<ApplyBarProps, "write" | "isStale">) {
  const t = useTranslations("resilience.bar");
  const count = !isStale && write.error instanceof ApiProblem ? write.error.errors.length : 0;
  return (
    <span role="status" className="flex min-w-[200px] items-center gap-1.5 text-sm">
      {write.isChecking ? (
        <>
          <LoaderCircle aria-hidden className="size-3.5 text-ink-3" />
          <span className="text-ink-3">{t("checking")}</span>
        </>
      ) : write.error ? (
        count > 0 && (
          <button
            type="button"
            onClick={showFirstProblem}
            className="flex items-center gap-1.5 text-bad underline-offset-2 hover:underline"
          >
            <TriangleAlert aria-hidden className="size-3.5" />
            {t("wrong", { n: count })}
          </button>
        )
      ) : write.isAccepted ? (
        <>
          <CircleCheck aria-hidden className="size-3.5 text-ok" />
          <span className="text-ok">{t("accepted")}</span>
        </>
      ) : null}
    </span>
  );
}

/** Takes the keyboard to the first setting that is wrong; one that is chosen instead of typed is brought into sight. */
function showFirstProblem(): void {
  const field = document.querySelector<HTMLElement>("main input[aria-invalid=true]");
  const problem = field ?? document.querySelector<HTMLElement>("main [role=alert]");
  problem?.scrollIntoView({ block: "center" });
  field?.focus({ preventScroll: true });
}
