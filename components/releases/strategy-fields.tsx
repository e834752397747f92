"use client";

import { useTranslations } from "use-intl";
import { TextField } from "@/components/ui/text-field.tsx";
import type { ProblemItem } from "@/lib/client/index.ts";
import { CanarySteps } from "./canary-steps.tsx";
import type { StrategyDraft } from "./strategy-draft.ts";

export type FieldProblem = Pick<ProblemItem, "detail" | "fix"> | null | undefined;

interface FieldsProps {
  readonly draft: StrategyDraft;
  readonly onDraft: (draft: StrategyDraft) => void;
  /** By the field's path inside the strategy. */
  readonly problemAt: (path: string) => FieldProblem;
  /** The step that is being edited, for the curve to show; null: none. */
  readonly onActive: (step: number | null) => void;
}

interface FieldOf {
  readonly key: string;
  readonly path: string;
  readonly value: string;
  readonly change: (text: string) => StrategyDraft;
}

/** The fields of the kind that is chosen, each with what is wrong with it. */
export function StrategyFields({ draft, onActive, onDraft, problemAt }: FieldsProps) {
  const t = useTranslations("strategies.field");
  if (draft.kind === "canary") {
    const problem = problemAt("steps");
    return (
      <CanarySteps
        steps={draft.steps}
        problem={problem}
        problemAt={problemAt}
        onSteps={(steps) => onDraft({ ...draft, steps })}
        onActive={onActive}
      />
    );
  }
  return (
    <div className="grid gap-3">
      <div className="grid grid-cols-2 items-start gap-3 min-[1300px]:grid-cols-4">
        {fieldsOf(draft).map(({ change, key, path, value }) => (
          <TextField
            key={key}
            label={t(`${key as "from"}.label`)}
            hint={t(`${key as "from"}.hint`)}
            value={value}
            autoComplete="off"
            problem={problemAt(path)}
            onChange={(event) => onDraft(change(event.target.value))}
          />
        ))}
      </div>
      {draft.kind === "ab" && problemAt("match") && (
        <p className="text-sm text-bad">
          {problemAt("match")?.detail} {problemAt("match")?.fix}
        </p>
      )}
    </div>
  );
}

function fieldsOf(draft: StrategyDraft): readonly FieldOf[] {
  switch (draft.kind) {
    case "canary":
      return [];
    case "linear":
      return (["from", "step", "every"] as const).map((key) => ({
        key,
        path: { from: "fromBp", step: "stepBp", every: "everyMs" }[key],
        value: draft.linear[key],
        change: (text) => ({ ...draft, linear: { ...draft.linear, [key]: text } }),
      }));
    case "exponential":
      return (["gamma", "every"] as const).map((key) => ({
        key,
        path: { gamma: "gamma", every: "everyMs" }[key],
        value: draft.exponential[key],
        change: (text) => ({ ...draft, exponential: { ...draft.exponential, [key]: text } }),
      }));
    case "blue-green":
    case "harm-budget":
      return [draft.kind === "blue-green" ? plain(draft, "previewHost") : plain(draft, "excessErrors")];
    case "shadow":
      return [plain(draft, "percent")];
    case "ab":
      return (["header", "value", "path", "caller"] as const).map((key) => ({
        key,
        path: { header: "match.headers.0.name", value: "match.headers.0.value", path: "match.path", caller: "match.caller" }[key],
        value: draft.ab[key],
        change: (text) => ({ ...draft, ab: { ...draft.ab, [key]: text } }),
      }));
  }
}

function plain(draft: StrategyDraft, key: "previewHost" | "percent" | "excessErrors"): FieldOf {
  return { key, path: key, value: draft[key], change: (text) => ({ ...draft, [key]: text }) };
}
