"use client";

import { useState } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { asksForPerson } from "@/components/governance/asks-for-person.ts";
import { ConfirmByRisk } from "@/components/governance/confirm-by-risk.tsx";
import { api, isGivenUp } from "@/components/shell/api.ts";
import { Card } from "@/components/shell/page.tsx";
import { Button } from "@/components/ui/button.tsx";
import { ProblemList } from "@/components/ui/problem-list.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { ErrorState, SkeletonRows } from "@/components/ui/states.tsx";
import { Tag, type Tone } from "@/components/ui/tag.tsx";
import { describeCall } from "@/lib/client/index.ts";
import { ruleOf } from "./policy-draft.ts";
import { bodyOf, type PolicyView, usePolicies, usePolicyWrite } from "./use-policies.ts";
import { usePolicyWords } from "./use-policy-words.ts";

const TONES: Readonly<Record<PolicyView["state"], Tone>> = { firing: "bad", pending: "warn", idle: "ok", off: "unknown" };

interface PoliciesCardProps {
  readonly onOpen: (id: string) => void;
}

/** Every policy with what it would do now, and its switch. */
export function PoliciesCard({ onOpen }: PoliciesCardProps) {
  const t = useTranslations("policies.list");
  const { data, error, refetch } = usePolicies();
  if (data === undefined) {
    return <Card flush>{error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <SkeletonRows count={6} />}</Card>;
  }
  const own = data.items.filter(({ builtIn }) => !builtIn);
  const builtIn = data.items.filter((policy) => policy.builtIn);
  return (
    <div className="grid gap-4">
      <Card flush title={t("own")}>
        {own.length === 0 ? (
          <p className="border-t border-line px-4 py-3 text-ink-2">{t("none")}</p>
        ) : (
          <List policies={own} onOpen={onOpen} />
        )}
      </Card>
      <Card flush title={t("builtIn")} aside={<span className="text-xs text-ink-3">{t("builtInDetail")}</span>}>
        <List policies={builtIn} onOpen={onOpen} />
      </Card>
    </div>
  );
}

function List({ onOpen, policies }: PoliciesCardProps & { readonly policies: readonly PolicyView[] }) {
  return (
    <ul>
      {policies.map((policy) => (
        <PolicyRow key={policy.id} policy={policy} onOpen={onOpen} />
      ))}
    </ul>
  );
}

function PolicyRow({ onOpen, policy }: PoliciesCardProps & { readonly policy: PolicyView }) {
  const t = useTranslations("policies.list");
  const kinds = useTranslations("policies.kind");
  const [wanted, setWanted] = useState<boolean | null>(null);
  const { nameOf, sentenceOf } = usePolicyWords();
  const { enabled, id, kind, lastActedAt, now, rev, state } = policy;
  const name = nameOf(id, policy.name);
  const sentence = sentenceOf(id, policy.sentence);
  const request = (next: boolean) => ({ params: { id }, rev, body: { ...bodyOf(ruleOf(policy)), enabled: next } });
  const change = usePolicyWrite(
    (next: boolean) => api.call("PUT /api/v1/policies/{id}", request(next)),
    (_, next) => toast.success(t(next ? "switchedOn" : "switchedOff", { name })),
  );
  const isOn = change.isPending ? (wanted ?? enabled) : enabled;
  return (
    <li className="grid grid-cols-[auto_1fr_auto] items-start gap-x-3 gap-y-1 border-t border-line px-4 py-2.5" aria-label={name}>
      <button
        type="button"
        role="switch"
        aria-checked={isOn}
        aria-label={t("switch", { name })}
        disabled={change.isPending}
        onClick={() => {
          setWanted(!enabled);
          change.mutate(!enabled);
        }}
        className={`mt-[3px] flex h-[18px] w-8 items-center rounded-full border px-px transition-colors duration-120 ${isOn ? "justify-end border-transparent bg-accent" : "justify-start border-line-2 bg-sunken"}`}
      >
        <span className={`block size-[13px] rounded-full ${isOn ? "bg-accent-ink" : "bg-ink-3"}`} />
      </button>
      <div className="grid min-w-0 gap-0.5">
        <p className="flex flex-wrap items-center gap-x-2">
          <span className="strong">{name}</span>
          <Tag tone={TONES[state]}>{t(`state.${state}`)}</Tag>
          <span className="text-xs text-ink-3">{kinds(kind)}</span>
          {lastActedAt !== null && (
            <span className="text-xs text-ink-3">
              {t("acted")} <RelativeTime at={lastActedAt} />
            </span>
          )}
        </p>
        <p className="text-sm text-ink-2">{sentence}</p>
        <p className="text-sm">
          <span className="text-ink-3">{t("now")} </span>
          <span lang="en">{now}</span>
        </p>
        {change.error && !isGivenUp(change.error) && <ProblemList error={change.error} />}
        {asksForPerson(change.error) && (
          <ConfirmByRisk
            kind="primary"
            risk={null}
            refused={change.error}
            subject={name}
            whyNot={null}
            onConfirm={() => change.mutate(wanted ?? !enabled)}
            request={() => describeCall("PUT /api/v1/policies/{id}", request(wanted ?? !enabled))}
            reason=""
          >
            {t("switch", { name })}
          </ConfirmByRisk>
        )}
      </div>
      <Button size="small" onClick={() => onOpen(id)} aria-label={t("editOf", { name })}>
        {t("edit")}
      </Button>
    </li>
  );
}
