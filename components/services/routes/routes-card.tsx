"use client";

import { useQuery } from "@tanstack/react-query";
import { Pencil, Plus, X } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { useVersionColors } from "@/components/live/use-version-color.ts";
import { queries } from "@/components/shell/api.ts";
import { Card } from "@/components/shell/page.tsx";
import type { AskedQuestion } from "@/components/simulate/use-simulation.ts";
import { Button } from "@/components/ui/button.tsx";
import { classNames } from "@/components/ui/class-names.ts";
import { formatWeight } from "@/components/ui/format.ts";
import { ErrorState, Skeleton } from "@/components/ui/states.tsx";
import { Tag } from "@/components/ui/tag.tsx";
import { VersionSwatch } from "@/components/ui/version-swatch.tsx";
import type { RouteMatch, RouteRule, Service } from "@/lib/client/index.ts";
import { compareVersions } from "@/lib/model/index.ts";
import { canonicalJson } from "@/lib/std/index.ts";
import { type MatchPlace, matchPlaces, whyBefore } from "./match-order.ts";
import { RemoveRule } from "./remove-rule.tsx";
import { RouteForm } from "./route-form.tsx";
import { matchText } from "./route-text.ts";
import type { RuleEdit } from "./rule-edit.ts";
import { ruleSummary } from "./rule-summary.ts";

type Editing = { readonly kind: "edit" | "remove"; readonly edit: RuleEdit } | null;

interface RoutesCardProps {
  readonly service: Service;
  /** The rule that takes a request that is being tested. */
  readonly taking: RouteRule | null;
  /** What is being tested; an editor asks it of its draft. */
  readonly asked: AskedQuestion;
}

/** The rules of a service, each match with its place and the reason of it; what none of them matches follows the split. */
export function RoutesCard({ service, taking, asked }: RoutesCardProps) {
  const t = useTranslations("routes");
  const [editing, setEditing] = useState<Editing>(null);
  const { data: routes, error, refetch } = useQuery({ ...queries.routes(service.name), refetchInterval: 10_000 });
  const places = matchPlaces(routes?.rules ?? []);
  const takingText = taking && canonicalJson(taking);
  return (
    <Card
      flush
      title={t("title")}
      aside={
        <>
          <span className="text-ink-3">{t("order")}</span>
          <Button
            size="small"
            className="ml-auto"
            disabled={!routes}
            onClick={() => routes && setEditing({ kind: "edit", edit: { routes, index: null } })}
          >
            <Plus aria-hidden />
            {t("add")}
          </Button>
        </>
      }
    >
      {routes ? (
        <>
          {routes.rules.length === 0 ? (
            <p className="px-4 pb-4 text-ink-3">{t("empty")}</p>
          ) : (
            <>
              <ol aria-label={t("title")}>
                {routes.rules.map((rule, index) => (
                  <RuleRow
                    key={`${rule.name ?? ""} ${JSON.stringify(rule.matches)}`}
                    rule={rule}
                    index={index}
                    places={places[index] ?? []}
                    service={service.name}
                    isTaking={takingText === canonicalJson(rule)}
                    onEdit={() => setEditing({ kind: "edit", edit: { routes, index } })}
                    onRemove={() => setEditing({ kind: "remove", edit: { routes, index } })}
                  />
                ))}
              </ol>
              <p className="border-t border-line px-4 py-2 text-xs text-ink-3">
                {t("precedence")} {t("lastMatch")}
              </p>
            </>
          )}
          {editing?.kind === "edit" && <RouteForm service={service} asked={asked} edit={editing.edit} onClose={() => setEditing(null)} />}
          {editing?.kind === "remove" && <RemoveRule edit={editing.edit} onClose={() => setEditing(null)} />}
        </>
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton className="m-4 h-8" />
      )}
    </Card>
  );
}

interface RuleRowProps {
  readonly rule: RouteRule;
  readonly index: number;
  readonly places: readonly MatchPlace[];
  readonly service: string;
  readonly isTaking: boolean;
  readonly onEdit: () => void;
  readonly onRemove: () => void;
}

function RuleRow({ rule, index, places, service, isTaking, onEdit, onRemove }: RuleRowProps) {
  const t = useTranslations("routes");
  const label = rule.name ?? t("rule", { n: index + 1 });
  const does = ruleSummary(rule, t);
  return (
    <li
      aria-current={isTaking ? "true" : undefined}
      className={classNames(
        "grid grid-cols-[minmax(0,1fr)_minmax(112px,auto)_auto] items-start gap-x-3 border-t border-line px-4 py-2.5",
        isTaking && "bg-accent-soft shadow-[inset_2px_0_0_var(--accent)]",
      )}
    >
      <div className="grid min-w-0 gap-1">
        <h3 className="flex items-center gap-2">
          <span className={rule.name === undefined ? "text-ink-2" : ""}>{label}</span>
          {isTaking && <Tag tone="accent">{t("takes")}</Tag>}
        </h3>
        {rule.matches.length === 0 && <p className="pl-[26px] text-sm text-ink-2">{t("laneOnly", { lane: rule.lane ?? "" })}</p>}
        {rule.matches.map((match, each) => (
          <MatchLine key={JSON.stringify(match)} match={match} place={places[each]} />
        ))}
        {does.length > 0 && <p className="pl-[26px] text-sm text-ink-2">{does.join(" · ")}</p>}
      </div>
      <Goes rule={rule} service={service} />
      <div className="flex">
        <Button kind="ghost" size="icon-small" aria-label={`${t("edit")} ${label}`} onClick={onEdit}>
          <Pencil aria-hidden />
        </Button>
        <Button kind="ghost" size="icon-small" aria-label={`${t("remove")} ${label}`} onClick={onRemove}>
          <X aria-hidden />
        </Button>
      </div>
    </li>
  );
}

/** A match at its place, and why it stands before the next. */
function MatchLine({ match, place }: { readonly match: RouteMatch; readonly place: MatchPlace | undefined }) {
  const t = useTranslations("routes");
  const text = matchText(match);
  const why = place ? whyBefore(place, t) : null;
  return (
    <div className="grid grid-cols-[18px_minmax(0,1fr)] gap-x-2">
      <span className="text-right text-xs leading-[19px] tabular-nums text-ink-3">{place?.place}</span>
      <div className="min-w-0">
        {text === null ? (
          <span className="text-ink">{t("everything")}</span>
        ) : (
          <code className="mono whitespace-pre-wrap break-words text-ink">{text}</code>
        )}
        {why !== null && <span className="block text-xs text-ink-3">{why}</span>}
      </div>
    </div>
  );
}

function Goes({ rule, service }: { readonly rule: RouteRule; readonly service: string }) {
  const t = useTranslations("routes");
  const colours = useVersionColors(service);
  const isRedirect = rule.filters?.some(({ type }) => type === "RequestRedirect") ?? false;
  if (isRedirect) return <span />;
  if (rule.split === undefined) return <span className="justify-self-end text-ink-3">{t("follows")}</span>;
  const weights = Object.entries(rule.split.weights)
    .filter(([, weightBp]) => weightBp > 0)
    .sort(([left], [right]) => compareVersions(left, right));
  return (
    <div className="grid justify-items-end gap-0.5">
      {weights.map(([version, weightBp]) => (
        <span key={version} className="flex items-center gap-2 tabular-nums">
          <VersionSwatch colour={colours.get(version) ?? "var(--v0)"} className="h-3" />
          <span className="mono">{version}</span>
          <span className="min-w-[44px] text-right">{formatWeight(weightBp)}</span>
        </span>
      ))}
    </div>
  );
}
