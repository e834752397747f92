"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import type { problemsByPath } from "@/components/services/problems-by-path.ts";
import { LabelledSelect } from "@/components/services/routes/labelled-select.tsx";
import { queries } from "@/components/shell/api.ts";
import { TextArea, TextField } from "@/components/ui/text-field.tsx";
import { compareVersions } from "@/lib/model/index.ts";
import { parseClaims, parseHeaders, type Question } from "./simulate-question.ts";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** Fields that show their own problems. */
export const QUESTION_PARTS = ["path", "method", "headers", "caller", "claims"] as const;

interface FieldsProps {
  readonly service: string;
  readonly question: Question;
  readonly ask: (question: Question) => void;
  readonly problemAt: ReturnType<typeof problemsByPath>["at"];
}

/** What is asked: who calls, and with which request. */
export function QuestionFields({ service, question, ask, problemAt }: FieldsProps) {
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
  const badClaim = parseClaims(question.claims).badLine;
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
      <TextArea
        mono
        label={t("claims")}
        value={question.claims}
        onChange={(event) => set({ claims: event.target.value })}
        rows={1}
        spellCheck={false}
        hint={t("claimsHint")}
        problem={badClaim === null ? problemAt("claims") : { detail: t("headerBad", { n: badClaim }), fix: t("headerFix") }}
      />
    </>
  );
}
