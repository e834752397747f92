"use client";

import { useState } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { ConfirmByRisk } from "@/components/governance/confirm-by-risk.tsx";
import { useLive } from "@/components/live/use-live.ts";
import { api, isGivenUp } from "@/components/shell/api.ts";
import { Button } from "@/components/ui/button.tsx";
import { CopyCommand } from "@/components/ui/copy-command.tsx";
import { DialogActions, Sheet } from "@/components/ui/dialog.tsx";
import { ProblemList } from "@/components/ui/problem-list.tsx";
import { SkeletonRows } from "@/components/ui/states.tsx";
import { useNow } from "@/components/ui/use-now.ts";
import { describeCall } from "@/lib/client/index.ts";
import { describePolicy } from "@/lib/policy/index.ts";
import { ActionFields } from "./action-fields.tsx";
import { DryRunStrip } from "./dry-run-strip.tsx";
import { GuardFields } from "./guard-fields.tsx";
import { draftOf, NEW_DRAFT, type PolicyDraft, readDraft, ruleOf } from "./policy-draft.ts";
import { TriggerFields } from "./trigger-fields.tsx";
import { bodyOf, type PolicyView, useDryRun, usePolicies, usePolicyWrite } from "./use-policies.ts";

/** Writes or changes a policy; `new` for one that is not there yet. */
export function PolicySheet({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const t = useTranslations("policies.form");
  const { data } = usePolicies();
  const known = data?.items.find((policy) => policy.id === id);
  if (id === "new" || known !== undefined) return <Editor known={known ?? null} others={data?.items ?? []} onClose={onClose} />;
  return (
    <Sheet open onClose={onClose} title={id}>
      {data === undefined ? <SkeletonRows count={4} className="p-0" /> : <p className="text-ink-2">{t("gone", { id })}</p>}
    </Sheet>
  );
}

interface EditorProps {
  readonly known: PolicyView | null;
  readonly others: readonly PolicyView[];
  readonly onClose: () => void;
}

function Editor({ known, onClose, others }: EditorProps) {
  const t = useTranslations("policies.form");
  const common = useTranslations("common");
  // What is edited is what was opened, whatever happens meanwhile; a stale rev is refused with what changed.
  const [opened] = useState(known);
  const [draft, setDraft] = useState<PolicyDraft>(() => (opened === null ? NEW_DRAFT : draftOf(ruleOf(opened))));
  const services = useLive((state) => state.shape.services);
  const nowMs = useNow();
  const rest = others.filter((policy) => policy.id !== opened?.id).map(ruleOf);
  const { policy, problems } = readDraft(draft, rest, { services: services.map(({ name }) => name), nowMs });
  const dryRun = useDryRun();
  const save = useSave(opened, onClose);
  const remove = usePolicyWrite(
    () => api.call("DELETE /api/v1/policies/{id}", { params: { id: opened?.id ?? "" }, rev: opened?.rev ?? 0 }),
    () => {
      toast.success(t("removed", { name: opened?.name ?? "" }));
      onClose();
    },
  );
  const change = (fields: Partial<PolicyDraft>) => {
    dryRun.reset();
    save.reset();
    setDraft((before) => ({ ...before, ...fields }));
  };
  const problemAt = (...paths: readonly string[]) => problems.find(({ path }) => paths.includes(path)) ?? null;
  const failed = save.error ?? remove.error ?? dryRun.error;
  const blocked =
    draft.name.trim() === "" ? t("nameNeeded") : problems[0] === undefined ? null : `${problems[0].detail} ${problems[0].fix}`;
  const isBusy = save.isPending || remove.isPending;
  return (
    <Sheet
      open
      onClose={onClose}
      width={640}
      title={opened === null ? t("newTitle") : opened.name}
      description={opened?.builtIn === true ? t("builtInDetail") : t("detail")}
      footer={
        <>
          <DialogActions>
            <ConfirmByRisk
              kind="primary"
              risk={null}
              refused={save.error}
              subject={policy.name}
              disabled={isBusy}
              whyNot={blocked}
              onConfirm={() => save.mutate(bodyOf(policy))}
              request={() => requestOf(opened, policy)}
              reason=""
            >
              {save.isPending ? t("saving") : t("save")}
            </ConfirmByRisk>
            <Button disabled={dryRun.isPending} whyNot={blocked} onClick={() => dryRun.mutate({ id: opened?.id ?? "draft", policy })}>
              {dryRun.isPending ? t("trying") : t("try")}
            </Button>
            <Button kind="ghost" onClick={onClose}>
              {common("cancel")}
            </Button>
            <span className="flex-1" />
            {opened !== null && !opened.builtIn && (
              <Button kind="danger" disabled={isBusy} onClick={() => remove.mutate(undefined)}>
                {t("remove")}
              </Button>
            )}
          </DialogActions>
          <CopyCommand command={commandOf(opened, policy)} />
        </>
      }
    >
      <div className="grid gap-4">
        {failed && !isGivenUp(failed) && <ProblemList error={failed} />}
        <p
          aria-live="polite"
          className={blocked === null ? "rounded-2 bg-sunken px-3 py-2 text-sm" : "rounded-2 bg-sunken px-3 py-2 text-sm text-ink-2"}
        >
          {blocked ?? describePolicy(policy)}
        </p>
        {dryRun.data && <DryRunStrip run={dryRun.data} policy={policy} />}
        <TriggerFields draft={draft} onChange={change} problemAt={problemAt} />
        {draft.trigger !== "growth" && (
          <>
            <GuardFields draft={draft} onChange={change} problemAt={problemAt} />
            <ActionFields actions={draft.actions} onChange={(actions) => change({ actions })} problemAt={problemAt} />
          </>
        )}
      </div>
    </Sheet>
  );
}

function useSave(opened: PolicyView | null, onClose: () => void) {
  const t = useTranslations("policies.form");
  return usePolicyWrite(
    (body: ReturnType<typeof bodyOf>) =>
      opened === null
        ? api.call("POST /api/v1/policies", { body, idempotencyKey: crypto.randomUUID() })
        : api.call("PUT /api/v1/policies/{id}", { params: { id: opened.id }, rev: opened.rev, body }),
    ({ name }) => {
      toast.success(t("saved", { name }));
      onClose();
    },
  );
}

/** What a second person is asked about. */
function requestOf(opened: PolicyView | null, policy: Parameters<typeof bodyOf>[0]) {
  const body = bodyOf(policy);
  return opened === null
    ? describeCall("POST /api/v1/policies", { body, idempotencyKey: crypto.randomUUID() })
    : describeCall("PUT /api/v1/policies/{id}", { params: { id: opened.id }, rev: opened.rev, body });
}

function commandOf(opened: PolicyView | null, policy: Parameters<typeof bodyOf>[0]) {
  const body = bodyOf(policy);
  if (opened === null) return { cli: "interlock policy add -f policy.yaml", method: "POST" as const, path: "/api/v1/policies", body };
  return {
    cli: `interlock policy change ${opened.id} -f policy.yaml`,
    method: "PUT" as const,
    path: `/api/v1/policies/${opened.id}`,
    rev: opened.rev,
    body,
  };
}
