"use client";

import { useId, useState } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { problemsByPath } from "@/components/services/problems-by-path.ts";
import { isGivenUp } from "@/components/shell/api.ts";
import { Card } from "@/components/shell/page.tsx";
import { Button, ButtonLink } from "@/components/ui/button.tsx";
import { type Command, CopyCommand } from "@/components/ui/copy-command.tsx";
import { ProblemList } from "@/components/ui/problem-list.tsx";
import { quote } from "@/components/ui/quote.ts";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { Select } from "@/components/ui/select.tsx";
import { TextField } from "@/components/ui/text-field.tsx";
import { checkStrategy, curveOf } from "@/lib/release/index.ts";
import type { NamedStrategy, StrategyKind } from "./release-view.ts";
import { StrategyCurve } from "./strategy-curve.tsx";
import { draftOf, KINDS, strategyOf } from "./strategy-draft.ts";
import { StrategyFields } from "./strategy-fields.tsx";
import { StrategyRemove } from "./strategy-remove.tsx";
import { useSaveStrategy } from "./use-strategies.ts";

interface EditorProps {
  /** Null: a new one. */
  readonly strategy: NamedStrategy | null;
  readonly all: readonly NamedStrategy[];
  readonly onSaved: (name: string) => void;
  readonly onRemoved: () => void;
}

type Checked = Parameters<typeof checkStrategy>[0];

/** The fields of a strategy with its curve as it would be, and what is wrong beside each field; kept under a name. */
export function StrategyEditor(props: EditorProps) {
  const { strategy } = props;
  const t = useTranslations("strategies");
  const page = useTranslations("releases.page");
  const kindId = useId();
  const edit = useStrategyEdit(props);
  const { draft, edited, live, refused, setDraft } = edit;
  const [active, setActive] = useState<number | null>(null);
  const curve = live.length === 0 ? curveOf(edited as Checked) : [];
  const problemAt = (path: string) => live.find((problem) => problem.path === `strategy.${path}`) ?? refused.at(`strategy.${path}`);
  return (
    <Card title={strategy?.name ?? t("new")} aside={strategy && <EditorAside strategy={strategy} onRemoved={props.onRemoved} />} flush>
      <div className="grid gap-5 px-4 pb-4">
        <StrategyCurve curve={curve} height={190} active={draft.kind === "canary" ? active : null} />
        <div className="grid gap-1">
          <label htmlFor={kindId} className="text-sm font-[540] text-ink-2">
            {t("kind")}
          </label>
          <Select
            id={kindId}
            className="max-w-[260px]"
            value={draft.kind}
            onChange={(kind) => setDraft({ ...draft, kind: kind as StrategyKind })}
            options={KINDS.map((value) => ({ value, label: page(`kind.${value}`) }))}
          />
          <p className="text-sm text-ink-2">{t(`about.${draft.kind}`)}</p>
        </div>
        <StrategyFields draft={draft} onDraft={setDraft} problemAt={problemAt} onActive={setActive} />
        <SaveRow edit={edit} />
        {refused.rest && !isGivenUp(refused.rest) && <ProblemList error={refused.rest} />}
      </div>
      {edit.whyNot === null && <CopyCommand command={edit.command} />}
    </Card>
  );
}

interface AsideProps {
  readonly strategy: NamedStrategy;
  readonly onRemoved: () => void;
}

function EditorAside({ onRemoved, strategy }: AsideProps) {
  const t = useTranslations("strategies");
  const [isAsked, setAsked] = useState(false);
  const { builtIn, name, rev, updatedAt, updatedBy } = strategy;
  return (
    <>
      {updatedAt !== null && updatedBy !== null && (
        <span className="text-ink-3">
          {updatedBy} · <RelativeTime at={updatedAt} />
        </span>
      )}
      <span className="ml-auto flex gap-2">
        {rev > 0 && (
          <Button kind="ghost" size="small" onClick={() => setAsked(true)}>
            {t(builtIn ? "reset.action" : "remove.action")}
          </Button>
        )}
        <ButtonLink size="small" href={`/releases?new=+&strategy=${encodeURIComponent(name)}`}>
          {t("use")}
        </ButtonLink>
      </span>
      {isAsked && <StrategyRemove strategy={strategy} onClose={() => setAsked(false)} onRemoved={onRemoved} />}
    </>
  );
}

/** What is being edited, what is wrong with it, and how it is kept. */
function useStrategyEdit({ all, onSaved, strategy }: EditorProps) {
  const t = useTranslations("strategies");
  const [name, setName] = useState(strategy?.name ?? "");
  const [reason, setReason] = useState("");
  const [draft, setDraft] = useState(() => draftOf(strategy?.strategy ?? null));
  const edited = strategyOf(draft);
  const live = checkStrategy(edited as Checked, "strategy");
  const wanted = name.trim();
  const existing = all.find((each) => each.name === wanted);
  const rev = existing?.rev ?? 0;
  const save = useSaveStrategy((saved) => {
    toast.success(t("saved", { name: saved }));
    onSaved(saved);
  });
  const isSame = wanted === strategy?.name && JSON.stringify(edited) === JSON.stringify(strategy.strategy);
  const command: Command = {
    cli: `echo ${quote(JSON.stringify(edited))} | interlock strategy set ${quote(wanted || "NAME")} -f -`,
    method: "PUT",
    path: `/api/v1/strategies/${encodeURIComponent(wanted || "NAME")}`,
    body: { strategy: edited, ...(reason !== "" && { reason }) },
    rev,
  };
  return {
    name,
    setName,
    reason,
    setReason,
    draft,
    setDraft,
    edited,
    live,
    command,
    refused: problemsByPath(save.error, ["name", "strategy"]),
    /** Another strategy of this name, which would be replaced. */
    replaced: existing !== undefined && existing.name !== strategy?.name ? existing.name : null,
    whyNot: wanted === "" ? t("nameless") : live.length > 0 ? t("wrong", { n: live.length }) : isSame ? t("same") : null,
    isSaving: save.isPending,
    save: () => save.mutate({ name: wanted, rev, strategy: edited, reason }),
  };
}

function SaveRow({ edit }: { readonly edit: ReturnType<typeof useStrategyEdit> }) {
  const t = useTranslations("strategies");
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)_auto] items-start gap-3 border-t border-line pt-4">
      <TextField
        label={t("name")}
        value={edit.name}
        maxLength={64}
        autoComplete="off"
        problem={edit.refused.at("name")}
        hint={edit.replaced === null ? t("nameHint") : t("replaces", { name: edit.replaced })}
        onChange={(event) => edit.setName(event.target.value)}
      />
      <TextField label={t("reason")} value={edit.reason} maxLength={2000} onChange={(event) => edit.setReason(event.target.value)} />
      <Button kind="primary" className="mt-[22px]" disabled={edit.isSaving} whyNot={edit.whyNot} onClick={edit.save}>
        {edit.isSaving ? t("saving") : t("save")}
      </Button>
    </div>
  );
}
