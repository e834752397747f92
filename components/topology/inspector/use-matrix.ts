import { useQuery } from "@tanstack/react-query";
import { INGRESS } from "@/components/live/topology-shape.ts";
import { useLive } from "@/components/live/use-live.ts";
import { queries } from "@/components/shell/api.ts";
import type { CompatibilityMatrix } from "@/lib/client/index.ts";

/** What is known of the version pairs of an edge, asked anew after every change; null until it is known, and for traffic from outside. */
export function useMatrix(consumer: string, provider: string): CompatibilityMatrix | null {
  const newestChange = useLive((state) => state.changes[0]?.seq ?? 0);
  const query = queries.compatibility(consumer, provider);
  const { data } = useQuery({
    ...query,
    queryKey: [...query.queryKey, newestChange],
    enabled: consumer !== INGRESS,
    placeholderData: (before: CompatibilityMatrix | undefined) => keepUntilAnswered(before, consumer, provider),
  });
  return data ?? null;
}

/** The matrix on screen stays until the answer to the next question is there, unless it is another edge's. */
export function keepUntilAnswered<T extends Pick<CompatibilityMatrix, "consumer" | "provider">>(
  before: T | undefined,
  consumer: string,
  provider: string,
): T | undefined {
  return before?.consumer === consumer && before.provider === provider ? before : undefined;
}
