"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api } from "@/components/shell/api.ts";
import { useUrlState } from "@/components/ui/use-url-state.ts";
import type { CallRequest, ResponseOf } from "@/lib/client/index.ts";
import { callerOf, parseHeaders, type Question, questionOfUrl, urlOfQuestion } from "./simulate-question.ts";

export type Simulation = ResponseOf<"POST /api/v1/simulate">;

/** As long as somebody types there is no question yet. */
const PAUSE_MS = 250;

/** What the tester asks, and what the engine answers. */
export interface Tester {
  readonly question: Question;
  readonly ask: (question: Question) => void;
  readonly body: NonNullable<CallRequest<"POST /api/v1/simulate">["body"]>;
  readonly answer: Simulation | undefined;
  readonly error: Error | null;
  /** The answer is to an earlier question. */
  readonly isAsking: boolean;
}

/** The question in the address, asked again while it is in sight: rules and splits change beneath it. */
export function useSimulation(service: string): Tester {
  const [params, setParams] = useUrlState();
  const [question, setQuestion] = useState(() => questionOfUrl(params));
  const [asked, setAsked] = useState(question);
  useEffect(() => {
    const timer = setTimeout(() => {
      setAsked(question);
      setParams(urlOfQuestion(question));
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [question, setParams]);
  const body = bodyOf(service, asked);
  const { data, error, isPlaceholderData, isPending } = useQuery({
    queryKey: ["simulate", body],
    queryFn: ({ signal }) => api.call("POST /api/v1/simulate", { body, signal }),
    refetchInterval: 5000,
    placeholderData: keepPreviousData,
    retry: false,
  });
  return { question, ask: setQuestion, body, answer: data, error, isAsking: isPlaceholderData || isPending || asked !== question };
}

function bodyOf(service: string, question: Question) {
  const caller = callerOf(question);
  return {
    service,
    ...(caller && { caller }),
    method: question.method,
    path: question.path,
    headers: { ...parseHeaders(question.headers).headers },
  };
}
