"use client";

import { useCallback, useEffect, useState } from "react";
import { type ApiProblem, openLogStream, type SteadyState } from "@/lib/client/index.ts";
import { EMPTY_LOG, type LogBuffer, pauseLog, resumeLog, takeLines, takeTail } from "./log-buffer.ts";

/** How often lines are drawn. */
const DRAW_MS = 250;
const FIRST_LINES = 500;

export interface LiveLog {
  readonly buffer: LogBuffer;
  readonly state: SteadyState;
  readonly problem: ApiProblem | null;
  readonly pause: () => void;
  readonly resume: () => void;
}

/** Follows what a process prints for as long as it is mounted. */
export function useLog(id: string): LiveLog {
  const [buffer, setBuffer] = useState(EMPTY_LOG);
  const [status, setStatus] = useState<{ readonly state: SteadyState; readonly problem: ApiProblem | null }>({
    state: "connecting",
    problem: null,
  });
  useEffect(() => {
    let waiting: ((before: LogBuffer) => LogBuffer)[] = [];
    setBuffer(EMPTY_LOG);
    const stream = openLogStream({
      baseUrl: "",
      id,
      lines: FIRST_LINES,
      onTail: ({ isCut, lines }) => {
        waiting = [(before) => takeTail(before, lines, isCut)];
      },
      onLines: (lines, skipped) => waiting.push((before) => takeLines(before, lines, skipped)),
      onState: (state, problem) => setStatus({ state, problem }),
    });
    const timer = setInterval(() => {
      if (waiting.length === 0) return;
      const takes = waiting;
      waiting = [];
      setBuffer((before) => takes.reduce((next, take) => take(next), before));
    }, DRAW_MS);
    return () => {
      clearInterval(timer);
      stream.close();
    };
  }, [id]);
  const pause = useCallback(() => setBuffer(pauseLog), []);
  const resume = useCallback(() => setBuffer(resumeLog), []);
  return { buffer, ...status, pause, resume };
}
