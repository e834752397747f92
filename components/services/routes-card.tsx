"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Pencil, Plus, X } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { useVersionColors } from "@/components/live/use-version-color.ts";
import { api, isGivenUp, queries } from "@/components/shell/api.ts";
import { Card } from "@/components/shell/page.tsx";
import { Button } from "@/components/ui/button.tsx";
import { confirmState } from "@/components/ui/confirm-state.ts";
import { CopyCommand } from "@/components/ui/copy-command.tsx";
import { Dialog, DialogActions } from "@/components/ui/dialog.tsx";
import { formatWeight } from "@/components/ui/format.ts";
import { ProblemList } from "@/components/ui/problem-list.tsx";
import { ErrorState, Skeleton } from "@/components/ui/states.tsx";
import { VersionSwatch } from "@/components/ui/version-swatch.tsx";
import { queryKeys, type RouteRule, type Service } from "@/lib/client/index.ts";
import { compareVersions } from "@/lib/model/index.ts";
import { RouteForm } from "./route-form.tsx";
import { matchText } from "./route-text.ts";
import { type RuleEdit, rulesWithout } from "./rule-edit.ts";

type Editing = { readonly kind: "edit" | "remove"; readonly edit: RuleEdit } | null;

/** The rules of a service in order of precedence; what none of them matches follows the split. */
export function RoutesCard({ service }: { readonly service: Service }) {
  const t = useTranslations("services.routes");
  const [editing, setEditing] = useState<Editing>(null);
  const { data: routes, error, refetch } = useQuery({ ...queries.routes(service.name), refetchInterval: 10_000 });
  return (
    <Card
      flush
      title={t("title")}
      aside={
        <>
          <span className="text-ink-3" title={t("precedence")}>
            {t("order")}
          </span>
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
            <ol>
              {routes.rules.map((rule, index) => (
                <RuleRow
                  key={`${rule.name ?? ""} ${JSON.stringify(rule.matches)}`}
                  rule={rule}
                  index={index}
                  service={service.name}
                  onEdit={() => setEditing({ kind: "edit", edit: { routes, index } })}
                  onRemove={() => setEditing({ kind: "remove", edit: { routes, index } })}
                />
              ))}
            </ol>
          )}
          {routes.rules.length > 0 && <p className="border-t border-line px-4 py-2 text-xs text-ink-3">{t("precedence")}</p>}
          {editing?.kind === "edit" && <RouteForm service={service} edit={editing.edit} onClose={() => setEditing(null)} />}
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
  readonly service: string;
  readonly onEdit: () => void;
  readonly onRemove: () => void;
}

function RuleRow({ rule, index, service, onEdit, onRemove }: RuleRowProps) {
  const t = useTranslations("services.routes");
  const colours = useVersionColors(service);
  const weights = Object.entries(rule.split?.weights ?? {})
    .filter(([, weightBp]) => weightBp > 0)
    .sort(([left], [right]) => compareVersions(left, right));
  const label = rule.name ?? `${t("rule")} ${index + 1}`;
  return (
    <li className="grid grid-cols-[20px_minmax(0,1fr)_minmax(120px,auto)_auto] items-start gap-x-3 border-t border-line px-4 py-2">
      <span className="text-right tabular-nums text-ink-3">{index + 1}</span>
      <div className="min-w-0">
        {rule.name !== undefined && <div className="strong">{rule.name}</div>}
        {rule.matches.map((match) => {
          const text = matchText(match);
          return text === null ? (
            <div key="any" className="text-ink-2">
              {t("everything")}
            </div>
          ) : (
            <code key={text} className="mono block break-words text-ink-2">
              {text}
            </code>
          );
        })}
      </div>
      <div className="grid justify-items-end gap-0.5">
        {rule.split === undefined ? (
          <span className="text-ink-3">{t("follows")}</span>
        ) : (
          weights.map(([version, weightBp]) => (
            <span key={version} className="flex items-center gap-2 tabular-nums">
              <VersionSwatch colour={colours.get(version) ?? "var(--v0)"} className="h-3" />
              <span className="mono">{version}</span>
              <span className="min-w-[44px] text-right">{formatWeight(weightBp)}</span>
            </span>
          ))
        )}
      </div>
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

function RemoveRule({ edit, onClose }: { readonly edit: RuleEdit; readonly onClose: () => void }) {
  const t = useTranslations("services.routes");
  const common = useTranslations("common");
  const client = useQueryClient();
  const { routes } = edit;
  const rule = routes.rules[edit.index ?? -1];
  const rules = rulesWithout(edit);
  const params = { service: routes.service };
  const preview = useQuery({
    queryKey: ["remove-rule-preview", routes.service, routes.rev, edit.index],
    queryFn: () => api.call("PUT /api/v1/services/{service}/routes", { params, body: { rules }, rev: routes.rev, dryRun: true }),
    retry: false,
    gcTime: 0,
  });
  const removing = useMutation({
    mutationFn: () => api.call("PUT /api/v1/services/{service}/routes", { params, body: { rules }, rev: routes.rev }),
    onSuccess: async () => {
      toast.success(t("removed"));
      onClose();
      await client.invalidateQueries({ queryKey: queryKeys.service(routes.service) });
    },
  });
  const error = preview.error ?? (removing.error && !isGivenUp(removing.error) ? removing.error : null);
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("removeTitle")}
      description={rule?.name ?? rule?.matches.map((match) => matchText(match) ?? t("everything")).join(", ")}
      footer={
        <>
          <DialogActions>
            <Button kind="danger-solid" {...confirmState(preview, removing)} onClick={() => removing.mutate()}>
              {t("remove")}
            </Button>
            <Button kind="ghost" onClick={onClose}>
              {common("cancel")}
            </Button>
          </DialogActions>
          <CopyCommand
            command={{
              cli: `interlock routes ${routes.service}`,
              method: "PUT",
              path: `/api/v1/services/${routes.service}/routes`,
              body: { rules },
              rev: routes.rev,
            }}
          />
        </>
      }
    >
      {error ? <ProblemList error={error} /> : null}
    </Dialog>
  );
}
