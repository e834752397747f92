"use client";

import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { classNames } from "./class-names.ts";
import { formatCount, formatSpan } from "./format.ts";

interface FigureProps {
  /** null: there is no figure, because there were no requests. */
  readonly value: string | null;
  readonly unit?: string;
  /** Requests it rests on. */
  readonly requests?: number | undefined;
  /** How far back it reaches. */
  readonly windowMs?: number | undefined;
  readonly tone?: "bad" | "warn" | "ok" | undefined;
  readonly className?: string;
  /** What to show instead of a missing figure. */
  readonly missing?: ReactNode;
}

/** A measured figure; says on hover how old it is and how many requests it rests on. */
export function Figure({ value, unit, requests, windowMs, tone, className, missing }: FigureProps) {
  const t = useTranslations("common");
  const seconds = windowMs === undefined ? undefined : Math.round(windowMs / 1000);
  const basis =
    seconds === undefined
      ? undefined
      : requests === undefined
        ? t("window", { seconds })
        : t("sample", { seconds, n: requests, count: formatCount(requests) });
  if (value === null) {
    return (
      <span className={classNames("text-ink-3", className)} title={basis}>
        {missing ?? t("noTraffic")}
      </span>
    );
  }
  return (
    <span
      title={basis}
      className={classNames(
        "whitespace-nowrap tabular-nums",
        tone === "bad" && "strong text-bad",
        tone === "warn" && "strong text-warn",
        tone === "ok" && "text-ok",
        className,
      )}
    >
      {value}
      {unit && <span className="text-ink-3"> {unit}</span>}
    </span>
  );
}

/** The basis of the figures around it: "last 5 s, 312 requests". */
export function Basis({
  windowMs,
  requests,
  className,
}: {
  readonly windowMs: number;
  readonly requests?: number;
  readonly className?: string;
}) {
  const t = useTranslations("common");
  const seconds = formatSpan(windowMs).replace(/\s?s$/, "");
  return (
    <span className={classNames("text-ink-3", className)}>
      {requests === undefined ? t("window", { seconds }) : t("sample", { seconds, n: requests, count: formatCount(requests) })}
    </span>
  );
}
