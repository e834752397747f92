"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { api, isGivenUp } from "@/components/shell/api.ts";
import { queryKeys } from "@/lib/client/index.ts";
import { canonicalJson } from "@/lib/std/index.ts";
import type { Policy } from "./policy-values.ts";

/** As long as somebody types nothing is asked. */
const PAUSE_MS = 300;

interface PolicyWrite {
  readonly service: string;
  readonly rev: number;
  readonly draft: Policy;
  /** Nothing is asked while nothing is drafted. */
  readonly isDirty: boolean;
}

/** Asks of every draft what the engine would say to it, and writes it. `error` is the last refusal of the draft as it stands. */
export function usePolicyWrite({ service, rev, draft, isDirty }: PolicyWrite) {
  const t = useTranslations("resilience.bar");
  const client = useQueryClient();
  const text = canonicalJson(draft);
  const [asked, setAsked] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const put = (policy: Policy, dryRun: boolean, reason = "") =>
    api.call("PUT /api/v1/services/{service}/traffic-policy", {
      params: { service },
      body: { ...policy, ...(reason !== "" && { reason }) },
      rev,
      dryRun,
    });
  const save = useMutation({
    mutationFn: (sent: { readonly draft: Policy; readonly rev: number; readonly reason: string }) => put(sent.draft, false, sent.reason),
    onSuccess: async () => {
      toast.success(t("applied", { service }));
      await client.invalidateQueries({ queryKey: queryKeys.service(service) });
    },
  });
  const check = useQuery({
    queryKey: ["policy-preview", service, rev, asked],
    queryFn: () => put(JSON.parse(asked) as Policy, true),
    // While it is being written the rev moves on, and a question on the old one would be refused.
    enabled: isDirty && asked === text && !save.isPending,
    retry: false,
    gcTime: 0,
  });
  // A refusal speaks of what was sent; of another draft, or on a newer state, it says nothing.
  const sent = save.variables;
  const isOfThis = sent !== undefined && sent.rev === rev && canonicalJson(sent.draft) === text;
  const failed = isOfThis && save.error && !isGivenUp(save.error) ? save.error : null;
  const isCurrent = isDirty && asked === text;
  return {
    save: (reason: string) => save.mutate({ draft, rev, reason }),
    isSaving: save.isPending,
    /** The last press of Apply failed and may be tried again. */
    hasFailed: failed !== null,
    /** The engine has not spoken of this draft yet. */
    isChecking: isDirty && (!isCurrent || check.isFetching),
    isAccepted: isCurrent && check.data !== undefined && !check.isFetching,
    error: isDirty ? (failed ?? check.error) : null,
  };
}
