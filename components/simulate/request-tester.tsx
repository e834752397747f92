"use client";

import { FlaskConical, Link2, RotateCcw } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { problemsByPath } from "@/components/services/problems-by-path.ts";
import { Card } from "@/components/shell/page.tsx";
import { Button } from "@/components/ui/button.tsx";
import { CopyCommand } from "@/components/ui/copy-command.tsx";
import { ProblemList } from "@/components/ui/problem-list.tsx";
import { quote } from "@/components/ui/quote.ts";
import { Skeleton } from "@/components/ui/states.tsx";
import type { RouteRule, Routes } from "@/lib/client/index.ts";
import { QUESTION_PARTS, QuestionFields } from "./question-fields.tsx";
import { SimulateAnswer } from "./simulate-answer.tsx";
import { NO_QUESTION, parseClaims, parseHeaders, type Question, urlOfQuestion } from "./simulate-question.ts";
import { type AskedQuestion, type Tester, useSimulation } from "./use-simulation.ts";

interface TesterProps {
  readonly service: string;
  readonly tester: Tester;
  /** In order, to name a rule that has no name. */
  readonly rules: readonly RouteRule[];
}

/** "Where would this request go, and why": answered by the code that decides in the proxies; nothing is sent. */
export function RequestTester({ service, tester, rules }: TesterProps) {
  const t = useTranslations("simulate");
  const { question, ask, body, error } = tester;
  const problems = problemsByPath(error, QUESTION_PARTS);
  const copyLink = async () => {
    const url = new URL(window.location.href);
    for (const [name, value] of Object.entries(urlOfQuestion(question))) {
      if (value === "") url.searchParams.delete(name);
      else url.searchParams.set(name, value);
    }
    await navigator.clipboard.writeText(url.toString());
    toast.success(t("shared"));
  };
  return (
    <Card
      flush
      title={t("title")}
      aside={
        <>
          <span className="text-ink-3">{t("aside")}</span>
          <span className="ml-auto flex">
            <Button kind="ghost" size="icon-small" aria-label={t("clear")} title={t("clear")} onClick={() => ask(NO_QUESTION)}>
              <RotateCcw aria-hidden />
            </Button>
            <Button kind="ghost" size="icon-small" aria-label={t("share")} title={t("share")} onClick={() => void copyLink()}>
              <Link2 aria-hidden />
            </Button>
          </span>
        </>
      }
    >
      <div className="grid gap-3 px-4 pb-3">
        <QuestionFields service={service} question={question} ask={ask} problemAt={problems.at} />
        <p className="text-xs text-ink-3">{t("inForce")}</p>
      </div>
      <div className="border-t border-line px-4 py-3">
        <TesterAnswer service={service} tester={tester} rules={rules} problem={problems.rest} />
      </div>
      <CopyCommand command={{ cli: cliOf(service, question), method: "POST", path: "/api/v1/simulate", body }} />
    </Card>
  );
}

/** The answer, or what is wrong with the question and belongs to none of its fields. */
function TesterAnswer({ service, tester, rules, problem }: TesterProps & { readonly problem: Error | null }) {
  const { answer, error } = tester;
  return (
    <div aria-busy={tester.isAsking}>
      {problem ? (
        <ProblemList error={problem} />
      ) : answer && !error ? (
        <SimulateAnswer service={service} answer={answer} rules={rules} />
      ) : error ? null : (
        <Skeleton className="h-[180px]" />
      )}
    </div>
  );
}

/** The same question to rules that are being written: `rules` are tried instead of those in force. Not to stand within a form, whose Enter would save. */
export function DraftTester({ service, asked, rules }: Pick<TesterProps, "service" | "rules"> & { readonly asked: AskedQuestion }) {
  const t = useTranslations("simulate");
  const [isOpen, setOpen] = useState(false);
  return (
    <section aria-label={t("draft")} className="mt-4 border-t border-line pt-3">
      <Button aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <FlaskConical aria-hidden />
        {t("draft")}
      </Button>
      {isOpen && <OpenDraftTester service={service} asked={asked} rules={rules} />}
    </section>
  );
}

function OpenDraftTester({ service, asked, rules }: Parameters<typeof DraftTester>[0]) {
  const t = useTranslations("simulate");
  const tester = useSimulation(service, asked, rules as Routes["rules"]);
  const problems = problemsByPath(tester.error, QUESTION_PARTS);
  const { question, body } = tester;
  return (
    <div className="mt-3 grid gap-3">
      <QuestionFields service={service} question={question} ask={asked.ask} problemAt={problems.at} />
      <p className="text-xs text-ink-3">{t("inDraft")}</p>
      <TesterAnswer service={service} tester={tester} rules={rules} problem={problems.rest} />
      <CopyCommand command={{ cli: `${cliOf(service, question)} --rules rules.yaml`, method: "POST", path: "/api/v1/simulate", body }} />
    </div>
  );
}

function cliOf(service: string, question: Question): string {
  const headers = Object.entries(parseHeaders(question.headers).headers);
  const claims = Object.entries(parseClaims(question.claims).claims).flatMap(([name, values]) => values.map((value) => `${name}=${value}`));
  return [
    `interlock simulate ${quote(service)}`,
    ...(question.from === "" ? [] : [`--as ${quote(question.from)}`]),
    ...(question.method === "GET" ? [] : [`--method ${quote(question.method)}`]),
    ...(question.path === "/" ? [] : [`--path ${quote(question.path)}`]),
    ...headers.map(([name, value]) => `--header ${quote(`${name}: ${value}`)}`),
    ...claims.map((claim) => `--claim ${quote(claim)}`),
  ].join(" ");
}
