import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useLive } from "@/components/live/use-live.ts";
import { api } from "@/components/shell/api.ts";
import { FULL_WEIGHT_BP } from "@/lib/model/index.ts";
import type { AskedSplit } from "./shift-question.ts";

/**
 * What the engine says of a shift, asked again after each change in the mesh; `answer` is null until weights that sum to 100 % were judged.
 * While `isAsking` it is still the answer to the question before.
 */
export function useShiftAnswer(question: readonly AskedSplit[]) {
  const newestChange = useLive((state) => state.changes[0]?.seq ?? 0);
  const changes = question.filter(({ weights }) => Object.values(weights).reduce((sum, each) => sum + each, 0) === FULL_WEIGHT_BP);
  const isAskable = changes.length > 0 && changes.length === question.length;
  const { data, error, isPlaceholderData } = useQuery({
    queryKey: ["can-i-shift", changes, newestChange],
    queryFn: ({ signal }) => api.call("POST /api/v1/can-i-shift", { body: { changes: changes.map((each) => ({ ...each })) }, signal }),
    enabled: isAskable,
    placeholderData: keepPreviousData,
    retry: false,
  });
  return { answer: isAskable && !error ? (data ?? null) : null, error: isAskable ? error : null, isAskable, isAsking: isPlaceholderData };
}
