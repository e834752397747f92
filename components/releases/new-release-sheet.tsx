"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { ConfirmByRisk } from "@/components/governance/confirm-by-risk.tsx";
import { RiskReasons } from "@/components/governance/risk-reasons.tsx";
import { useServices } from "@/components/live/use-services.ts";
import { isGivenUp } from "@/components/shell/api.ts";
import { Button } from "@/components/ui/button.tsx";
import { CopyCommand } from "@/components/ui/copy-command.tsx";
import { DialogActions, Sheet } from "@/components/ui/dialog.tsx";
import { Select } from "@/components/ui/select.tsx";
import { TextField } from "@/components/ui/text-field.tsx";
import { ApiProblem, describeCall } from "@/lib/client/index.ts";
import type { Risk } from "@/lib/model/index.ts";
import { JudgeFields } from "./judge-fields.tsx";
import { likelyVersion, releasableVersions } from "./releasable.ts";
import { ReleaseForecast } from "./release-forecast.tsx";
import { GATES, type Gates, type JudgeDraft, PLAIN_JUDGE, type ReleaseQuestion, releaseBody, releaseCommand } from "./release-question.ts";
import { StrategyChoice } from "./strategy-choice.tsx";
import { useReleasePreview, useStartRelease } from "./use-releases.ts";
import { useStrategies } from "./use-strategies.ts";

interface NewReleaseSheetProps {
  /** The question as the address carries it. */
  readonly question: ReleaseQuestion;
  readonly onQuestion: (question: ReleaseQuestion) => void;
  readonly onClose: () => void;
}

/** Asks what is released and how, shows what that would cost if it were bad, and starts it; a refusal says what would make it possible. */
export function NewReleaseSheet({ onClose, onQuestion, question }: NewReleaseSheetProps) {
  const t = useTranslations("newRelease");
  const common = useTranslations("common");
  const router = useRouter();
  const strategies = useStrategies();
  const [judge, setJudge] = useState<JudgeDraft>(PLAIN_JUDGE);
  const [reason, setReason] = useState("");
  const strategy = strategies.items.find(({ name }) => name === question.strategy) ?? strategies.usual;
  const isWhole = question.service !== "" && question.version !== "" && strategy !== null;
  const body = (why: string) => releaseBody(question, strategy?.name ?? "", judge, why);
  const preview = useReleasePreview(isWhole ? body("") : null);
  const start = useStartRelease(({ id }) => router.push(`/releases/${encodeURIComponent(id)}`));
  const refused = isWhole ? (preview.error ?? (start.error && !isGivenUp(start.error) ? start.error : null)) : null;
  const risk = startRisk(preview.data?.risk, refused);
  const isAsking = isWhole && (preview.isPending || preview.isPlaceholderData);
  const whyNot = isWhole ? (preview.error?.message ?? (isAsking ? t("asking") : null)) : t("nothing");
  return (
    <Sheet
      open
      onClose={onClose}
      title={t("title")}
      description={t("detail")}
      width={600}
      footer={
        <>
          <DialogActions>
            <ConfirmByRisk
              kind="primary"
              size="large"
              tour="release-start"
              risk={risk}
              refused={start.error}
              subject={question.service}
              disabled={start.isPending}
              whyNot={whyNot}
              onConfirm={() => start.mutate(body(reason))}
              request={() => describeCall("POST /api/v1/releases", { body: body(reason) })}
              reason={reason}
            >
              {start.isPending
                ? t("starting")
                : isWhole
                  ? t("start", { service: question.service, version: question.version })
                  : t("startNothing")}
            </ConfirmByRisk>
            <Button kind="ghost" size="large" onClick={onClose}>
              {common("cancel")}
            </Button>
          </DialogActions>
          {isWhole && (
            <CopyCommand
              command={{
                cli: releaseCommand(question, strategy.name, judge, reason),
                method: "POST",
                path: "/api/v1/releases",
                body: body(reason),
              }}
            />
          )}
        </>
      }
    >
      <div className="grid gap-5">
        <VersionChoice question={question} onQuestion={onQuestion} />
        <StrategyChoice
          strategies={strategies}
          chosen={strategy}
          onChoose={(name) => onQuestion({ ...question, strategy: name })}
          service={question.service}
          version={question.version}
        />
        <div className="grid grid-cols-2 gap-3">
          <div className="grid content-start gap-1">
            <span className="text-sm font-[540] text-ink-2">{t("gates")}</span>
            <Select
              label={t("gates")}
              value={question.gates}
              onChange={(gates) => onQuestion({ ...question, gates: gates as Gates })}
              options={GATES.map((value) => ({ value, label: t(`gate.${value}`) }))}
            />
          </div>
          <TextField label={t("reason")} value={reason} maxLength={2000} onChange={(event) => setReason(event.target.value)} />
        </div>
        <JudgeFields judge={judge} onJudge={setJudge} problems={refused instanceof ApiProblem ? refused.errors : []} />
        {isWhole && (
          <section aria-live="polite" aria-busy={isAsking} className="grid gap-2.5">
            <ReleaseForecast
              question={question}
              preview={preview}
              refused={refused}
              onStrategy={(name) => onQuestion({ ...question, strategy: name })}
            />
            <RiskReasons risk={risk} />
          </section>
        )}
      </div>
    </Sheet>
  );
}

/** What a release moves it moves step by step, judged at each: what a press held down would guard against is no reason to hold the one that starts it. */
function startRisk(risk: Risk | undefined, refused: Error | null): Risk | null {
  return refused !== null || risk === undefined || risk.level === "hold" ? null : risk;
}

/** Service and version; what cannot be released says why in its place. */
function VersionChoice({ onQuestion, question }: Pick<NewReleaseSheetProps, "question" | "onQuestion">) {
  const t = useTranslations("newRelease");
  const services = useServices();
  const service = services.find(({ name }) => name === question.service);
  const versions = service ? releasableVersions(service) : [];
  const chosen = versions.find(({ version }) => version === question.version);
  const choose = (name: string) => {
    const next = services.find((each) => each.name === name);
    onQuestion({ ...question, service: name, version: next ? likelyVersion(next) : "" });
  };
  return (
    <div className="grid gap-1.5">
      <div className="grid grid-cols-2 gap-3">
        <div className="grid gap-1">
          <span className="text-sm font-[540] text-ink-2">{t("service")}</span>
          <Select
            label={t("service")}
            value={question.service}
            onChange={choose}
            options={[
              ...(question.service === "" ? [{ value: "", label: t("chooseService"), disabled: true }] : []),
              ...services.map(({ name }) => ({ value: name, label: name })),
            ]}
          />
        </div>
        <div className="grid gap-1">
          <span className="text-sm font-[540] text-ink-2">{t("version")}</span>
          <Select
            mono
            label={t("version")}
            value={question.version}
            onChange={(version) => onQuestion({ ...question, version })}
            options={
              versions.length === 0
                ? [{ value: "", label: "–", disabled: true }]
                : [
                    ...(chosen ? [] : [{ value: question.version, label: question.version || "–", disabled: true }]),
                    ...versions.map(({ version, why }) => ({
                      value: version,
                      label: why === null ? version : t(`versionWhy.${why}`, { version }),
                      disabled: why !== null,
                    })),
                  ]
            }
          />
        </div>
      </div>
      {chosen?.why && <p className="text-sm text-warn">{t(`why.${chosen.why}`, { version: chosen.version })}</p>}
      {service && !chosen && question.version === "" && <p className="text-sm text-warn">{t("why.none", { service: service.name })}</p>}
    </div>
  );
}
