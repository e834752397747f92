"use client";

import { Plus } from "lucide-react";
import { type UseFormReturn, useFieldArray, useWatch } from "react-hook-form";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button.tsx";
import { formatWeight } from "@/components/ui/format.ts";
import { FieldNote } from "@/components/ui/text-field.tsx";
import type { RouteRule } from "@/lib/client/index.ts";
import { FilterFields } from "./filter-fields.tsx";
import { RouteMatchFields } from "./route-match-fields.tsx";
import { matchText } from "./route-text.ts";
import { ANY_MATCH, type RouteValues, ruleOfValues } from "./route-values.ts";
import { RouteWeightFields } from "./route-weight-fields.tsx";
import { FaultFields, LaneFields, RetryFields, StickinessFields, TimeoutFields } from "./rule-part-fields.tsx";
import type { RuleProblems } from "./rule-problems.ts";
import { RuleSection } from "./rule-section.tsx";
import { faultSummary, filterSummary, type RouteTexts, retrySummary, timeoutSummary } from "./rule-summary.ts";

interface SectionsProps {
  readonly form: UseFormReturn<RouteValues>;
  readonly service: string;
  readonly problems: RuleProblems;
  /** Begins with its matches open. */
  readonly isNew: boolean;
}

/** Every part of a rule, each a line that says what it does and opens to its fields. */
export function RuleSections({ form, service, problems, isNew }: SectionsProps) {
  const t = useTranslations("routes");
  const { control, register } = form;
  const rule = ruleOfValues(useWatch({ control }) as RouteValues);
  const part = { control, register, problems };
  const asPolicy = t("does.asPolicy");
  const none = t("does.none");
  return (
    <div>
      <RuleSection
        title={t("form.matches")}
        summary={matchesLine(rule, t)}
        none={none}
        isOpenAtFirst={isNew}
        wrong={problems.count("matches")}
      >
        <MatchesFields {...{ form, problems }} hasLane={rule.lane !== undefined} />
      </RuleSection>
      <RuleSection title={t("form.split")} summary={splitLine(rule)} none={t("follows")} wrong={problems.count("split")}>
        <RouteWeightFields control={control} register={register} problem={problems.at("split")} />
      </RuleSection>
      <RuleSection title={t("form.filters")} summary={line(filterSummary(rule.filters, t))} none={none} wrong={problems.count("filters")}>
        <FilterFields {...part} service={service} />
      </RuleSection>
      <RuleSection
        title={t("form.timeouts")}
        summary={line(timeoutSummary(rule.timeouts, t))}
        none={asPolicy}
        wrong={problems.count("timeouts")}
      >
        <TimeoutFields {...part} />
      </RuleSection>
      <RuleSection title={t("form.retry")} summary={line(retrySummary(rule.retry, t))} none={asPolicy} wrong={problems.count("retry")}>
        <RetryFields {...part} />
      </RuleSection>
      <RuleSection title={t("form.fault")} summary={line(faultSummary(rule.fault, t))} none={none} wrong={problems.count("fault")}>
        <FaultFields {...part} />
      </RuleSection>
      <RuleSection
        title={t("form.stickiness")}
        summary={rule.stickiness ? t(`does.sticky.${rule.stickiness.by}`, { name: rule.stickiness.name }) : null}
        none={none}
        wrong={problems.count("stickiness")}
      >
        <StickinessFields {...part} />
      </RuleSection>
      <RuleSection
        title={t("form.lane")}
        summary={rule.lane === undefined ? null : t("does.lane", { lane: rule.lane })}
        none={none}
        wrong={problems.count("lane")}
      >
        <LaneFields {...part} />
      </RuleSection>
    </div>
  );
}

function MatchesFields({ form, problems, hasLane }: Pick<SectionsProps, "form" | "problems"> & { readonly hasLane: boolean }) {
  const t = useTranslations("routes.form");
  const { control, register } = form;
  const { fields, append, remove } = useFieldArray({ control, name: "matches" });
  const places = fields.map((_, each) => `matches.${each}`);
  return (
    <>
      {fields.length === 0 && <p className="text-sm text-ink-2">{t("laneTakes")}</p>}
      {fields.map((field, each) => (
        <RouteMatchFields
          key={field.id}
          control={control}
          register={register}
          index={each}
          problemAt={(path) => problems.at(`matches.${each}${path === "" ? "" : `.${path}`}`)}
          {...((fields.length > 1 || hasLane) && { onRemove: () => remove(each) })}
        />
      ))}
      <FieldNote problem={problems.besides("matches", places)} />
      <Button size="small" className="justify-self-start" onClick={() => append({ ...ANY_MATCH })}>
        <Plus aria-hidden />
        {t("addMatch")}
      </Button>
    </>
  );
}

function matchesLine({ matches, lane }: RouteRule, t: RouteTexts): string | null {
  if (matches.length === 0) return lane === undefined ? null : t("laneOnly", { lane });
  return matches.map((match) => matchText(match) ?? t("everything")).join("  |  ");
}

function splitLine({ split }: RouteRule): string | null {
  if (split === undefined) return null;
  const shares = Object.entries(split.weights).map(([version, weightBp]) =>
    typeof weightBp === "number" ? `${version} ${formatWeight(weightBp)}` : `${version} ${String(weightBp)}`,
  );
  return shares.join(" · ");
}

function line(phrases: readonly string[]): string | null {
  return phrases.length === 0 ? null : phrases.join(" · ");
}
