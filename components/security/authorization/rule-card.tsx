"use client";

import { ChevronRight, X } from "lucide-react";
import { useId, useState } from "react";
import { useTranslations } from "use-intl";
import { INGRESS } from "@/components/live/topology-shape.ts";
import { useTopologyShape } from "@/components/live/use-mesh.ts";
import type { SortedProblems } from "@/components/services/problems-by-path.ts";
import { Button } from "@/components/ui/button.tsx";
import { classNames } from "@/components/ui/class-names.ts";
import { Select } from "@/components/ui/select.tsx";
import { FieldNote, TextArea, TextField } from "@/components/ui/text-field.tsx";
import type { RuleFields } from "./policy-form.ts";

interface RuleCardProps {
  readonly rule: RuleFields;
  readonly index: number;
  readonly problems: SortedProblems;
  /** Its claims could not be read. */
  readonly isUnread: boolean;
  readonly onChange: (rule: RuleFields) => void;
  readonly onRemove: () => void;
}

const FIELDS = ["from.services", "from.identities", "from.jwt", "to.methods", "to.paths", "name", "action"];

/** One rule: what it does, to whom, and for which requests. Empty fields fit everybody and every request. */
export function RuleCard({ rule, index, problems, isUnread, onChange, onRemove }: RuleCardProps) {
  const t = useTranslations("security.policies");
  const path = `rules.${index}`;
  const set = (part: Partial<RuleFields>) => onChange({ ...rule, ...part });
  const text = (part: "name" | "services" | "identities" | "methods" | "paths") => ({
    value: rule[part],
    autoComplete: "off",
    spellCheck: false,
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => set({ [part]: event.target.value }),
  });
  const rest = problems.besides(
    path,
    FIELDS.map((field) => `${path}.${field}`),
  );
  return (
    <fieldset className="grid gap-3 rounded-3 border border-line-2 px-3.5 pb-3.5 pt-2.5">
      <legend className="sr-only">{t("rule", { n: index + 1 })}</legend>
      <div className="flex items-center gap-2.5">
        <span className="w-4 tabular-nums text-ink-3">{index + 1}</span>
        <Select
          label={t("ruleAction", { n: index + 1 })}
          value={rule.action}
          onChange={(action) => set({ action: action === "deny" ? "deny" : "allow" })}
          options={[
            { value: "allow", label: t("allow") },
            { value: "deny", label: t("deny") },
          ]}
          className="w-[112px]"
        />
        <input
          {...text("name")}
          aria-label={t("ruleName")}
          placeholder={t("ruleName")}
          className="h-[30px] min-w-0 flex-1 rounded-2 border border-line-2 bg-sunken px-2.5 text-sm placeholder:text-ink-3 hover:border-ink-3"
        />
        <CallerPicks rule={rule} onPick={(services) => set({ services })} />
        <Button kind="ghost" size="icon-small" aria-label={t("removeRule", { n: index + 1 })} onClick={onRemove}>
          <X aria-hidden />
        </Button>
      </div>
      <div className="grid grid-cols-2 gap-x-3 gap-y-2.5">
        <TextField
          {...text("services")}
          mono
          label={t("field.services")}
          placeholder={t("everybody")}
          hint={t("hint.services")}
          problem={problems.at(`${path}.from.services`)}
        />
        <TextField
          {...text("identities")}
          mono
          label={t("field.identities")}
          placeholder={t("everybody")}
          hint={t("hint.identities")}
          problem={problems.at(`${path}.from.identities`)}
        />
        <TextField
          {...text("methods")}
          mono
          label={t("field.methods")}
          placeholder={t("everyRequest")}
          hint={t("hint.methods")}
          problem={problems.at(`${path}.to.methods`)}
        />
        <TextField
          {...text("paths")}
          mono
          label={t("field.paths")}
          placeholder={t("everyRequest")}
          hint={t("hint.paths")}
          problem={problems.at(`${path}.to.paths`)}
        />
      </div>
      <TokenFields
        rule={rule}
        set={set}
        problem={isUnread ? { detail: t("unreadClaim"), fix: t("unreadClaimFix") } : problems.at(`${path}.from.jwt`)}
      />
      <FieldNote problem={rest} />
    </fieldset>
  );
}

interface TokenFieldsProps {
  readonly rule: RuleFields;
  readonly set: (part: Partial<RuleFields>) => void;
  readonly problem: { readonly detail: string; readonly fix: string } | null;
}

/** Few rules are about tokens: folded while nothing of it is used. */
function TokenFields({ rule, set, problem }: TokenFieldsProps) {
  const t = useTranslations("security.policies");
  const [isOpen, setOpen] = useState(rule.claims !== "" || rule.anyToken);
  const id = useId();
  return (
    <div className="grid justify-items-start gap-2">
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
        className="inline-flex h-5 items-center gap-1 text-sm text-ink-2 hover:text-ink"
      >
        <ChevronRight aria-hidden className={classNames("size-3 transition-transform duration-120", isOpen && "rotate-90")} />
        {t("field.claims")}
      </button>
      <div id={id} hidden={!isOpen} className={classNames("w-full gap-1.5", isOpen && "grid")}>
        <TextArea
          mono
          rows={rule.claims.includes("\n") ? 3 : 1}
          label={<span className="sr-only">{t("field.claims")}</span>}
          hint={t("hint.claims")}
          placeholder="role = admin, ops"
          value={rule.claims}
          problem={problem}
          onChange={(event) => set({ claims: event.target.value })}
        />
        <label className="flex items-center gap-1.5 text-sm text-ink-2">
          <input
            type="checkbox"
            className="accent-accent"
            checked={rule.anyToken}
            onChange={(event) => set({ anyToken: event.target.checked })}
          />
          {t("anyToken")}
        </label>
      </div>
    </div>
  );
}

/** Services of the mesh to choose from, since names are easily misspelt. */
function CallerPicks({ rule, onPick }: { readonly rule: RuleFields; readonly onPick: (services: string) => void }) {
  const t = useTranslations("security.policies");
  const { services } = useTopologyShape();
  const id = useId();
  const named = rule.services
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  const options = [INGRESS, ...services.map(({ name }) => name)].filter((name) => !named.includes(name));
  return (
    <Select
      id={id}
      label={t("pick")}
      value=""
      className="w-[150px] text-ink-3"
      onChange={(name) => name !== "" && onPick([...named, name].join(", "))}
      options={[{ value: "", label: t("pick") }, ...options.map((name) => ({ value: name, label: name }))]}
    />
  );
}
