import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { api, isGivenUp } from "@/components/shell/api.ts";
import { queryKeys, type ResponseOf } from "@/lib/client/index.ts";
import { canonicalJson } from "@/lib/std/index.ts";
import type { Policy } from "./policy-form.ts";

export type AuthorizationView = ResponseOf<"GET /api/v1/services/{service}/authorization">;

/** As long as somebody types nothing is asked. */
const PAUSE_MS = 300;

/** Who may call a service, as it is in force. */
export function useAuthorization(service: string) {
  return useQuery({
    queryKey: [...queryKeys.service(service), "authorization"],
    queryFn: ({ signal }) => api.call("GET /api/v1/services/{service}/authorization", { params: { service }, signal }),
    refetchInterval: 5_000,
  });
}

interface AuthorizationDraft {
  readonly service: string;
  readonly rev: number;
  readonly draft: Policy;
  /** It differs from what is in force and could be read. */
  readonly isAskable: boolean;
  readonly onDone: () => void;
}

/** Asks of every draft what the engine would say to it, and writes or removes the policy. */
export function useAuthorizationWrite({ service, rev, draft, isAskable, onDone }: AuthorizationDraft) {
  const t = useTranslations("security.policies");
  const client = useQueryClient();
  const text = canonicalJson(draft);
  const [asked, setAsked] = useState(text);
  const put = (policy: Policy, dryRun: boolean, reason = "") =>
    api.call("PUT /api/v1/services/{service}/authorization", {
      params: { service },
      body: { ...policy, ...(reason !== "" && { reason }) },
      rev,
      dryRun,
    });
  const isCurrent = isAskable && asked === text;
  const written = async (said: string) => {
    toast.success(said);
    onDone();
    await Promise.all([
      client.invalidateQueries({ queryKey: queryKeys.service(service) }),
      client.invalidateQueries({ queryKey: queryKeys.manifest() }),
    ]);
  };
  const save = useMutation({
    mutationFn: (reason: string) => put(draft, false, reason),
    onSuccess: () => written(t("saved", { service })),
  });
  const remove = useMutation({
    mutationFn: (reason: string) =>
      api.call("DELETE /api/v1/services/{service}/authorization", {
        params: { service },
        query: reason === "" ? {} : { reason },
        rev,
      }),
    onSuccess: () => written(t("removed", { service })),
  });
  // A refusal is of the draft that was sent, not of the next one.
  const { reset: forgetSave } = save;
  const { reset: forgetRemove } = remove;
  useEffect(() => {
    forgetSave();
    forgetRemove();
    const timer = setTimeout(() => setAsked(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, forgetSave, forgetRemove]);
  const isWriting = [save, remove].some(({ isPending, isSuccess }) => isPending || isSuccess);
  const check = useQuery({
    queryKey: ["authorization-preview", service, rev, asked],
    queryFn: () => put(JSON.parse(asked) as Policy, true),
    // What is being written has been answered by then: a question on its old rev would only be refused.
    enabled: isCurrent && !isWriting,
    retry: false,
    gcTime: 0,
  });
  const failed = [save.error, remove.error].find((error) => error !== null && !isGivenUp(error)) ?? null;
  return {
    save,
    remove,
    isPending: save.isPending || remove.isPending,
    isChecking: isAskable && (!isCurrent || check.isFetching),
    isAccepted: isCurrent && check.data !== undefined && !check.isFetching,
    error: failed ?? (isAskable ? check.error : null),
  };
}
