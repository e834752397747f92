"use client";

import { useQuery } from "@tanstack/react-query";
import { Link2, RotateCcw } from "lucide-react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { problemsByPath } from "@/components/services/problems-by-path.ts";
import { LabelledSelect } from "@/components/services/routes/labelled-select.tsx";
import { queries } from "@/components/shell/api.ts";
import { Card } from "@/components/shell/page.tsx";
import { Button } from "@/components/ui/button.tsx";
import { CopyCommand } from "@/components/ui/copy-command.tsx";
import { ProblemList } from "@/components/ui/problem-list.tsx";
import { quote } from "@/components/ui/quote.ts";
import { Skeleton } from "@/components/ui/states.tsx";
import { TextArea, TextField } from "@/components/ui/text-field.tsx";
import type { RouteRule } from "@/lib/client/index.ts";
import { compareVersions } from "@/lib/model/index.ts";
import { SimulateAnswer } from "./simulate-answer.tsx";
import { NO_QUESTION, parseHeaders, type Question, urlOfQuestion } from "./simulate-question.ts";
import type { Tester } from "./use-simulation.ts";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

interface TesterProps {
  readonly service: string;
  readonly tester: Tester;
  /** In order, to name a rule that has no name. */
  readonly rules: readonly RouteRule[];
}

/** "Where would this request go, and why": answered by the code that decides in the proxies; nothing is sent. */
export function RequestTester({ service, tester, rules }: TesterProps) {
  const t = useTranslations("simulate");
  const { question, ask, body, answer, error } = tester;
  const problems = problemsByPath(error, ["path", "method", "headers", "caller"]);
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
      <div className="border-t border-line px-4 py-3" aria-busy={tester.isAsking}>
        {problems.rest ? (
          <ProblemList error={problems.rest} />
        ) : answer && !error ? (
          <SimulateAnswer service={service} answer={answer} rules={rules} />
        ) : error ? null : (
          <Skeleton className="h-[180px]" />
        )}
      </div>
      <CopyCommand command={{ cli: cliOf(service, question), method: "POST", path: "/api/v1/simulate", body }} />
    </Card>
  );
}

interface FieldsProps {
  readonly service: string;
  readonly question: Question;
  readonly ask: (question: Question) => void;
  readonly problemAt: ReturnType<typeof problemsByPath>["at"];
}

function QuestionFields({ service, question, ask, problemAt }: FieldsProps) {
  const t = useTranslations("simulate");
  const { data } = useQuery(queries.services());
  const set = (part: Partial<Question>) => ask({ ...question, ...part });
  const callers = (data?.items ?? [])
    .filter(({ name }) => name !== service)
    .flatMap(({ name, versions }) =>
      versions
        .map(({ version }) => version)
        .sort(compareVersions)
        .map((version) => ({ value: `${name}@${version}`, label: `${name} ${version}` })),
    );
  const isListed = question.from === "" || callers.some(({ value }) => value === question.from);
  const { badLine } = parseHeaders(question.headers);
  const badHeader = badLine === null ? problemAt("headers") : { detail: t("headerBad", { n: badLine }), fix: t("headerFix") };
  return (
    <>
      <LabelledSelect
        label={t("from")}
        value={question.from}
        onChange={(from) => set({ from })}
        options={[
          { value: "", label: t("outside") },
          ...(isListed ? [] : [{ value: question.from, label: question.from.replace("@", " ") }]),
          ...callers,
        ]}
        problem={problemAt("caller")}
      />
      <div className="grid grid-cols-[106px_minmax(0,1fr)] items-start gap-2">
        <LabelledSelect
          label={t("method")}
          value={question.method}
          onChange={(method) => set({ method })}
          options={(METHODS.includes(question.method) ? METHODS : [question.method, ...METHODS]).map((method) => ({
            value: method,
            label: method,
          }))}
          problem={problemAt("method")}
        />
        <TextField
          mono
          label={t("path")}
          value={question.path}
          onChange={(event) => set({ path: event.target.value })}
          autoComplete="off"
          problem={problemAt("path")}
        />
      </div>
      <TextArea
        mono
        label={t("headers")}
        value={question.headers}
        onChange={(event) => set({ headers: event.target.value })}
        rows={2}
        spellCheck={false}
        hint={t("headersHint")}
        problem={badHeader}
      />
    </>
  );
}

function cliOf(service: string, question: Question): string {
  const headers = Object.entries(parseHeaders(question.headers).headers);
  return [
    `interlock simulate ${quote(service)}`,
    ...(question.from === "" ? [] : [`--as ${quote(question.from)}`]),
    ...(question.method === "GET" ? [] : [`--method ${quote(question.method)}`]),
    ...(question.path === "/" ? [] : [`--path ${quote(question.path)}`]),
    ...headers.map(([name, value]) => `--header ${quote(`${name}: ${value}`)}`),
  ].join(" ");
}
