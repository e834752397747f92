"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { ApiProblem, queryKeys } from "@/lib/client/index.ts";
import { api, queries } from "./api.ts";

const REFRESH_MS = 3000;
const ABSENT_REFRESH_MS = 10_000;

/** Load of the demo mesh; `load` is null where no load generator is attached. */
export function useLoad() {
  const t = useTranslations("shell.load");
  const client = useQueryClient();
  const { data } = useQuery({
    ...queries.load(),
    retry: false,
    refetchInterval: (query) => (query.state.data?.attached ? REFRESH_MS : ABSENT_REFRESH_MS),
  });
  const set = useMutation({
    mutationFn: (targetRps: number) => api.call("PUT /api/v1/load", { body: { targetRps } }),
    onSuccess: (load) => {
      client.setQueryData(queryKeys.load(), load);
      toast.success(t("set", { rate: load.targetRps }));
    },
    onError: (error) => toast.error(error instanceof ApiProblem ? error.detail : String(error)),
  });
  return { load: data?.attached ? data : null, setLoad: set.mutate };
}
