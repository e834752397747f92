"use client";

import { CloudOff, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { ApiProblem } from "@/lib/client/index.ts";
import { Button } from "./button.tsx";
import { classNames } from "./class-names.ts";
import { useProblemTitle } from "./use-problem-title.ts";

/** Nothing is there yet: says what would be, and how to make it so. */
export function EmptyState({
  title,
  children,
  actions,
  className,
}: {
  readonly title: ReactNode;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  readonly className?: string;
}) {
  return (
    <div className={classNames("grid justify-items-start gap-2 px-4 py-6", className)}>
      <h2>{title}</h2>
      {children && <div className="max-w-[62ch] text-ink-2">{children}</div>}
      {actions && <div className="mt-2 flex flex-wrap gap-2">{actions}</div>}
    </div>
  );
}

/** It could not be had: why, and whether trying again makes sense. */
export function ErrorState({
  error,
  onRetry,
  className,
}: {
  readonly error: unknown;
  readonly onRetry?: () => void;
  readonly className?: string;
}) {
  const t = useTranslations("common");
  const titleOf = useProblemTitle();
  const problem = error instanceof ApiProblem ? error : null;
  const unreachable = problem?.code === "engine.unreachable" || problem?.code === "engine.not-ready";
  const Icon = unreachable ? CloudOff : TriangleAlert;
  return (
    <div role="alert" className={classNames("flex gap-3 px-4 py-6", className)}>
      <Icon aria-hidden className={classNames("mt-0.5 size-4 shrink-0", unreachable ? "text-warn" : "text-bad")} />
      <div className="grid justify-items-start gap-1">
        <h2>{unreachable ? t("error.unreachable") : ((problem && (titleOf(problem.code) ?? problem.title)) ?? t("error.title"))}</h2>
        <p className="max-w-[62ch] text-ink-2">{unreachable ? t("error.unreachableDetail") : (problem?.detail ?? String(error))}</p>
        {problem && !unreachable && <p className="mono text-ink-3">{t("error.code", { code: problem.code })}</p>}
        {onRetry && (
          <Button className="mt-2" onClick={onRetry}>
            {t("retry")}
          </Button>
        )}
      </div>
    </div>
  );
}

/** Takes the place of what is loading, in its size, so that nothing moves when it comes. */
export function Skeleton({ className, style }: { readonly className?: string; readonly style?: React.CSSProperties }) {
  return (
    <span
      aria-hidden
      style={style}
      className={classNames("block animate-pulse rounded-1 bg-[color-mix(in_srgb,var(--ink)_8%,transparent)]", className)}
    />
  );
}

/** Rows of a list that is loading. */
export function SkeletonRows({ count, className }: { readonly count: number; readonly className?: string }) {
  const rows = Array.from({ length: count }, (_, index) => `row ${index}`);
  return (
    <div className={classNames("grid gap-4 p-4", className)}>
      {rows.map((row) => (
        <Skeleton key={row} className="h-6" />
      ))}
    </div>
  );
}
