"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api } from "@/components/shell/api.ts";
import { useUrlState } from "@/components/ui/use-url-state.ts";
import type { CallRequest, ResponseOf, Routes } from "@/lib/client/index.ts";
import { canonicalJson } from "@/lib/std/index.ts";
import { callerOf, parseClaims, parseHeaders, type Question, questionOfUrl, urlOfQuestion } from "./simulate-question.ts";

export type Simulation = ResponseOf<"POST /api/v1/simulate">;

/** As long as somebody types there is no question yet. */
const PAUSE_MS = 250;

/** The question that is asked on a page, in its address. */
export interface AskedQuestion {
  readonly question: Question;
  readonly ask: (question: Question) => void;
}

/** What the tester asks, and what the engine answers. */
export interface Tester extends AskedQuestion {
  readonly body: NonNullable<CallRequest<"POST /api/v1/simulate">["body"]>;
  readonly answer: Simulation | undefined;
  readonly error: Error | null;
  /** The answer is to an earlier question. */
  readonly isAsking: boolean;
}

/** The question in the page's address. */
export function useQuestion(): AskedQuestion {
  const [params, setParams] = useUrlState();
  const [question, setQuestion] = useState(() => questionOfUrl(params));
  useEffect(() => {
    const timer = setTimeout(() => setParams(urlOfQuestion(question)), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [question, setParams]);
  return { question, ask: setQuestion };
}

/** A question and its answer, asked again while it is in sight: rules and splits change beneath it. `rules`: a draft, instead of those in force. */
export function useSimulation(service: string, { question, ask }: AskedQuestion, rules?: Routes["rules"]): Tester {
  const now = canonicalJson(bodyOf(service, question, rules));
  const [asked, setAsked] = useState(now);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(now), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [now]);
  const body = JSON.parse(asked) as Tester["body"];
  const { data, error, isPlaceholderData, isPending } = useQuery({
    queryKey: ["simulate", body],
    queryFn: ({ signal }) => api.call("POST /api/v1/simulate", { body, signal }),
    refetchInterval: 5000,
    placeholderData: keepPreviousData,
    retry: false,
  });
  return { question, ask, body, answer: data, error, isAsking: isPlaceholderData || isPending || asked !== now };
}

function bodyOf(service: string, question: Question, rules: Routes["rules"] | undefined): Tester["body"] {
  const caller = callerOf(question);
  const { claims } = parseClaims(question.claims);
  return {
    service,
    ...(caller && { caller }),
    method: question.method,
    path: question.path,
    headers: { ...parseHeaders(question.headers).headers },
    ...(Object.keys(claims).length > 0 && {
      claims: Object.fromEntries(Object.entries(claims).map(([name, values]) => [name, [...values]])),
    }),
    ...(rules !== undefined && { rules }),
  };
}
