"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { api, isGivenUp } from "@/components/shell/api.ts";
import type { bodyOf } from "./channel-values.ts";

const KEY = ["channels"];
const REFRESH_MS = 2_000;

/** Every channel with how it does: messages come and go, so it is asked again all the time. */
export function useChannels() {
  return useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => api.call("GET /api/v1/channels", { signal }),
    refetchInterval: REFRESH_MS,
  });
}

interface ChannelWrite {
  readonly name: string;
  /** 0: it must not be there yet. */
  readonly rev: number;
  /** Null removes it. */
  readonly body: ReturnType<typeof bodyOf> | null;
}

/** Sets or removes a channel. */
export function useChannelWrite(onDone: () => void) {
  const t = useTranslations("channels");
  const client = useQueryClient();
  const mutation = useMutation({
    mutationFn: async ({ body, name, rev }: ChannelWrite) => {
      if (body === null) await api.call("DELETE /api/v1/channels/{name}", { params: { name }, rev });
      else await api.call("PUT /api/v1/channels/{name}", { params: { name }, rev, body });
    },
    onSuccess: async (_, { body, name }) => {
      toast.success(body === null ? t("removed", { name }) : t("saved", { name }));
      onDone();
      await client.invalidateQueries({ queryKey: KEY });
    },
  });
  return {
    run: mutation.mutate,
    isPending: mutation.isPending,
    forget: mutation.reset,
    problem: mutation.error && !isGivenUp(mutation.error) ? mutation.error : null,
  };
}

/** Sends a test, and says what the other side said. */
export function useChannelTest() {
  const t = useTranslations("channels");
  return useMutation({
    mutationFn: (name: string) => api.call("POST /api/v1/channels/{name}/test", { params: { name } }),
    onSuccess: ({ delivered, said }, name) => {
      if (delivered) toast.success(t("arrived", { name, said }));
      else toast.error(t("notArrived", { name, said }), { duration: 12_000 });
    },
    onError: (error, name) => {
      toast.error(t("notArrived", { name, said: error.message }));
    },
  });
}
