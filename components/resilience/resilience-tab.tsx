"use client";

import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import { useForm, useWatch } from "react-hook-form";
import { useTranslations } from "use-intl";
import { ChangedMeanwhile } from "@/components/services/changed-meanwhile.tsx";
import { problemsByPath } from "@/components/services/problems-by-path.ts";
import { staleEditOf } from "@/components/services/stale-edit.ts";
import { api } from "@/components/shell/api.ts";
import { Card } from "@/components/shell/page.tsx";
import { ErrorState, Skeleton } from "@/components/ui/states.tsx";
import { useMediaQuery } from "@/components/ui/use-media-query.ts";
import { queryKeys, type Service } from "@/lib/client/index.ts";
import { compareVersions, effectivePolicy, type TrafficPolicy } from "@/lib/model/index.ts";
import { canonicalJson } from "@/lib/std/index.ts";
import { ApplyBar } from "./apply-bar.tsx";
import { BalancingGroup } from "./balancing-group.tsx";
import { ChecksGroup } from "./checks-group.tsx";
import { ConcurrencyGroup } from "./concurrency-group.tsx";
import { FailoverGroup } from "./failover-group.tsx";
import { FiguresGroup } from "./figures-group.tsx";
import type { PolicyEditorState } from "./policy-editor-state.ts";
import { policyMoves } from "./policy-moves.ts";
import {
  type Effective,
  type Policy,
  type PolicyValues,
  type PolicyView,
  policyOfValues,
  rebaseValues,
  valuesOfPolicy,
} from "./policy-values.ts";
import { RangesGroup } from "./ranges-group.tsx";
import { TlsGroup } from "./tls-group.tsx";
import { usePolicyWrite } from "./use-policy-write.ts";

const PARTS = [
  "loadBalancing",
  "healthChecks",
  "outlierDetection",
  "circuitBreakers",
  "adaptiveConcurrency",
  "retries",
  "timeouts",
  "slowStartMs",
  "panicThresholdPercent",
  "failover",
  "tls",
  "ranges",
];

/** How traffic to a service is balanced, protected and secured: every setting with its value, default and meaning, changed in place. */
export function ResilienceTab({ service }: { readonly service: Service }) {
  const params = { service: service.name };
  const { data, error, refetch } = useQuery({
    queryKey: [...queryKeys.service(service.name), "traffic-policy"],
    queryFn: ({ signal }) => api.call("GET /api/v1/services/{service}/traffic-policy", { params, signal }),
    refetchInterval: 5000,
  });
  if (data)
    return <PolicyEditor key={service.name} live={data} versions={service.versions.map(({ version }) => version).sort(compareVersions)} />;
  if (error) {
    return (
      <Card flush>
        <ErrorState error={error} onRetry={() => void refetch()} />
      </Card>
    );
  }
  return (
    <div className="grid gap-4 min-[1100px]:grid-cols-2">
      <Skeleton className="h-[420px] rounded-3" />
      <Skeleton className="h-[420px] rounded-3" />
    </div>
  );
}

interface EditorProps {
  readonly live: PolicyView;
  readonly versions: readonly string[];
}

function PolicyEditor({ live, versions }: EditorProps) {
  const t = useTranslations("resilience");
  const [opened, setOpened] = useState(live);
  const form = useForm<PolicyValues>({ defaultValues: valuesOfPolicy(opened.policy) });
  const values = useWatch({ control: form.control }) as PolicyValues;
  const base = policyOfValues(valuesOfPolicy(opened.policy));
  const draft = policyOfValues(values);
  const isDirty = canonicalJson(draft) !== canonicalJson(base);
  const reopen = useCallback(
    (now: PolicyView, isMine: boolean) => {
      setOpened(now);
      if (!isMine) form.reset(valuesOfPolicy(now.policy));
    },
    [form],
  );
  const isSame = canonicalJson(live.policy) === canonicalJson(opened.policy);
  const isMet = canonicalJson(live.policy) === canonicalJson(draft);
  const isNewer = live.rev > opened.rev && (isSame || isMet || !isDirty);
  // A newer state is taken up at once where it changed nothing that is drafted here, or is just that.
  useEffect(() => {
    if (isNewer) reopen(live, isSame && !isMet);
  }, [isNewer, isSame, isMet, live, reopen]);
  const write = usePolicyWrite({ service: live.service, rev: opened.rev, draft, isDirty });
  const stale = staleEditOf(write.error, opened.policy, (state: PolicyView) => state.policy);
  const theirs = stale === null || stale.kind === "gone" ? null : { ...live, rev: stale.rev, policy: stale.now };
  const merged = theirs && rebaseValues(valuesOfPolicy(opened.policy), values, valuesOfPolicy(theirs.policy));
  const reopenOn = (next: PolicyValues | null) => {
    if (theirs === null) return;
    setOpened(theirs);
    form.reset(next ?? valuesOfPolicy(theirs.policy));
  };
  const problems = problemsByPath(stale ? null : write.error, PARTS);
  const editor: PolicyEditorState = { service: live.service, form, values, draft, inForce: base, defaults: live.defaults, problems };
  return (
    <div className="grid gap-4">
      <p className="text-ink-2">{t("intro", { service: live.service })}</p>
      <PolicyGroups editor={editor} versions={versions} />
      {isDirty && (
        <div className="sticky bottom-3 z-10 grid gap-2">
          {stale && (
            <div className="max-h-[42vh] overflow-y-auto rounded-2 bg-panel shadow-raised">
              <ChangedMeanwhile
                service={live.service}
                stale={stale}
                mine={merged && policyOfValues(merged)}
                onMine={() => merged && reopenOn(merged)}
                onTheirs={() => reopenOn(null)}
              />
            </div>
          )}
          <ApplyBar
            editor={editor}
            rev={opened.rev}
            moves={policyMoves(effectiveOf(base), effectiveOf(draft))}
            write={write}
            isStale={stale !== null}
            onDiscard={() => form.reset(valuesOfPolicy(opened.policy))}
          />
        </div>
      )}
    </div>
  );
}

/** The groups in columns of their own, so that one that grows moves only what stands beneath it. */
function PolicyGroups({ editor, versions }: { readonly editor: PolicyEditorState; readonly versions: readonly string[] }) {
  const isWide = useMediaQuery("(min-width: 1800px)");
  const balancing = <BalancingGroup key="balancing" editor={editor} />;
  const outlier = <FiguresGroup key="outlier" editor={editor} group="outlier" />;
  const checks = <ChecksGroup key="checks" editor={editor} />;
  const tls = <TlsGroup key="tls" editor={editor} />;
  const ranges = <RangesGroup key="ranges" editor={editor} />;
  const timeouts = <FiguresGroup key="timeouts" editor={editor} group="timeouts" />;
  const retries = <FiguresGroup key="retries" editor={editor} group="retries" />;
  const breakers = <FiguresGroup key="breakers" editor={editor} group="breakers" />;
  const concurrency = <ConcurrencyGroup key="concurrency" editor={editor} />;
  const warmup = <FiguresGroup key="warmup" editor={editor} group="warmup" />;
  const failover = <FailoverGroup key="failover" editor={editor} versions={versions} />;
  const columns = isWide
    ? { first: [balancing, warmup, tls, ranges], second: [outlier, checks, failover], third: [timeouts, retries, breakers, concurrency] }
    : { first: [balancing, outlier, checks, tls, ranges], second: [timeouts, retries, breakers, concurrency, warmup, failover] };
  return (
    <div className="grid items-start gap-4 min-[1100px]:grid-cols-2 min-[1800px]:grid-cols-3">
      {Object.entries(columns).map(([place, groups]) => (
        <div key={place} className="grid min-w-0 gap-4">
          {groups}
        </div>
      ))}
    </div>
  );
}

function effectiveOf(policy: Policy): Effective {
  return effectivePolicy(policy as TrafficPolicy) as Effective;
}
