"use client";

import { useQuery } from "@tanstack/react-query";
import { CircleCheck, CirclePause, CloudOff, LoaderCircle, Undo2 } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { countRequests } from "@/components/rollback/affected-requests.ts";
import { classNames } from "@/components/ui/class-names.ts";
import { formatCount } from "@/components/ui/format.ts";
import { useSpan } from "@/components/ui/use-span.ts";
import { lastWay, type PlanMove } from "./plan-history.ts";
import { isOver, isWalking, lastWave, type PlanView, servicesOf } from "./plan-view.ts";

interface BannerProps {
  readonly plan: PlanView;
  readonly moves: readonly PlanMove[];
  readonly isStale: boolean;
}

/** How it stands, in a line or two: why it is paused, what it waits for, how it ended. Nothing before it was executed. */
export function PlanBanner({ isStale, moves, plan }: BannerProps) {
  const t = useTranslations("plans.banner");
  if (isStale) return <Strip tone="warn" Icon={CloudOff} title={t("stale")} />;
  if (plan.state === "paused") {
    return (
      <Strip tone="warn" Icon={CirclePause} title={t("paused")} detail={plan.pausedBecause ?? ""}>
        {plan.direction === "forward" ? t("pausedForward") : t("pausedBack")}
      </Strip>
    );
  }
  if (isWalking(plan)) {
    const wave = lastWave(plan);
    return (
      <Strip tone="accent" Icon={LoaderCircle} isSpinning title={plan.state === "running" ? t("running") : t("reversing")}>
        {plan.waitingFor !== null ? t("waiting", { what: plan.waitingFor }) : t("moving", { n: (wave ?? 0) + 1, waves: plan.waves.length })}
      </Strip>
    );
  }
  return isOver(plan) ? <Ended plan={plan} moves={moves} /> : null;
}

function Ended({ moves, plan }: Pick<BannerProps, "plan" | "moves">) {
  const t = useTranslations("plans.banner");
  const written = useSpan();
  const way = lastWay(moves);
  const span = way === null ? null : written(way.toMs - way.fromMs);
  const services = servicesOf(plan.waves);
  const isDone = plan.state === "done";
  const title = isDone ? (span === null ? t("done") : t("doneIn", { span })) : span === null ? t("reversed") : t("reversedIn", { span });
  return (
    <Strip tone="ok" Icon={isDone ? CircleCheck : Undo2} title={title}>
      {way && <Requests plan={plan} services={services} way={way} />}
      {!way && (isDone ? t("ended", { services: services.join(", "), n: services.length }) : t("endedBack"))}
    </Strip>
  );
}

/** Figures are kept by the second; one that ended shortly after the last move still rests on it. */
const AFTER_MS = 10_000;

/** What the services that moved were asked while they did, and how much of it failed. */
function Requests({
  plan,
  services,
  way,
}: {
  readonly plan: PlanView;
  readonly services: readonly string[];
  readonly way: { readonly fromMs: number; readonly toMs: number };
}) {
  const t = useTranslations("plans.banner");
  const toMs = way.toMs + AFTER_MS;
  const { data } = useQuery({
    queryKey: ["plan-requests", plan.id, way.fromMs, way.toMs],
    queryFn: async ({ signal }) => {
      const counts = await Promise.all(
        services.map((service) => {
          const steps = plan.waves.flatMap(({ steps: all }) => all.filter((step) => step.service === service));
          const versions = [...new Set([...Object.keys(plan.start[service] ?? {}), ...steps.flatMap(({ from, to }) => [from, to])])];
          return countRequests(
            service,
            versions.map((version) => ({ version, fromMs: way.fromMs, toMs })),
            signal,
          );
        }),
      );
      return {
        requests: counts.reduce((sum, count) => sum + count.requests, 0),
        failed: counts.reduce((sum, count) => sum + count.failed, 0),
        isWhole: Date.now() > toMs + AFTER_MS,
      };
    },
    refetchInterval: ({ state }) => (state.data?.isWhole === true ? false : 1000),
  });
  if (!data || data.requests === 0) return null;
  return (
    <span title={t("requestsHint")} className={data.failed > 0 ? "font-[560] text-bad" : ""}>
      {t("requests", { requests: formatCount(data.requests), services: services.join(", "), failed: formatCount(data.failed) })}
    </span>
  );
}

const TONES = {
  ok: { frame: "border-[color-mix(in_srgb,var(--ok)_40%,var(--line))] bg-ok-soft", sign: "text-ok" },
  warn: { frame: "border-[color-mix(in_srgb,var(--warn)_45%,var(--line))] bg-warn-soft", sign: "text-warn" },
  accent: { frame: "border-[color-mix(in_srgb,var(--accent)_40%,var(--line))] bg-accent-soft", sign: "text-accent" },
} as const;

function Strip({
  Icon,
  children,
  detail,
  isSpinning,
  title,
  tone,
}: {
  readonly tone: keyof typeof TONES;
  readonly Icon: typeof CircleCheck;
  readonly isSpinning?: boolean;
  readonly title: string;
  readonly detail?: string;
  readonly children?: ReactNode;
}) {
  const { frame, sign } = TONES[tone];
  return (
    <div role="status" className={classNames("flex items-start gap-2.5 rounded-3 border px-3.5 py-2.5", frame)}>
      <Icon aria-hidden className={classNames("mt-[2px] size-4 shrink-0", sign, isSpinning && "animate-spin")} />
      <p className="min-w-0">
        <span className="font-[620]">{title}</span>
        {detail !== undefined && <span className="ml-2">{detail}</span>}
        {children && <span className="ml-2 text-ink-2">{children}</span>}
      </p>
    </div>
  );
}
