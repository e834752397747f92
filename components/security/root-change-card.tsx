"use client";

import { Check, LoaderCircle } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { useMesh } from "@/components/live/use-mesh.ts";
import { Card } from "@/components/shell/page.tsx";
import { Button } from "@/components/ui/button.tsx";
import { classNames } from "@/components/ui/class-names.ts";
import { ErrorState, Skeleton } from "@/components/ui/states.tsx";
import { Tag } from "@/components/ui/tag.tsx";
import { RootStepConfirm } from "./root-step-confirm.tsx";
import { followed, type RootStepView, rootSteps } from "./root-steps.ts";
import { type Identities, type RootStep, useIdentities } from "./use-identities.ts";

/** The roots in force, and the three steps that replace them without one refused handshake. */
export function RootChangeCard() {
  const t = useTranslations("security.root");
  const { data, error, refetch } = useIdentities();
  return (
    <Card title={t("title")} aside={<span className="text-ink-3">{t("aside")}</span>}>
      {data ? (
        <RootChangeSteps identities={data} />
      ) : error ? (
        <ErrorState className="px-0 py-1" error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton className="h-[210px]" />
      )}
    </Card>
  );
}

function RootChangeSteps({ identities }: { readonly identities: Identities }) {
  const t = useTranslations("security.root");
  const [taking, setTaking] = useState<RootStep | null>(null);
  const { rootChange, roots } = identities;
  const proof = followed(rootChange.waitingFor, useConnectedProxies());
  return (
    <div className="grid gap-3.5">
      <ul className="grid gap-1">
        {roots.map((root) => (
          <li key={root.fingerprint} className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
            <span className="mono" title={root.fingerprint}>
              {root.fingerprint.slice(0, 16)}
            </span>
            <Tag tone={root.state === "issuing" ? "ok" : "unknown"}>{t(`state.${root.state}`)}</Tag>
            <span className="text-ink-3">{t("until", { day: root.notAfter.slice(0, 10) })}</span>
          </li>
        ))}
      </ul>
      <ol aria-label={t("steps")} className="grid gap-0">
        {rootSteps(rootChange).map((view, index) => (
          <Step
            key={view.step}
            view={view}
            number={index + 1}
            proof={proof}
            waitingFor={rootChange.waitingFor}
            onTake={() => setTaking(view.step)}
          />
        ))}
      </ol>
      {taking && <RootStepConfirm step={taking} onClose={() => setTaking(null)} />}
    </div>
  );
}

function useConnectedProxies(): readonly string[] {
  return (useMesh()?.proxies ?? []).filter(({ connected }) => connected).map(({ id }) => id);
}

const ICONS = { done: Check, now: LoaderCircle, next: null, later: null };

interface StepProps {
  readonly view: RootStepView;
  readonly number: number;
  readonly proof: { readonly done: number; readonly total: number };
  readonly waitingFor: readonly string[];
  readonly onTake: () => void;
}

/** What a step does; of the one that was taken last, how many proxies have followed; of the next one, whether it can be taken. */
function Step({ view, number, proof, waitingFor, onTake }: StepProps) {
  const t = useTranslations("security.root");
  const { state, step } = view;
  const isSettled = waitingFor.length === 0;
  const Icon = state === "now" && isSettled ? Check : ICONS[state];
  return (
    <li
      aria-current={state === "next" ? "step" : undefined}
      className="relative grid grid-cols-[20px_minmax(0,1fr)] gap-x-2.5 pb-3.5 last:pb-0 [&:not(:last-child)]:before:absolute [&:not(:last-child)]:before:top-[22px] [&:not(:last-child)]:before:bottom-0 [&:not(:last-child)]:before:left-[9.5px] [&:not(:last-child)]:before:w-px [&:not(:last-child)]:before:bg-line-2"
    >
      <span
        aria-hidden
        className={classNames(
          "mt-px grid size-5 place-items-center rounded-full border",
          state === "done" || (state === "now" && isSettled)
            ? "border-ok bg-ok-soft text-ok"
            : state === "now"
              ? "border-warn bg-warn-soft text-warn"
              : state === "next"
                ? "border-accent bg-accent-soft text-accent"
                : "border-line-2 text-ink-3",
        )}
      >
        {Icon === null ? (
          <span className="text-xs font-semibold tabular-nums">{number}</span>
        ) : (
          <Icon className="size-3" strokeWidth={2.4} />
        )}
      </span>
      <div className="grid min-w-0 justify-items-start gap-1">
        <p className="flex flex-wrap items-baseline gap-x-2.5">
          <span className={state === "later" ? "text-ink-2" : "strong"}>{t(`step.${step}.name`)}</span>
          <span className="mono text-ink-3">{step}</span>
          {state === "now" && (
            <span role="status" className={classNames("tabular-nums", isSettled ? "text-ok" : "text-warn")}>
              {t("proof", { n: proof.done, total: proof.total })}
            </span>
          )}
          {state === "done" && <span className="text-ok">{t("done")}</span>}
        </p>
        <p className="text-ink-2">{t(`step.${step}.does`)}</p>
        {state === "now" && !isSettled && (
          <ul className="grid gap-0.5 text-sm text-warn">
            {waitingFor.map((sentence) => (
              <li key={sentence} className="break-words">
                {sentence}
              </li>
            ))}
          </ul>
        )}
        {state === "next" && (
          <Button
            className="mt-1"
            kind={step === "drop-old" ? "danger" : "default"}
            whyNot={isSettled ? null : t("notYet", { n: proof.total - proof.done })}
            onClick={onTake}
          >
            {t(`step.${step}.take`)}
          </Button>
        )}
      </div>
    </li>
  );
}
