"use client";

import { CornerUpRight, Route, ShieldX } from "lucide-react";
import { useTranslations } from "use-intl";
import { useVersionColors } from "@/components/live/use-version-color.ts";
import { useCodeMeaning } from "@/components/tap/use-code-meaning.ts";
import { formatWeight } from "@/components/ui/format.ts";
import { Tag } from "@/components/ui/tag.tsx";
import { VersionSwatch } from "@/components/ui/version-swatch.tsx";
import type { RouteRule } from "@/lib/client/index.ts";
import { ERROR_CODES, type ErrorCode } from "@/lib/model/index.ts";
import { canonicalJson } from "@/lib/std/index.ts";
import { SimulateTrace } from "./simulate-trace.tsx";
import type { Simulation } from "./use-simulation.ts";

interface AnswerProps {
  readonly service: string;
  readonly answer: Simulation;
  readonly rules: readonly RouteRule[];
}

/** Where a request goes, by which rule, and every step to it. */
export function SimulateAnswer({ service, answer, rules }: AnswerProps) {
  const t = useTranslations("simulate");
  return (
    <div className="grid gap-3">
      <Headline answer={answer} rules={rules} />
      {answer.versions.length > 0 && <Shares service={service} versions={answer.versions} />}
      <h3 className="mt-1 text-ink-2">{t("trace")}</h3>
      <SimulateTrace steps={answer.steps} isRefused={answer.code !== undefined} />
    </div>
  );
}

function Headline({ answer, rules }: Omit<AnswerProps, "service">) {
  const t = useTranslations("simulate.answer");
  const meaningOf = useCodeMeaning();
  const [only] = answer.versions;
  const known = answer.code === undefined ? undefined : ERROR_CODES[answer.code as ErrorCode];
  return (
    <div role="status" className="grid gap-1">
      {answer.code !== undefined ? (
        <>
          <p className="flex items-center gap-2 text-md font-[600]">
            <ShieldX aria-hidden className="size-4 shrink-0 text-bad" />
            {t("refused", { status: String(known?.status ?? "") })}
          </p>
          <p className="flex flex-wrap items-center gap-2 text-ink-2">
            <Tag tone="bad" className="font-mono">
              {answer.code}
            </Tag>
            {meaningOf(answer.code) ?? known?.title}
          </p>
        </>
      ) : only === undefined ? (
        <p className="flex items-center gap-2 text-md font-[600]">
          <CornerUpRight aria-hidden className="size-4 shrink-0 text-accent" />
          {t("redirected")}
        </p>
      ) : (
        <p className="flex items-center gap-2 text-md font-[600]">
          <Route aria-hidden className="size-4 shrink-0 text-accent" />
          {answer.versions.length === 1 ? t("goesOne", { version: only.version }) : t("goesMany", { n: answer.versions.length })}
        </p>
      )}
      <ByRule rule={answer.rule} rules={rules} steps={answer.steps} />
    </div>
  );
}

function ByRule({
  rule,
  rules,
  steps,
}: {
  readonly rule: RouteRule | null;
  readonly rules: readonly RouteRule[];
  readonly steps: Simulation["steps"];
}) {
  const t = useTranslations("simulate.answer");
  // Where the request was refused before rules were looked at, none is to blame.
  if (!steps.some(({ stage }) => stage === "rule")) return null;
  if (rule === null) return <p className="text-ink-2">{t("bySplit")}</p>;
  const text = canonicalJson(rule);
  const place = rules.findIndex((each) => canonicalJson(each) === text) + 1;
  const name = rule.name ?? t("unnamed", { n: place });
  return <p className="text-ink-2">{t("byRule", { rule: name })}</p>;
}

function Shares({ service, versions }: { readonly service: string; readonly versions: Simulation["versions"] }) {
  const t = useTranslations("simulate.answer");
  const colours = useVersionColors(service);
  return (
    <ul aria-label={t("shares")} className="grid gap-1">
      {versions.map(({ version, share }) => {
        const colour = colours.get(version) ?? "var(--v0)";
        return (
          <li key={version} className="grid grid-cols-[minmax(72px,auto)_minmax(0,1fr)_56px] items-center gap-2">
            <span className="flex items-center gap-2">
              <VersionSwatch colour={colour} className="h-3.5" />
              <span className="mono">{version}</span>
            </span>
            <span aria-hidden className="h-1.5 overflow-hidden rounded-full bg-sunken">
              <span className="block h-full rounded-full" style={{ width: `${share * 100}%`, background: colour }} />
            </span>
            <span className="text-right tabular-nums">{formatWeight(Math.round(share * 10_000))}</span>
          </li>
        );
      })}
    </ul>
  );
}
