"use client";

import { Plus } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { ChangedMeanwhile } from "@/components/services/changed-meanwhile.tsx";
import { problemsByPath } from "@/components/services/problems-by-path.ts";
import { staleEditOf } from "@/components/services/stale-edit.ts";
import { Button } from "@/components/ui/button.tsx";
import { Sheet } from "@/components/ui/dialog.tsx";
import { ProblemList } from "@/components/ui/problem-list.tsx";
import { AccessPreview } from "./access-preview.tsx";
import { AuthorizationFooter } from "./authorization-footer.tsx";
import { DefaultChoice } from "./default-choice.tsx";
import { EMPTY_PROVIDER, EMPTY_RULE, fieldsOfPolicy, isSamePolicy, type PolicyFields, policyOfFields } from "./policy-form.ts";
import { ProviderCard } from "./provider-card.tsx";
import { RuleCard } from "./rule-card.tsx";
import { type AuthorizationView, useAuthorizationWrite } from "./use-authorization.ts";

const PARTS = ["rules", "jwtProviders"];

/** The policy of a service as a form; what it would do to the callers of now stands beneath, before anything is written. */
export function AuthorizationEditor({ live, onClose }: { readonly live: AuthorizationView; readonly onClose: () => void }) {
  const t = useTranslations("security.policies");
  const [opened, setOpened] = useState(live);
  const [fields, setFields] = useState(() => fieldsOfPolicy(opened.authorization));
  const [reason, setReason] = useState("");
  const chosen = useRef<HTMLInputElement>(null);
  const { policy: draft, problems: unread } = policyOfFields(fields);
  const isDirty = !isSamePolicy(draft, opened.authorization);
  // Something else of the service changed: what is drafted here stands on the newer state as well.
  if (live.rev > opened.rev && isSamePolicy(live.authorization, opened.authorization)) setOpened(live);
  const write = useAuthorizationWrite({
    service: live.service,
    rev: opened.rev,
    draft,
    isAskable: isDirty && unread.length === 0,
    onDone: onClose,
  });
  const stale = staleEditOf(write.error, opened.authorization, (state: AuthorizationView) => state.authorization);
  const problems = problemsByPath(stale ? null : write.error, PARTS);
  const reopen = (now: AuthorizationView, isMine: boolean) => {
    setOpened(now);
    if (!isMine) setFields(fieldsOfPolicy(now.authorization));
    write.save.reset();
    write.remove.reset();
  };
  return (
    <Sheet
      open
      onClose={onClose}
      width={760}
      initialFocus={chosen}
      title={t("sheet", { service: live.service })}
      description={t("sheetDetail")}
      footer={
        <AuthorizationFooter
          view={opened}
          draft={draft}
          reason={reason}
          onReason={setReason}
          isDirty={isDirty}
          isUnread={unread.length > 0}
          write={write}
          onClose={onClose}
        />
      }
    >
      <div className="grid gap-5">
        {stale && (
          <ChangedMeanwhile
            service={live.service}
            stale={stale}
            mine={draft}
            onMine={() => stale.kind !== "gone" && reopen({ ...opened, rev: stale.rev, authorization: stale.now }, true)}
            onTheirs={() => stale.kind !== "gone" && reopen({ ...opened, rev: stale.rev, authorization: stale.now }, false)}
          />
        )}
        <DefaultChoice fields={fields} onChange={setFields} chosen={chosen} />
        <Rules fields={fields} onChange={setFields} problems={problems} unread={unread.map(({ path }) => path)} />
        <Providers fields={fields} onChange={setFields} problems={problems} unread={unread.map(({ path }) => path)} />
        {problems.rest && <ProblemList error={problems.rest} />}
        <AccessPreview service={live.service} draft={draft} inForce={opened.authorization} />
      </div>
    </Sheet>
  );
}

interface PartProps {
  readonly fields: PolicyFields;
  readonly onChange: (fields: PolicyFields) => void;
  readonly problems: ReturnType<typeof problemsByPath>;
  /** Paths of what could not be read. */
  readonly unread: readonly string[];
}

function nextId(items: readonly { readonly id: number }[]): number {
  return Math.max(-1, ...items.map(({ id }) => id)) + 1;
}

function Rules({ fields, onChange, problems, unread }: PartProps) {
  const t = useTranslations("security.policies");
  const { rules } = fields;
  const isLimited = fields.action === "allow" || rules.some(({ action }) => action === "allow");
  return (
    <section aria-label={t("rulesTitle")} className="grid gap-2.5">
      <div className="flex items-center gap-2">
        <h2>{t("rulesTitle")}</h2>
        <span className="text-ink-3">{t("denyWins")}</span>
        <Button
          size="small"
          className="ml-auto"
          onClick={() =>
            onChange({ ...fields, rules: [...rules, { id: nextId(rules), ...EMPTY_RULE, action: isLimited ? "allow" : "deny" }] })
          }
        >
          <Plus aria-hidden />
          {t("addRule")}
        </Button>
      </div>
      {rules.length === 0 && <p className="text-ink-3">{t(fields.action === "allow" ? "noRulesClosed" : "noRulesOpen")}</p>}
      {rules.map((rule, index) => (
        <RuleCard
          key={rule.id}
          rule={rule}
          index={index}
          problems={problems}
          isUnread={unread.includes(`rules.${index}.from.jwt`)}
          onChange={(next) => onChange({ ...fields, rules: rules.map((each) => (each.id === rule.id ? next : each)) })}
          onRemove={() => onChange({ ...fields, rules: rules.filter(({ id }) => id !== rule.id) })}
        />
      ))}
    </section>
  );
}

function Providers({ fields, onChange, problems, unread }: PartProps) {
  const t = useTranslations("security.policies");
  const { providers } = fields;
  return (
    <section aria-label={t("providersTitle")} className="grid gap-2.5">
      <div className="flex items-center gap-2">
        <h2>{t("providersTitle")}</h2>
        <span className="min-w-0 truncate text-ink-3">{t("providersAside")}</span>
        <Button
          size="small"
          className="ml-auto"
          onClick={() => onChange({ ...fields, providers: [...providers, { id: nextId(providers), ...EMPTY_PROVIDER }] })}
        >
          <Plus aria-hidden />
          {t("addProvider")}
        </Button>
      </div>
      {providers.map((provider, index) => (
        <ProviderCard
          key={provider.id}
          provider={provider}
          index={index}
          problems={problems}
          isUnread={unread.includes(`jwtProviders.${index}.jwks`)}
          onChange={(next) => onChange({ ...fields, providers: providers.map((each) => (each.id === provider.id ? next : each)) })}
          onRemove={() => onChange({ ...fields, providers: providers.filter(({ id }) => id !== provider.id) })}
        />
      ))}
    </section>
  );
}
